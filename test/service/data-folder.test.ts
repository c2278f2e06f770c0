// What is computed in a data folder stays with the log from which it was, also across crashes.
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DataFolderInUseError,
  makeDataFolder,
  noteLog,
  ownDataFolder,
  turnToLog,
} from '../../src/service/data-folder.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cartograph-folder-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const rows = () => join(folder, 'read-models.sqlite');
const write = (text: string) => writeFile(rows(), text);
const read = () => readFile(rows(), 'utf8').catch(() => undefined);

/** As a service does that runs on the log until something is computed. */
async function serveOn(logId: string, computed: string): Promise<void> {
  await turnToLog(folder, logId);
  await write(computed);
  await noteLog(folder, logId);
}

test('the same log keeps its computed files', async () => {
  await serveOn('one', 'of one');
  expect(await turnToLog(folder, 'one')).toBe(false);
  expect(await read()).toBe('of one');
});

test('another log finds nothing, and the first finds its own again', async () => {
  await serveOn('one', 'of one');
  expect(await turnToLog(folder, 'two')).toBe(true);
  expect(await read()).toBeUndefined();
  await serveOn('two', 'of two');
  expect(await turnToLog(folder, 'one')).toBe(true);
  expect(await read()).toBe('of one');
});

test('a log that is empty now is another one', async () => {
  await serveOn('one', 'of one');
  expect(await turnToLog(folder, undefined)).toBe(true);
  expect(await read()).toBeUndefined();
  await noteLog(folder, undefined);
  expect(await turnToLog(folder, 'one')).toBe(false);
  expect(await read()).toBe('of one');
});

test('a folder without a recorded log belongs to this log', async () => {
  await write('of some log');
  expect(await turnToLog(folder, 'one')).toBe(false);
  expect(await read()).toBe('of some log');
});

test('the next start completes an interrupted move of files, on either log', async () => {
  await serveOn('one', 'of one');
  const crash = async () => {
    await mkdir(join(folder, 'other-logs', 'one'), { recursive: true });
    await rename(rows(), join(folder, 'other-logs', 'one', 'read-models.sqlite'));
  };
  await crash();
  expect(await turnToLog(folder, 'one')).toBe(false);
  expect(await read()).toBe('of one');
  await crash();
  expect(await turnToLog(folder, 'two')).toBe(true);
  expect(await read()).toBeUndefined();
});

describe('a recorded log that was cut or wiped', () => {
  const id = '0b8f3c52-6d1e-4f7a-9c20-5e4d3b2a1f00';
  const whole = Buffer.from(id);

  test.each([
    ...[0, 1, 8, 35].map((length) => [whole.subarray(0, length)]),
    [Buffer.alloc(36)],
    [Buffer.concat([whole.subarray(0, 20), Buffer.alloc(16)])],
  ])('%j leaves the computed files where they are', async (left) => {
    await serveOn(id, 'of this log');
    await writeFile(join(folder, 'log-id'), left);
    expect(await turnToLog(folder, id)).toBe(false);
    expect(await read()).toBe('of this log');
    await noteLog(folder, id);
    expect(await readdir(folder)).toEqual(['log-id', 'read-models.sqlite']);
    expect(await turnToLog(folder, 'two')).toBe(true);
  });
});

test('a log is recorded beside, and then in one step', async () => {
  await noteLog(folder, 'one');
  const { ino } = await stat(join(folder, 'log-id'));
  await noteLog(folder, 'two');
  expect((await stat(join(folder, 'log-id'))).ino).not.toBe(ino);
});

test('one service at a time', () => {
  const leave = ownDataFolder(folder);
  expect(() => ownDataFolder(folder)).toThrow(DataFolderInUseError);
  leave();
  ownDataFolder(folder)();
});

test.each([
  ['a file', '/file'],
  ['under a file', '/file/data'],
  ['a name that the system refuses', '/proc/nothing'],
  ['under such a name', '/proc/nothing/data'],
])('%s is no data folder, and is refused at once', async (_case, path) => {
  await writeFile(join(folder, 'file'), '');
  const dataDir = path.startsWith('/proc') ? path : folder + path;
  await expect(makeDataFolder(dataDir)).rejects.toThrow(/^DATA_DIR cannot be used: [^\n]+$/);
});

test('a data folder is made with those above it', async () => {
  await makeDataFolder(join(folder, 'a', 'b'));
  await makeDataFolder(join(folder, 'a', 'b'));
  expect(await readdir(join(folder, 'a'))).toEqual(['b']);
});
