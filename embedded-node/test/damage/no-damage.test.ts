// What the system refuses is not the log's damage: nobody may be told to cut a sound log off.
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openError, openLogFile } from '../../src/log/log-file.js';
import { backUp } from '../../src/operations/backup.js';

let dataDir: string;
let path: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'cartograph-no-damage-'));
  path = join(dataDir, 'log.sqlite');
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

/** https://www.sqlite.org/rescode.html#extrc */
const sqliteError = (errcode: number) =>
  Object.assign(new Error('disk I/O error'), { code: 'ERR_SQLITE_ERROR', errcode });

describe('an error of the disk', () => {
  test.each([
    ['a full disk has no room for shared memory', 4874],
    ['a read-only file takes no lock', 3850],
    ['a write', 778],
    ['a sync', 1034],
  ])('%s: the log is as it was', (_what, errcode) => {
    const error = openError(sqliteError(errcode), path);
    expect(error).toMatchObject({ name: 'LogFileError', damage: undefined });
    expect(String(error)).not.toMatch(/damaged|repair/);
  });

  test.each([
    ['a read', 266],
    ['a read that ends early', 522],
  ])('%s: the log has lost something', (_what, errcode) => {
    expect(openError(sqliteError(errcode), path)).toMatchObject({ damage: 'disk I/O error' });
  });

  test('the obstacle is told, where the system knows one', () => {
    const nowhere = join(dataDir, 'no', 'where');
    const message = /cannot be opened: disk I\/O error \(.*ENOENT: .*\)$/;
    expect(String(openError(sqliteError(3850), nowhere))).toMatch(message);
  });
});

test('a backup leaves nothing of an earlier one that failed', async () => {
  const to = join(dataDir, 'backup');
  for (const end of ['', '-journal', '-wal', '-shm']) await writeFile(`${to}.part${end}`, 'left');
  const file = openLogFile(dataDir);
  try {
    await backUp(file, to);
  } finally {
    file.close();
  }
  expect((await readdir(dataDir)).filter((name) => name.includes('.part'))).toEqual([]);
});
