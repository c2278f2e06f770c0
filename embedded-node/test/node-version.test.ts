// What an older version of Node.js is told. It must be able to load what tells it.
import { expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { demandNode } from '../src/node-version.js';
import { exitCodeOf } from '../src/command/exit.js';
import { UnsupportedNodeError } from '../src/errors.js';

const src = join(import.meta.dirname, '../src');

test.each(['20.20.2', '22.23.3', '23.11.0'])('Node %s is refused with its name', (version) => {
  expect(() => demandNode(version)).toThrow(
    `The embedded node needs Node 24 or newer and was started by Node ${version}`,
  );
});

test.each(['24.0.0', '26.10.0', '100.0.0'])('Node %s is taken', (version) => {
  expect(() => demandNode(version)).not.toThrow();
});

test('the command ends with the code of what is unavailable', () => {
  expect(exitCodeOf(new UnsupportedNodeError('too old'))).toBe(3);
});

/** Modules that a module loads before its first line runs. */
function loadedBy(file: string, known = new Set<string>()): Set<string> {
  if (known.has(file)) return known;
  known.add(file);
  const statements = readFileSync(file, 'utf8').matchAll(
    /^(?:import|export) (?!type)[^;]*?'(.*)';/gm,
  );
  for (const [, name = ''] of statements) {
    if (name.startsWith('.')) loadedBy(resolve(file, '..', name.replace(/js$/, 'ts')), known);
    else known.add(name);
  }
  return known;
}

test.each(['embedded-node.ts', 'command/embedded-node-command.ts'])(
  '%s loads no SQLite',
  (file) => {
    const loaded = loadedBy(join(src, file));
    expect(loaded).toContain(join(src, 'errors.ts'));
    expect(loaded).not.toContain('node:sqlite');
  },
);
