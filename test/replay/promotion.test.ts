import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { standardPricing } from '../../src/domain/cart/pricing.js';
import { projectionsOf } from '../../src/projections/registry.js';
import { openReadModels, openRowStore } from '../../src/read-models/open.js';
import type { ReplayRecord } from '../../src/read-models/replay-records.js';
import type { RowStore } from '../../src/read-models/row-store.js';
import type { Generation, GenerationStatus } from '../../src/read-models/table.js';
import {
  candidates,
  dropNew,
  dropOld,
  promote,
  promotedLast,
  rollBack,
} from '../../src/replay/promotion.js';

const coupons = projectionsOf(standardPricing).find(({ name }) => name === 'coupons')!;

let dataDir = '';
let rows: RowStore;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'cartograph-promotion-'));
  rows = await openRowStore({ dataDir });
});
afterEach(async () => {
  await rows.close();
  await rm(dataDir, { recursive: true });
});

type Made = Partial<Omit<Generation, 'name' | 'generation' | 'status'>>;

async function make(
  name: string,
  generation: number,
  status: GenerationStatus,
  { version = 1, checkpoint = 100n, isPaused = false, promotedAt = null }: Made = {},
): Promise<Generation> {
  const { foldHash } = coupons;
  const made = { name, generation, version, foldHash, status, checkpoint, isPaused, promotedAt };
  await rows.create(made, coupons.table);
  return made;
}

async function statuses(name: string): Promise<Record<number, string>> {
  const own = (await rows.generations()).filter((one) => one.name === name);
  return Object.fromEntries(own.map(({ generation, status }) => [generation, status]));
}

describe('promoting and going back', () => {
  test('the newest standby generation replaces the live one, for all names at once', async () => {
    await make('cart', 1, 'LIVE', { promotedAt: 1 });
    await make('cart', 2, 'STANDBY');
    await make('cart', 3, 'STANDBY');
    await make('coupons', 1, 'LIVE', { promotedAt: 1 });
    await make('coupons', 2, 'STANDBY');
    await make('catalogue', 1, 'LIVE', { promotedAt: 1 });
    const ready = candidates(await rows.generations(), ['cart', 'coupons', 'catalogue']);
    await promote(rows, ready, 5_000);
    expect(await statuses('cart')).toEqual({ 1: 'STANDBY', 2: 'STANDBY', 3: 'LIVE' });
    expect(await statuses('coupons')).toEqual({ 1: 'STANDBY', 2: 'LIVE' });
    expect(await statuses('catalogue')).toEqual({ 1: 'LIVE' });
    expect(promotedLast(await rows.generations())).toEqual(['cart', 'coupons']);
  });

  test('is refused for one that is behind the live one', async () => {
    await make('cart', 1, 'LIVE', { checkpoint: 200n });
    const behind = await make('cart', 2, 'STANDBY', { checkpoint: 199n });
    expect(await promote(rows, [behind], 1)).toMatchObject({ kind: 'refused', reason: 'BEHIND' });
    expect(await statuses('cart')).toEqual({ 1: 'LIVE', 2: 'STANDBY' });
  });

  test('is refused for one that is still being built', async () => {
    await make('cart', 1, 'LIVE');
    const building = await make('cart', 2, 'BUILDING');
    expect(await promote(rows, [building], 1)).toMatchObject({ reason: 'NOT_ON_STANDBY' });
    expect(await statuses('cart')).toEqual({ 1: 'LIVE', 2: 'BUILDING' });
  });

  test('going back serves the one before, and after that the one before it', async () => {
    await make('cart', 1, 'STANDBY', { promotedAt: 1 });
    await make('cart', 2, 'STANDBY');
    await make('cart', 3, 'STANDBY', { promotedAt: 3 });
    await make('cart', 4, 'LIVE', { promotedAt: 4 });
    expect(await rollBack(rows, ['cart'], 5)).toMatchObject({ live: [{ generation: 3 }] });
    expect(await rollBack(rows, ['cart'], 6)).toMatchObject({ live: [{ generation: 1 }] });
    expect(await rollBack(rows, ['cart'], 7)).toMatchObject({ reason: 'NOTHING_EARLIER' });
    const back = candidates(await rows.generations(), ['cart']);
    expect(back.map(({ generation }) => generation)).toEqual([4]);
  });

  test('going back twice under one id serves the one before', async () => {
    await make('cart', 1, 'STANDBY', { promotedAt: 1 });
    await make('cart', 2, 'STANDBY', { promotedAt: 2 });
    await make('cart', 3, 'LIVE', { promotedAt: 3 });
    const recordOf = (): ReplayRecord => ({
      ...{ id: 'one command', kind: 'ROLLBACK', state: 'DONE', startedAt: 4, endedAt: 4 },
      ...{ startedBy: 'admin ann', reason: null, content: '{}' },
    });
    const back = { recordOf };
    expect(await rollBack(rows, ['cart'], 4, back)).toMatchObject({ live: [{ generation: 2 }] });
    expect(await rollBack(rows, ['cart'], 5, back)).toMatchObject({ reason: 'HELD' });
    expect(await statuses('cart')).toEqual({ 1: 'STANDBY', 2: 'LIVE', 3: 'STANDBY' });
  });

  test('rolling back to rows that are not kept up to date requires --accept-drift', async () => {
    await make('cart', 1, 'STANDBY', { promotedAt: 1, checkpoint: 50n });
    await make('cart', 2, 'LIVE', { promotedAt: 2 });
    expect(await rollBack(rows, ['cart'], 3)).toMatchObject({ kind: 'refused', reason: 'BEHIND' });
    expect(await statuses('cart')).toEqual({ 1: 'STANDBY', 2: 'LIVE' });
    await rollBack(rows, ['cart'], 3, { isStaleAccepted: true });
    expect(await statuses('cart')).toEqual({ 1: 'LIVE', 2: 'STANDBY' });
  });

  test('without names only the last promotion is rolled back', async () => {
    await make('cart', 1, 'STANDBY', { promotedAt: 1 });
    await make('cart', 2, 'LIVE', { promotedAt: 9 });
    await make('coupons', 1, 'STANDBY', { promotedAt: 1 });
    await make('coupons', 2, 'LIVE', { promotedAt: 5 });
    await make('catalogue', 1, 'LIVE', { promotedAt: 12 });
    expect(promotedLast(await rows.generations())).toEqual(['cart']);
  });

  test('so many that were served last are kept, and the rest goes with its tables', async () => {
    for (const generation of [1, 2, 3]) {
      await make('coupons', generation, 'STANDBY', { promotedAt: generation });
    }
    await make('coupons', 4, 'LIVE', { promotedAt: 4 });
    expect((await dropOld(rows, ['coupons'], 2)).map(({ generation }) => generation)).toEqual([1]);
    expect(await statuses('coupons')).toEqual({ 2: 'STANDBY', 3: 'STANDBY', 4: 'LIVE' });
    await dropOld(rows, ['coupons'], 0);
    expect(await statuses('coupons')).toEqual({ 4: 'LIVE' });
  });

  test('a new rebuild is kept, and the superfluous one is dropped', async () => {
    await make('coupons', 1, 'STANDBY', { promotedAt: 1 });
    await make('coupons', 2, 'STANDBY');
    await make('coupons', 3, 'LIVE', { promotedAt: 3 });
    await make('coupons', 4, 'STANDBY');
    await make('coupons', 5, 'STANDBY');
    await make('coupons', 6, 'BUILDING');
    await dropOld(rows, ['coupons'], 1);
    expect(await statuses('coupons')).toEqual({
      1: 'STANDBY',
      3: 'LIVE',
      5: 'STANDBY',
      6: 'BUILDING',
    });
  });
});

test('dropping what is new takes all after the live one, and nothing before it', async () => {
  await make('coupons', 1, 'STANDBY', { promotedAt: 1 });
  await make('coupons', 2, 'LIVE', { promotedAt: 2 });
  await make('coupons', 3, 'STANDBY', { promotedAt: 3 });
  await make('coupons', 4, 'STANDBY');
  await make('coupons', 5, 'BUILDING');
  await make('cart', 1, 'LIVE');
  await make('cart', 2, 'BUILDING');
  const dropped = await dropNew(rows, ['coupons']);
  expect(dropped.map(({ generation }) => generation)).toEqual([3, 4, 5]);
  expect(await statuses('coupons')).toEqual({ 1: 'STANDBY', 2: 'LIVE' });
  expect(await statuses('cart')).toEqual({ 1: 'LIVE', 2: 'BUILDING' });
});

describe('a reader beside a swap', () => {
  const state = { code: 'TEN', available: true };
  const fill = async (generation: Generation, description: string) => {
    const row = { code: 'TEN', available: 1, state: { ...state, description } };
    const changes = [{ generation, table: coupons.table, rows: new Map([['TEN', row]]) }];
    const { epoch } = await rows.registry();
    expect(await rows.commit(changes, 100n, [], epoch)).toBe(true);
  };

  test('is answered from the one that is served, also when the one before is gone at once', async () => {
    await fill(await make('coupons', 1, 'LIVE', { promotedAt: 1 }), 'before');
    await fill(await make('coupons', 2, 'STANDBY'), 'after');
    const reads = await openReadModels({ dataDir });
    expect(await reads.coupon('TEN')).toMatchObject({ description: 'before' });
    await promote(rows, candidates(await rows.generations(), ['coupons']), 2);
    await dropOld(rows, ['coupons'], 0);
    expect(await reads.coupon('TEN')).toMatchObject({ description: 'after' });
    await reads.close();
  });
});
