import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pricingOf, standardRules } from '../../src/domain/cart/pricing.js';
import { Projector, RegistryMovedError } from '../../src/projections/projector.js';
import { projectionsOf } from '../../src/projections/registry.js';
import { openRowStore } from '../../src/read-models/open.js';
import type { RowStore } from '../../src/read-models/row-store.js';
import type { Generation } from '../../src/read-models/table.js';
import { added, CART_ID, opened, ORDER_ID, orderPlaced } from '../controls/cart.js';
import { StoredLog } from '../controls/stored-log.js';

const older = projectionsOf(pricingOf([{ ...standardRules, version: 1 }]));
const both = projectionsOf(
  pricingOf([
    { ...standardRules, version: 1 },
    { ...standardRules, version: 2 },
  ]),
);
const newer = projectionsOf(pricingOf([{ ...standardRules, version: 2 }]));
const cart = `cart-${CART_ID}`;

let dataDir = '';
let rows: RowStore;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'cartograph-generations-'));
  rows = await openRowStore({ dataDir });
});
afterEach(async () => {
  await rows.close();
  await rm(dataDir, { recursive: true });
});

const standby: Generation = {
  name: 'cart',
  generation: 2,
  version: 2,
  foldHash: newer.find(({ name }) => name === 'cart')!.foldHash,
  status: 'STANDBY',
  checkpoint: -1n,
  isPaused: false,
  promotedAt: null,
};

async function makeStandby(): Promise<void> {
  const table = newer.find(({ name }) => name === 'cart')!.table;
  await rows.create(standby, table);
}

async function recorded(name: string): Promise<Generation[]> {
  return (await rows.generations()).filter((generation) => generation.name === name);
}

async function revisionIn(generation: number): Promise<unknown> {
  const table = both.find(({ name }) => name === 'cart')!.table;
  const found = await rows.load({ ...standby, generation }, table, [CART_ID]);
  return found.get(CART_ID)?.['revision'];
}

describe('several generations of one read model', () => {
  test('a standby generation is updated in the same commits as the live one', async () => {
    const log = new StoredLog();
    await Projector.start(rows, both);
    await makeStandby();
    const projector = await Projector.start(rows, both);
    for (const event of [opened(), added('MUG', 1, 100), added('MUG', 2, 100)]) {
      log.append(cart, event);
      await projector.apply(log.events.slice(-1));
      const checkpoints = (await recorded('cart')).map(({ checkpoint }) => checkpoint);
      expect(checkpoints).toEqual([log.head, log.head]);
      expect(await revisionIn(1)).toBe(await revisionIn(2));
    }
  });

  test('a promotion and its way back change which one is served, and nothing else', async () => {
    await Projector.start(rows, older);
    await makeStandby();
    const before = await recorded('cart');
    await rows.promote([{ name: 'cart', generation: 2 }], 5_000);
    expect((await recorded('cart')).map(({ status }) => status)).toEqual(['STANDBY', 'LIVE']);
    await rows.promote([{ name: 'cart', generation: 1 }], 6_000);
    const after = await recorded('cart');
    expect(after.map(({ status }) => status)).toEqual(['LIVE', 'STANDBY']);
    expect(after.map(({ promotedAt }) => promotedAt)).toEqual([6_000, 5_000]);
    expect(after.map(({ checkpoint }) => checkpoint)).toEqual(
      before.map(({ checkpoint }) => checkpoint),
    );
  });

  test('a promotion of several is all or nothing', async () => {
    await Projector.start(rows, older);
    await makeStandby();
    const promotions = [
      { name: 'cart', generation: 2 },
      { name: 'coupons', generation: 7 },
    ];
    await expect(rows.promote(promotions, 1)).rejects.toThrow('coupons: generation 7');
    expect((await recorded('cart')).map(({ status }) => status)).toEqual(['LIVE', 'STANDBY']);
  });

  test('the served one is never dropped', async () => {
    await Projector.start(rows, older);
    const [served] = await recorded('cart');
    await rows.drop(served!);
    expect(await recorded('cart')).toEqual([served]);
  });

  const changes: readonly [string, () => Promise<unknown>][] = [
    ['made', () => makeStandby()],
    ['paused', () => rows.setPaused('cart', true)],
    ['promoted', () => rows.promote([{ name: 'cart', generation: 2 }], 1)],
    ['dropped', () => rows.drop(standby)],
  ];
  test.each(changes)('a projector commits nothing once one was %s', async (done, change) => {
    await Projector.start(rows, older);
    if (done !== 'made') await makeStandby();
    const projector = await Projector.start(rows, older);
    const log = new StoredLog();
    log.append(cart, opened());
    await change();
    expect(await projector.isCurrent()).toBe(false);
    await expect(projector.apply(log.events)).rejects.toThrow(RegistryMovedError);
    const checkpoints = (await rows.generations()).map(({ checkpoint }) => checkpoint);
    expect(new Set(checkpoints)).toEqual(new Set([-1n]));
  });

  test('a paused read model stays where it is while the others go on, and catches up later', async () => {
    const log = new StoredLog();
    log.append(cart, opened());
    log.append(`order-${ORDER_ID}`, orderPlaced(100));
    await (await Projector.start(rows, older)).apply(log.events);
    await rows.setPaused('cart', true);
    log.append(cart, added('MUG', 1, 100));
    const paused = await Projector.start(rows, older);
    await paused.apply(log.events.slice(-1));
    expect(paused.frozenLive.map(({ reason }) => reason)).toEqual(['paused by an operator']);
    expect(await revisionIn(1)).toBe(0);
    expect((await recorded('coupons'))[0]?.checkpoint).toBe(log.head);

    await rows.setPaused('cart', false);
    const resumed = await Projector.start(rows, older);
    expect(resumed.checkpoint).toBe(20n);
    await resumed.apply(log.events.slice(2));
    expect(await revisionIn(1)).toBe(1);
  });

  test('newer code reports that a rebuild is due, and continues with the live version', async () => {
    const log = new StoredLog();
    log.append(cart, opened());
    await Projector.start(rows, older);
    const projector = await Projector.start(rows, both);
    expect(projector.rebuildsDue).toEqual(['cart']);
    await projector.apply(log.events);
    expect(await recorded('cart')).toMatchObject([{ version: 1, checkpoint: log.head }]);
    expect(projector.frozen).toEqual([]);
  });

  test('rows of a version that is unknown are served as they are, beside newer ones that go on', async () => {
    const log = new StoredLog();
    log.append(cart, opened());
    await (await Projector.start(rows, older)).apply(log.events);
    await makeStandby();
    log.append(cart, added('MUG', 1, 100));
    const projector = await Projector.start(rows, newer);
    await projector.apply(log.events);
    expect(await revisionIn(1)).toBe(0);
    expect(await revisionIn(2)).toBe(1);
    expect(projector.frozenLive[0]?.reason).toContain('rebuild due');
  });

  test('a read model of which only an unfinished rebuild is there gets rows to serve', async () => {
    const table = newer.find(({ name }) => name === 'cart')!.table;
    await rows.create({ ...standby, generation: 1, status: 'BUILDING' }, table);
    await Projector.start(rows, newer);
    expect(await recorded('cart')).toMatchObject([
      { generation: 1, status: 'BUILDING' },
      { generation: 2, status: 'LIVE' },
    ]);
  });
});
