import { afterEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { appendFile, open, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import { deflateRawSync } from 'node:zlib';
import { cartAggregate } from '../../src/commands/aggregates.js';
import { AggregateStore } from '../../src/folds/aggregate-store.js';
import { checksummed } from '../../src/folds/snapshots/checksum.js';
import { SnapshotFile } from '../../src/folds/snapshots/snapshot-file.js';
import { Snapshots, statePlace } from '../../src/folds/snapshots/snapshots.js';
import { StreamFolds } from '../../src/folds/stream-folds.js';
import { CountedLog } from '../controls/counted-log.js';
import { Cleanup } from '../event-store/nodes.js';
import { SnapshotFolder } from './snapshot-folder.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const { foldHash } = cartAggregate;
const commandAt = (revision: number) => ({ commandId: `command ${revision}` });

/**
 * A cart of so many events, each of its own command, with snapshots in a file that nobody has open.
 */
async function kept(events = 300) {
  const folder = await SnapshotFolder.make(cleanup);
  const log = new CountedLog();
  log.fill('cart-1', events, commandAt);
  const snapshots = folder.open();
  await new StreamFolds(log, snapshots).upTo(cartAggregate, 'cart-1');
  snapshots.close();
  return { folder, log };
}

const plain = (log: CountedLog) => new StreamFolds(log).upTo(cartAggregate, 'cart-1');

/** That the state is right and that it knows its commands, also the oldest, and no others. */
async function expectTruth(log: CountedLog, snapshots: Snapshots): Promise<void> {
  const folds = new StreamFolds(log, snapshots);
  const aggregates = new AggregateStore(log, { folds });
  const loaded = await aggregates.fresh(cartAggregate, 'cart-1');
  expect(loaded).toMatchObject(await plain(log));
  for (const revision of [0, 1, 63, 150, 299]) {
    const { commandId } = commandAt(revision);
    expect(await aggregates.processed('cart-1', loaded, commandId)).toEqual({
      revision,
      hash: `of ${commandId}`,
    });
  }
  expect(await aggregates.processed('cart-1', loaded, 'never sent')).toBeUndefined();
  expect(await aggregates.atRevision(cartAggregate, 'cart-1', 77)).toMatchObject({ revision: 77 });
}

describe('a file of snapshots', () => {
  test('that was damaged anywhere, in any way, falsifies nothing', async () => {
    const { folder, log } = await kept();
    const sound = await readFile(folder.file);
    const damage = fc.record({
      at: fc.integer({ min: 0, max: sound.length - 1 }),
      bytes: fc.uint8Array({ minLength: 1, maxLength: 64 }),
      cut: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(damage, { minLength: 1, maxLength: 6 }), async (damages) => {
        const damaged = Buffer.from(sound);
        for (const { at, bytes } of damages) damaged.set(bytes.slice(0, sound.length - at), at);
        const [{ at, cut }] = damages as [(typeof damages)[0]];
        await folder.throwAway();
        await writeFile(folder.file, cut ? damaged.subarray(0, at) : damaged);
        const snapshots = folder.open();
        await expectTruth(log, snapshots);
        snapshots.close();
      }),
      { numRuns: 60 },
    );
  });

  test.each([
    ['the snapshot of another revision', 'snapshot', 'revision'],
    ['the marks of other events', 'command_marks', 'chunk'],
  ])('that holds %s in a place falsifies nothing', async (_, table, key) => {
    const { folder, log } = await kept(2_000);
    const database = new DatabaseSync(folder.file);
    database.exec(`UPDATE ${table} SET (content, checksum) =
      (SELECT content, checksum FROM ${table} ORDER BY ${key} LIMIT 1)`);
    database.close();
    await expectTruth(log, folder.open());
    expect(folder.faults).toHaveLength(1);
  });

  test('that says it is of another fold falsifies nothing', async () => {
    const { folder, log } = await kept();
    const database = new DatabaseSync(folder.file);
    database.exec("UPDATE series SET fold = 'another'");
    database.close();
    const snapshots = folder.open();
    expect(snapshots.beginning('another', 'cart-1', {}).base).toBeUndefined();
    await expectTruth(log, snapshots);
    expect(folder.faults).toHaveLength(1);
  });

  test.each(['{"end":{},"state":{}}', '{"end":{"revision":9}}', '[]', 'null', '{"end":'])(
    'in which a snapshot reads %s falsifies nothing',
    async (json) => {
      const { folder, log } = await kept();
      const database = new DatabaseSync(folder.file);
      const rows = database.prepare('SELECT revision FROM snapshot').all();
      const put = database.prepare(
        'UPDATE snapshot SET content = ?, checksum = ? WHERE revision = ?',
      );
      for (const { revision } of rows) {
        const place = statePlace(foldHash, 'cart-1', Number(revision));
        const { content, checksum } = checksummed(place, deflateRawSync(json));
        put.run(content, checksum, Number(revision));
      }
      database.close();
      await expectTruth(log, folder.open());
      expect(folder.faults).toHaveLength(1);
    },
  );

  test('that is not a database is discarded, reported once, and created again at the next start', async () => {
    const { folder, log } = await kept();
    await writeFile(folder.file, 'no database '.repeat(500));
    const snapshots = folder.open();
    for (let times = 0; times < 3; times += 1) await expectTruth(log, snapshots);
    expect(folder.faults).toHaveLength(1);
    const again = folder.open();
    await expectTruth(log, again);
    expect(again.streams(foldHash)).toHaveLength(1);
    expect(folder.faults).toHaveLength(1);
  });

  test('of another format is not read, and not complained about', async () => {
    const { folder, log } = await kept();
    const database = new DatabaseSync(folder.file);
    database.exec('PRAGMA user_version = 99');
    database.close();
    const snapshots = folder.open();
    expect(snapshots.streams(foldHash)).toEqual([]);
    await expectTruth(log, snapshots);
    expect(snapshots.streams(foldHash)).toHaveLength(1);
    expect(folder.faults).toEqual([]);
  });

  test.each(['', '-wal', '-shm'])(
    'whose %s part is deleted under way is missed by nobody, and kept again after',
    async (suffix) => {
      const { folder, log } = await kept();
      const snapshots = folder.open();
      await expectTruth(log, snapshots);
      await rm(`${folder.file}${suffix}`, { force: true });
      await expectTruth(log, snapshots);
      for (let events = 400; events <= 600; events += 100) {
        log.fill('cart-1', events, commandAt);
        await new StreamFolds(log, snapshots).upTo(cartAggregate, 'cart-1');
      }
      snapshots.close();
      const again = folder.open();
      await new StreamFolds(log, again).upTo(cartAggregate, 'cart-1');
      const read = await log.readBy(() =>
        new StreamFolds(log, again).upTo(cartAggregate, 'cart-1'),
      );
      expect(read).toBeLessThan(100);
      expect(folder.faults).toEqual([]);
    },
  );

  test('that cannot be created is skipped, and reported once', async () => {
    const { folder, log } = await kept();
    await folder.throwAway();
    const nowhere = `${folder.path}/a file`;
    await appendFile(nowhere, '');
    const faults: unknown[] = [];
    const onFault = (fault: unknown) => faults.push(fault);
    const snapshots = new Snapshots(nowhere, { onFault, clock: () => 0 });
    await expectTruth(log, snapshots);
    await expectTruth(log, snapshots);
    expect(faults).toHaveLength(1);
    snapshots.close();
  });

  test.each([
    ['the disk is full', 13],
    ['a read fails', 10],
    ['it cannot be opened', 14],
    ['another process holds it', 5],
  ])('is kept by a check when %s', async (message, errcode) => {
    const { folder } = await kept();
    const unread: unknown[] = [];
    const fault = Object.assign(new Error(message), { errcode });
    const onUnread = (found: unknown) => unread.push(found);
    const file = new SnapshotFile(folder.file, onUnread, Date.now, onUnread);
    const work = () => {
      throw fault;
    };
    expect([file.attempt<unknown>(work, 0), file.attempt<unknown>(work, 0)]).toEqual([0, 0]);
    expect(unread).toEqual([fault]);
    expect(folder.open().streams(foldHash)).toHaveLength(1);
    expect(folder.faults).toEqual([]);
  });

  test('that another process is writing to is not waited for', async () => {
    const { folder, log } = await kept();
    const other = new DatabaseSync(folder.file);
    other.exec('BEGIN IMMEDIATE');
    const snapshots = folder.open({ clock: () => Date.now() + 7_200_000 });
    log.fill('cart-1', 600, commandAt);
    await expectTruth(log, snapshots);
    expect(folder.faults).toEqual([]);
    other.exec('COMMIT');
    other.close();
  });

  test('serves several processes, each of which finds what the others have left', async () => {
    const { folder, log } = await kept();
    const folds = [folder.open(), folder.open(), folder.open()].map(
      (snapshots) => new StreamFolds(log, snapshots),
    );
    for (let events = 300; events <= 2_000; events += 100) {
      log.fill('cart-1', events, commandAt);
      await Promise.all(folds.map((one) => one.upTo(cartAggregate, 'cart-1')));
    }
    const read = await log.readBy(() => folds[0]!.upTo(cartAggregate, 'cart-1'));
    expect(read).toBeLessThan(100);
    await expectTruth(log, folder.open());
    expect(folder.faults).toEqual([]);
  });

  test('stays within its limit: the least recently used streams are deleted first', async () => {
    const folder = await SnapshotFolder.make(cleanup);
    const log = new CountedLog();
    let hours = 0;
    const limitBytes = 400_000;
    const snapshots = folder.open({ limitBytes, clock: () => (hours += 1) * 3_600_000 });
    const folds = new StreamFolds(log, snapshots);
    for (let cart = 0; cart < 60; cart += 1) {
      log.fill(`cart-${cart}`, 300);
      await folds.upTo(cartAggregate, `cart-${cart}`);
      // This one is in use all the time.
      await folds.upTo(cartAggregate, 'cart-0', { revision: 100 });
    }
    snapshots.close();
    expect((await stat(folder.file)).size).toBeLessThan(limitBytes * 1.3);
    const left = folder.open().streams(foldHash);
    expect(left.length).toBeGreaterThan(10);
    expect(left.length).toBeLessThan(50);
    expect(left.map(({ stream }) => stream)).toEqual(expect.arrayContaining(['cart-0', 'cart-59']));
  });
});

test('snapshots of a cart of 10,000 events and 200 lines take less room than its events', async () => {
  const folder = await SnapshotFolder.make(cleanup);
  const log = new CountedLog();
  log.fillWide('cart-1', 10_000, 200);
  const snapshots = folder.open();
  await new StreamFolds(log, snapshots).upTo(cartAggregate, 'cart-1');
  snapshots.close();
  const events = log.eventsOf('cart-1');
  const logged = events.reduce(
    (sum, { data, metadata }) => sum + JSON.stringify([data, metadata]).length,
    0,
  );
  expect((await stat(folder.file)).size).toBeLessThan(logged);
});

describe('a fault of the file', () => {
  const full = Object.assign(new Error('database or disk is full'), { errcode: 13 });
  const busy = Object.assign(new Error('database is locked'), { errcode: 261 });

  async function fileWithFaults() {
    const folder = await SnapshotFolder.make(cleanup);
    const faults: unknown[] = [];
    const file = new SnapshotFile(folder.file, (fault) => faults.push(fault), Date.now);
    cleanup.add(() => {
      file.close();
      return Promise.resolve();
    });
    expect(file.attempt(() => 'done', 'not done')).toBe('done');
    return { folder, file, faults };
  }
  const failing = (fault: Error) => () => {
    throw fault;
  };

  test('such as a full disk frees its space, is reported once, and does not stop the work', async () => {
    const { folder, file, faults } = await fileWithFaults();
    expect(file.attempt(failing(full), 'not done')).toBe('not done');
    await expect(open(folder.file)).rejects.toThrow('ENOENT');
    expect(file.attempt(() => 'done', 'not done')).toBe('not done');
    expect(faults).toEqual([full]);
  });

  test('is not that another process is at it', async () => {
    const { file, faults } = await fileWithFaults();
    expect(file.attempt(failing(busy), 'not done')).toBe('not done');
    expect(file.attempt(() => 'done', 'not done')).toBe('done');
    expect(faults).toEqual([]);
  });
});
