// A repair keeps every event that is sound up to the position, and nothing else; what is not
// damaged, or is asked for beyond the damage, is left as it is. A backup of a damaged log is not
// made.
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { openLogFile, ownLogFile } from '../../src/log/log-file.js';
import { Log } from '../../src/log/log.js';
import type { LoggedEvent } from '../../src/log/logged-event.js';
import { backUp } from '../../src/operations/backup.js';
import { repairLog } from '../../src/operations/repair.js';
import { scavenge } from '../../src/operations/scavenge.js';
import { verifyLog } from '../../src/operations/verify.js';
import { proposed } from './proposed.js';

const EVENTS = 300;

let dataDir: string;
let path: string;
let written: LoggedEvent[];
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'cartograph-repair-'));
  path = join(dataDir, 'log.sqlite');
  const log = new Log(openLogFile(dataDir));
  log.transaction(() => {
    for (let n = 0; n < EVENTS; n += 1) log.append(`s-${n % 7}`, [proposed(`event ${n}.`)], n);
  });
  written = everything(log);
  log.close();
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

function everything(log: Log): LoggedEvent[] {
  const found: LoggedEvent[] = [];
  for (;;) {
    const page = log.allForwards((found.at(-1)?.position ?? 0) + 1, 100);
    if (page.length === 0) return found;
    found.push(...page);
  }
}

async function flip(text: string): Promise<void> {
  const bytes = await readFile(path);
  const at = bytes.indexOf(text);
  bytes[at] = bytes[at]! ^ 1;
  await writeFile(path, bytes);
}

function reopened(): LoggedEvent[] {
  const log = new Log(openLogFile(dataDir));
  const found = everything(log);
  log.close();
  return found;
}

test('everything before a damaged event stays, and can be gone on from', async () => {
  await flip('event 200.');
  const damaged = await readFile(path);
  const { soundTo } = verifyLog(path);
  expect(soundTo).toBe(200 * 64);
  expect(() => repairLog(dataDir, 201 * 64)).toThrow(/sound up to position 12800 only/);
  expect(await readFile(path)).toEqual(damaged);
  const { events, aside } = repairLog(dataDir, 200 * 64);
  expect(events).toBe(200);
  expect(await readFile(aside)).toEqual(damaged);
  expect(reopened()).toEqual(written.slice(0, 200));
  const log = new Log(openLogFile(dataDir));
  log.transaction(() => log.append('s-3', [proposed('new')], 0));
  expect(log.head('s-3')?.revision).toBe(29);
  log.close();
  expect(verifyLog(path).findings).toEqual([]);
});

test('damage in an index costs no event', async () => {
  const file = new DatabaseSync(path);
  const row = file
    .prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'sqlite_autoindex_events_1'")
    .get();
  file.close();
  const bytes = await readFile(path);
  const at = (Number(row?.['rootpage']) - 1) * 4096;
  bytes.fill(0, at, at + 4096);
  await writeFile(path, bytes);
  expect(() => openLogFile(dataDir)).toThrow(expect.objectContaining({ name: 'LogFileError' }));
  expect(verifyLog(path).soundTo).toBe(EVENTS * 64);
  expect(repairLog(dataDir, EVENTS * 64).events).toBe(EVENTS);
  expect(reopened()).toEqual(written);
  expect(verifyLog(path).findings).toEqual([]);
});

test('a sound log is not repaired', async () => {
  const before = await readdir(dataDir);
  expect(() => repairLog(dataDir, 64)).toThrow(/is not damaged/);
  expect(await readdir(dataDir)).toEqual(before);
  expect(reopened()).toEqual(written);
});

test('a scavenged log is repaired as well', async () => {
  const log = new Log(openLogFile(dataDir));
  const metadata = { ...proposed('', '$metadata'), data: Buffer.from('{"$tb":20}') };
  log.transaction(() => log.append('$$s-2', [metadata], 0));
  log.close();
  scavenge(dataDir, 0);
  const left = reopened();
  await flip('event 250.');
  repairLog(dataDir, 250 * 64);
  expect(reopened()).toEqual(left.filter(({ position }) => position <= 250 * 64));
  expect(verifyLog(path).findings).toEqual([]);
});

test('no backup is made of what is damaged', async () => {
  await flip('event 200.');
  const file = ownLogFile(path);
  const to = join(dataDir, 'backup');
  await expect(backUp(file, to)).rejects.toThrow(/stream s-4, revision 28, position 12864/);
  file.close();
  expect(await readdir(dataDir)).not.toContain('backup');
});

test('a log of format 2, scavenged, is led to checksums with every byte of its events', () => {
  const log = new Log(openLogFile(dataDir));
  const metadata = { ...proposed('', '$metadata'), data: Buffer.from('{"$tb":5}') };
  log.transaction(() => log.append('$$s-1', [metadata], 0));
  log.close();
  scavenge(dataDir, 0);
  const before = reopened();
  const file = new DatabaseSync(path, { enableForeignKeyConstraints: false });
  file.exec(`DROP TRIGGER events_are_never_changed; DROP TRIGGER events_are_never_deleted;
    ALTER TABLE events RENAME TO events_3; ALTER TABLE projected RENAME TO projected_3;
    CREATE TABLE events (pos INTEGER PRIMARY KEY, sid INTEGER NOT NULL, rev INTEGER NOT NULL,
      eid TEXT NOT NULL, type TEXT NOT NULL, json INTEGER NOT NULL, created INTEGER NOT NULL,
      data BLOB NOT NULL, meta BLOB NOT NULL, UNIQUE (sid, rev)) STRICT;
    INSERT INTO events SELECT pos, sid, rev, eid, type, json, created, data, meta FROM events_3;
    CREATE TABLE projected (position INTEGER NOT NULL) STRICT;
    INSERT INTO projected SELECT position FROM projected_3;
    DROP TABLE events_3; DROP TABLE projected_3; DROP TABLE holes; PRAGMA user_version = 2`);
  file.close();
  expect(reopened()).toEqual(before);
  expect(verifyLog(path).findings).toEqual([]);
});
