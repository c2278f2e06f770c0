// A search that finds nothing says something only when it would find a text in every form.
import { afterEach, expect, test } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Cleanup } from '../event-store/nodes.js';
import { filesWith, finderOf } from './traces.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const canary = 'Canary of the coal mine';
const finds = finderOf([canary]);

test.each([0, 1, 2, 3, 4])('a text is found in base64 behind %i other letters', (before) => {
  const text = `${'x'.repeat(before)}${canary}, and more`;
  expect(finds(Buffer.from(Buffer.from(text).toString('base64')))).toBe(true);
});

test.each([
  ['as it is', Buffer.from(`of the ${canary} here`), true],
  ['in capitals', Buffer.from(canary.toUpperCase()), true],
  ['as digits', Buffer.from(Buffer.from(canary).toString('hex').toUpperCase()), true],
  ['as UTF-16', Buffer.from(canary, 'utf16le'), true],
  ['in part', Buffer.from(canary.slice(0, -1)), false],
])('a text %s', (_how, content, isFound) => {
  expect(finds(content)).toBe(isFound);
});

test('what SQLite deletes is found, until it is overwritten', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'cartograph-traces-'));
  cleanup.add(() => rm(folder, { recursive: true }));
  const path = join(folder, 'some.sqlite');
  const database = new DatabaseSync(path);
  database.exec('PRAGMA secure_delete = OFF; CREATE TABLE note (text TEXT)');
  database.prepare('INSERT INTO note VALUES (?)').run(canary);
  database.exec('DELETE FROM note');
  expect(await filesWith(folder, finds)).toEqual([path]);
  database.exec('PRAGMA secure_delete = ON; VACUUM');
  database.close();
  await writeFile(join(folder, 'other'), 'nothing');
  expect(await filesWith(folder, finds)).toEqual([]);
});
