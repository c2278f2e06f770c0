// A start on a large log reads what was written since the ends of its streams were kept, not the
// whole index; and damage of what it did not read is found all the same.
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keptEndsPath } from '../src/log/kept-ends.js';
import { isCheckedAtOpen } from '../src/log/log-contents.js';
import { logPath, openLogFile } from '../src/log/log-file.js';
import { Log } from '../src/log/log.js';

const LARGE = new Uint8Array(1_000_000).fill(7);
const STREAMS = 34;

let folder: string;
let dataDir: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'embedded-ends-'));
  dataDir = join(folder, 'large');
  const log = new Log(openLogFile(dataDir));
  for (let n = 0; n < STREAMS; n += 1) append(log, `some-${n}`, LARGE);
  log.close();
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const event = (data: Uint8Array) => ({
  ...{ id: randomUUID(), type: 'Happened', isJson: false },
  ...{ data, metadata: new Uint8Array() },
});

const append = (log: Log, stream: string, data = new Uint8Array(10)) =>
  log.transaction(() => log.append(stream, [event(data)], 0));

/** The statements of an open, without the ones that a log of any size runs. */
function open(): { readonly log: Log; readonly scans: number } {
  const file = openLogFile(dataDir);
  let scans = 0;
  const watched = new Proxy(file, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      if (name !== 'prepare') return (value as () => unknown).bind(target);
      return (sql: string) => {
        if (/GROUP BY sid|NOT EXISTS/.test(sql)) scans += 1;
        return target.prepare(sql);
      };
    },
  });
  return { log: new Log(watched), scans };
}

test('a stopped log is opened without a scan of its index, and knows every end', () => {
  const { log, scans } = open();
  expect(scans).toBe(0);
  expect(log.head('some-33')).toMatchObject({ revision: 0, streamId: STREAMS });
  expect(log.head('other')).toBeNull();
  append(log, 'some-33');
  append(log, 'other');
  expect(log.head('other')).toMatchObject({ revision: 0, streamId: STREAMS + 1 });
  while (log.readIndexOn());
  log.close();
});

test('a killed one reads what was written since', async () => {
  const { log: killed } = open();
  append(killed, 'some-3');
  append(killed, 'new');
  const original = dataDir;
  dataDir = join(folder, 'killed');
  await cp(original, dataDir, { recursive: true });
  killed.close();
  const { log, scans } = open();
  expect(scans).toBe(0);
  expect([log.head('some-3')?.revision, log.head('new')?.revision]).toEqual([1, 0]);
  while (log.readIndexOn());
  log.close();
});

test.each<[what: string, change: (bytes: Buffer) => Buffer]>([
  ['damaged', (bytes) => Buffer.from(bytes.with(60, bytes[60]! ^ 1))],
  ['cut', (bytes) => bytes.subarray(0, 100)],
  ['empty', () => Buffer.alloc(0)],
])('ends in a file that is %s cost one scan, and nothing else', async (_what, change) => {
  const path = keptEndsPath(logPath(dataDir));
  await writeFile(path, change(await readFile(path)));
  const { log, scans } = open();
  expect(scans).toBe(2);
  expect(log.head('some-7')?.revision).toBe(0);
  log.close();
});

test('ends of another log are not used', async () => {
  const path = keptEndsPath(logPath(dataDir));
  const kept = await readFile(path);
  const other = new Log(openLogFile(join(folder, 'other')));
  for (let n = 0; n < STREAMS; n += 1) append(other, `else-${n}`, LARGE);
  other.close();
  await writeFile(keptEndsPath(logPath(join(folder, 'other'))), kept);
  dataDir = join(folder, 'other');
  const { log, scans } = open();
  expect(scans).toBe(2);
  expect([log.head('some-1'), log.head('else-1')?.revision]).toEqual([null, 0]);
  log.close();
});

test.each([
  ['of names', 'sqlite_autoindex_streams_1', 'found by its name'],
  ['of events', 'sqlite_autoindex_events_1', 'have a gap or are out of order'],
])('an entry that the index %s lost is found behind the start', async (_what, index, problem) => {
  await loseEntries(index);
  const { log } = open();
  const readOn = () => {
    while (log.readIndexOn());
  };
  expect(readOn).toThrow(problem);
  if (index.includes('streams')) {
    expect(() => log.head('some-20')).toThrow('it is not found by its name');
  }
  log.close();
});

/** Makes an index refer to an empty tree, as if its pages had been zeroed and given back. */
async function loseEntries(index: string): Promise<void> {
  const file = new DatabaseSync(logPath(dataDir));
  const row = file.prepare('SELECT rootpage FROM sqlite_schema WHERE name = ?').get(index);
  const { page_size: size } = file.prepare('PRAGMA page_size').get() ?? {};
  file.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  expect(isCheckedAtOpen(file)).toBe(false);
  file.close();
  const bytes = await readFile(logPath(dataDir));
  const at = (Number(row?.['rootpage']) - 1) * Number(size);
  // A leaf of an index without cells.
  Buffer.from([10, 0, 0, 0, 0, Number(size) >> 8, Number(size) & 255, 0]).copy(bytes, at);
  await writeFile(logPath(dataDir), bytes);
}
