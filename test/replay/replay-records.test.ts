// What is on record of replays and their reports, in both databases.
import { afterEach, expect, test } from '@jest/globals';
import { openReadModels, openRowStore } from '../../src/read-models/open.js';
import type { ReplayRecord } from '../../src/read-models/replay-records.js';
import { newContent } from '../../src/replay/replay-content.js';
import { Cleanup } from '../event-store/nodes.js';
import { describeOnBoth, newPlaces } from '../read-models/databases.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const record = (id: string, startedAt: number): ReplayRecord => ({
  ...{ id, kind: 'REBUILD', state: 'RUNNING', startedAt, endedAt: null },
  ...{ startedBy: 'admin ann', reason: null, content: JSON.stringify(newContent(['cart'])) },
});
const holder = (startedAt: number) => ({ pid: 1, host: 'here', startedAt, beatAt: startedAt });

describeOnBoth('replays on record in %s', newPlaces(cleanup), (newPlace) => {
  async function opened() {
    const place = await newPlace();
    const rows = await openRowStore(place);
    cleanup.add(() => rows.close());
    const reads = await openReadModels(place);
    cleanup.add(() => reads.close());
    return { rows, records: rows.replayRecords, shown: reads.replayRecords };
  }

  test('run while their holder lives, and are interrupted without it', async () => {
    const { rows, records, shown } = await opened();
    const state = async (now: number) => (await shown.get('one', now))?.state;
    await rows.claimReplay(holder(1_000), () => false);
    await records.add(record('one', 1_000), holder(1_000));
    expect(await state(2_000)).toBe('RUNNING');
    expect(await state(11_001)).toBe('INTERRUPTED');
    await rows.beatReplay(holder(1_000), 11_000);
    expect(await state(11_001)).toBe('RUNNING');
    await rows.releaseReplay(holder(1_000));
    expect(await state(11_001)).toBe('INTERRUPTED');
  });

  test('are asked to stop by whoever shares the rows, and tell so with a heartbeat', async () => {
    const { rows } = await opened();
    const asked = () => rows.askReplayToStop(() => true);
    expect(await asked()).toBe(false);
    await rows.claimReplay(holder(1_000), () => false);
    expect(await rows.beatReplay(holder(1_000), 2_000)).toBe(false);
    expect(await rows.askReplayToStop(() => false)).toBe(false);
    expect(await asked()).toBe(true);
    expect(await rows.beatReplay(holder(1_000), 3_000)).toBe(true);
    // The next holder was asked nothing.
    await rows.claimReplay(holder(4_000), () => false);
    expect(await rows.beatReplay(holder(1_000), 5_000)).toBe(false);
    expect(await rows.beatReplay(holder(4_000), 5_000)).toBe(false);
  });

  test('stay interrupted when the next one begins, whatever the dead one writes', async () => {
    const { rows, records, shown } = await opened();
    await rows.claimReplay(holder(1_000), () => false);
    await records.add(record('one', 1_000), holder(1_000));
    await rows.claimReplay(holder(5_000), () => false);
    await records.add(record('two', 5_000), holder(5_000));
    await records.change({ id: 'one', state: 'DONE', endedAt: 6_000, content: '{}' });
    const all = await shown.list(10, 6_000);
    expect(all.map(({ id, state, endedAt }) => [id, state, endedAt])).toEqual([
      ['two', 'RUNNING', null],
      ['one', 'INTERRUPTED', 5_000],
    ]);
  });

  test('keep only the newest', async () => {
    const { records, shown } = await opened();
    for (let n = 0; n < 203; n += 1) await records.add(record(`replay ${n}`, n), holder(n));
    const all = await shown.list(1_000, 1_000);
    expect(all.map(({ startedAt }) => startedAt)).toEqual(
      Array.from({ length: 200 }, (_, index) => 202 - index),
    );
  });

  test('have reports whose carts are read page by page', async () => {
    const { records, shown } = await opened();
    const carts = Array.from({ length: 1_203 }, (_, place) => `{"cart":${place}}`);
    const report = { id: 'r1', createdAt: 5, carts: carts.length, head: '{}' };
    await records.reports.save(report, carts);
    // Once more, as after a kill between the carts and the head.
    await records.reports.save(report, carts);
    expect(await shown.reports.list(10)).toEqual([report]);
    expect(await shown.reports.get('r2')).toBeNull();
    const page = await shown.reports.carts(report, 2, 1_200);
    expect(page).toEqual({
      rows: [
        { place: 1_200, content: '{"cart":1200}' },
        { place: 1_201, content: '{"cart":1201}' },
      ],
      ...{ totalCount: 1_203, hasNextPage: true, hasPreviousPage: true },
    });
    const last = await shown.reports.carts(report, 2, 1_202);
    expect([last.rows.length, last.hasNextPage]).toEqual([1, false]);
  });

  test('are forgotten with their carts beyond fifty reports', async () => {
    const { records, shown } = await opened();
    for (let n = 0; n < 52; n += 1) {
      const head = { id: `r${n}`, createdAt: n, carts: 1, head: '{}' };
      await records.reports.save(head, ['{}']);
    }
    expect((await shown.reports.list(100)).map(({ createdAt }) => createdAt)).toEqual(
      Array.from({ length: 50 }, (_, index) => 51 - index),
    );
    expect((await shown.reports.carts({ id: 'r0', carts: 1 }, 10, 0)).rows).toEqual([]);
  });
});
