// The sample shop: put in once, completed where it was interrupted, never put over an admin's work.
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { readFile } from 'node:fs/promises';
import { couponAggregate, productAggregate } from '../../src/commands/aggregates.js';
import { isForSamples, type SeededRooms, seedShop } from '../../src/seed/seed-shop.js';
import { accepted, by, type Shop, startShop } from '../commands/shop.js';
import { Cleanup, connectTestStore, startTestNode } from '../event-store/nodes.js';

const cleanup = new Cleanup();
let shop: Shop;
beforeEach(async () => {
  shop = await startShop(cleanup);
});
afterEach(() => cleanup.run());

interface PricedProduct {
  readonly sku: string;
  readonly name: string;
  readonly pence: number;
}

const priceList = JSON.parse(
  await readFile(new URL('../../data/online-retail/price-list.json', import.meta.url), 'utf8'),
) as PricedProduct[];

async function seed(): Promise<void> {
  const { catalog, coupons, runner } = shop;
  const isSeeded = async (code: string) =>
    (await runner.stateOf(couponAggregate, code, 'fresh')).code !== null;
  await seedShop({ catalog, coupons, isSeeded });
}

async function countEvents(): Promise<number> {
  let count = 0;
  for await (const { revision } of shop.store.readAll()) count += revision < 0 ? 0 : 1;
  return count;
}

const couponOf = (code: string) => shop.runner.stateOf(couponAggregate, code, 'fresh');

test('every product of the price list is on sale at its price, with three coupons', async () => {
  await seed();
  expect(await countEvents()).toBe(priceList.length + 3);
  const { sku, name, pence } = priceList[1_000]!;
  expect(await shop.runner.stateOf(productAggregate, sku, 'fresh')).toMatchObject({
    name,
    prices: { GBP: pence },
    listed: true,
  });
  expect((await couponOf('WELCOME10')).terms).toMatchObject({
    discount: { kind: 'PERCENTAGE', basisPoints: 1_000 },
    validUntil: null,
  });
  expect((await couponOf('FIVER')).terms).toMatchObject({
    discount: { kind: 'AMOUNT', minorUnits: 500, currency: 'GBP' },
    minimumSpend: { minorUnits: 3_000, currency: 'GBP' },
  });
  expect((await couponOf('EXPIRED2010')).terms?.validUntil).toBe(Date.UTC(2011, 0, 1));
});

test('a second start adds nothing', async () => {
  await seed();
  const count = await countEvents();
  await seed();
  expect(await countEvents()).toBe(count);
});

test('completes an interrupted seed, and keeps an admin’s changes', async () => {
  const isCut = new Error('the power went');
  const { catalog, coupons } = shop;
  let left = 500;
  const failing: SeededRooms['catalog'] = {
    list: (input, context) => {
      left -= 1;
      return left < 0 ? Promise.reject(isCut) : catalog.list(input, context);
    },
  };
  const isSeeded = () => Promise.resolve(false);
  await expect(seedShop({ catalog: failing, coupons, isSeeded })).rejects.toBe(isCut);
  const { sku } = priceList[0]!;
  const price = { minorUnits: 12_345, currency: 'GBP' };
  accepted(await catalog.changePrice({ sku, price }, by()));

  await seed();
  expect(await countEvents()).toBe(priceList.length + 3 + 1);
  expect((await shop.runner.stateOf(productAggregate, sku, 'fresh')).prices).toEqual({
    GBP: 12_345,
  });
});

test('a log elsewhere gets samples when it is empty or has nothing but samples at its start', async () => {
  expect(await isForSamples(shop.store)).toBe(true);
  await seed();
  expect(await isForSamples(shop.store)).toBe(true);
});

test("a log elsewhere that holds a shop's or another program's events gets none", async () => {
  await shop.list();
  expect(await isForSamples(shop.store)).toBe(false);
  const foreign = await startTestNode(cleanup);
  const client = EventStoreDBClient.connectionString(foreign.connectionString);
  cleanup.add(() => client.dispose());
  await client.appendToStream('note-1', jsonEvent({ type: 'Noted', data: {} }));
  const store = connectTestStore(cleanup, foreign.connectionString);
  expect(await isForSamples(store)).toBe(false);
});

test('a coupon that an admin withdrew does not come back', async () => {
  await seed();
  accepted(await shop.coupons.withdraw({ code: 'EXPIRED2010' }, by()));
  const count = await countEvents();
  await seed();
  expect(await countEvents()).toBe(count);
});
