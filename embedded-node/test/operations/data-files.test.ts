// What is no sound log of ours is refused in one line, with every byte of it as it was.
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { openLogFile } from '../../src/log/log-file.js';
import { Log } from '../../src/log/log.js';
import { proposed } from './proposed.js';

let dataDir: string;
let path: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'cartograph-data-file-'));
  path = join(dataDir, 'log.sqlite');
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

async function hashes(): Promise<Record<string, string>> {
  const names = (await readdir(dataDir)).sort();
  const entries = names.map(async (name) => {
    const bytes = await readFile(join(dataDir, name));
    return [name, createHash('sha256').update(bytes).digest('hex')] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

function writeLog(events: number): void {
  const log = new Log(openLogFile(dataDir));
  log.transaction(() => {
    for (let n = 0; n < events; n += 1) log.append(`s-${n % 7}`, [proposed(`event ${n}`)], n);
  });
  log.close();
}

const makings: [what: string, make: () => Promise<void>, line: RegExp][] = [
  ['text', () => writeFile(path, 'dear diary\n'.repeat(500)), /is not a log$/],
  ['a few bytes', () => writeFile(path, 'no'), /is not a log$/],
  ['nothing at all', () => writeFile(path, ''), /is empty/],
  [
    "somebody else's database",
    async () => {
      const other = new DatabaseSync(path);
      other.exec('CREATE TABLE songs (title TEXT)');
      other.close();
      await Promise.resolve();
    },
    /is not a log$/,
  ],
  [
    'a log of a newer version',
    async () => {
      writeLog(3);
      const newer = new DatabaseSync(path);
      newer.exec('PRAGMA user_version = 99');
      newer.close();
      await Promise.resolve();
    },
    /newer version \(format 99\)$/,
  ],
  [
    'a log that was cut off',
    async () => {
      writeLog(2_000);
      await truncate(path, 3 * 4096 + 100);
    },
    /damaged|malformed/,
  ],
  [
    'a log with a page of noise',
    async () => {
      writeLog(2_000);
      const bytes = await readFile(path);
      bytes.fill(0xa5, 5 * 4096, 6 * 4096);
      await writeFile(path, bytes);
    },
    /damaged|malformed/,
  ],
];

describe('a data file that cannot be served', () => {
  test.each(makings)('%s is refused and left as it was', async (_what, make, line) => {
    await make();
    const before = await hashes();
    expect(() => openLogFile(dataDir)).toThrow(
      expect.objectContaining({ name: 'LogFileError', message: expect.stringMatching(line) }),
    );
    expect(await hashes()).toEqual(before);
  });

  test('a damaged log keeps what a crash left in its WAL', async () => {
    writeLog(2_000);
    const log = new Log(openLogFile(dataDir));
    log.transaction(() => log.append('late', [proposed('in the WAL')], 0));
    const wal = await readFile(`${path}-wal`);
    log.close();
    const bytes = await readFile(path);
    bytes.fill(0xa5, 5 * 4096, 6 * 4096);
    await writeFile(path, bytes);
    await writeFile(`${path}-wal`, wal);
    expect(() => openLogFile(dataDir)).toThrow(expect.objectContaining({ name: 'LogFileError' }));
    expect(await readFile(path)).toEqual(bytes);
    expect(await readFile(`${path}-wal`)).toEqual(wal);
  });

  test('a folder in its place is refused', async () => {
    await mkdir(path);
    expect(() => openLogFile(dataDir)).toThrow(
      expect.objectContaining({ name: 'LogFileError', message: `${path} is not a file` }),
    );
    expect(await readdir(path)).toEqual([]);
  });

  test('a data folder that is a file is refused', async () => {
    await writeFile(path, 'a file');
    expect(() => openLogFile(path)).toThrow(expect.objectContaining({ name: 'LogFileError' }));
    expect(await readFile(path, 'utf8')).toBe('a file');
  });

  test('one that somebody has open is in use, and stays theirs', () => {
    const owner = openLogFile(dataDir);
    expect(() => openLogFile(dataDir)).toThrow(expect.objectContaining({ name: 'LogInUseError' }));
    const log = new Log(owner);
    log.transaction(() => log.append('s', [proposed('still mine')], 0));
    expect(log.head('s')?.revision).toBe(0);
    log.close();
  });
});

describe('a log of format 1', () => {
  test('is led to the present format, with all its events', () => {
    writeLog(10);
    const older = new DatabaseSync(path);
    older.exec('DROP TABLE scavenged; PRAGMA user_version = 1');
    older.close();
    const reported: unknown[] = [];
    const log = new Log(openLogFile(dataDir, (...told) => reported.push(told)));
    expect(reported).toEqual([
      [
        expect.stringMatching(/ is upgraded from format 1 to \d+, which may take a while$/),
        'upgrade',
      ],
      [expect.stringMatching(/ is upgraded; the old file is kept as .+\.format-1$/), 'upgrade'],
    ]);
    expect(log.allForwards(0, 100)).toHaveLength(10);
    log.close();
    const again = new Log(openLogFile(dataDir));
    expect(again.end).toBe(640);
    again.close();
  });
});
