// The reference pages of docs/ list exactly what the code has: settings, error codes, commands.
import { describe, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { rejectionCodes } from '../../src/domain/rejection.js';
import { settingNames } from '../../src/service/settings.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const page = (name: string) => readFileSync(`${root}/docs/${name}`, 'utf8');

/** The code spans in the first column of a page's tables. */
function listedIn(text: string): string[] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .flatMap((line) => [...line.split(' | ')[0]!.matchAll(/`([^`]+)`/g)].map(([, name]) => name!));
}

test('docs/settings.md lists every setting, and no other', () => {
  expect(listedIn(page('settings.md')).sort()).toEqual([...settingNames].sort());
});

describe('docs/errors.md', () => {
  const [rejections = '', errors = ''] = page('errors.md').split('\n## Errors');

  test('lists every rejection code, and no other', () => {
    expect(listedIn(rejections).sort()).toEqual(Object.keys(rejectionCodes).sort());
  });

  test('lists every error code, and no other', () => {
    const source = readFileSync(`${root}/src/graphql/api-error.ts`, 'utf8');
    const [, union = ''] = /type ApiErrorCode =([^;]+);/.exec(source) ?? [];
    const codes = [...union.matchAll(/'([A-Z_]+)'/g)].map(([, code]) => code!);
    expect(codes.length).toBeGreaterThan(10);
    expect(listedIn(errors).sort()).toEqual(codes.sort());
  });
});

test('docs/command-line.md lists every command, and no other', () => {
  const help = execFileSync(process.execPath, ['bin/cartograph.js', '--help'], {
    cwd: root,
    encoding: 'utf8',
  });
  const [, commands = ''] = /Commands:\n([\s\S]*?)\n\n/.exec(help) ?? [];
  const names = [...commands.matchAll(/^ {2}([a-z][a-z-]*)/gm)].map(([, name]) => name!);
  const listed = listedIn(page('command-line.md')).map((command) => command.split(' ')[0]!);
  expect(new Set(listed)).toEqual(new Set(names.filter((name) => name !== 'help')));
});
