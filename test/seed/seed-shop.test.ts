// The sample shop: put in once, completed where it was interrupted, never put over an admin's work.
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { readFile } from 'node:fs/promises';
import {
  couponAggregate,
  inventoryAggregate,
  productAggregate,
} from '../../src/commands/aggregates.js';
import { StoreUnavailableError } from '../../src/event-store/errors.js';
import { isForSamples, type SeededRooms, seedShop } from '../../src/seed/seed-shop.js';
import { descriptionFault, tagsFault } from '../../src/domain/catalog/product-text.js';
import { sampleDetailsOf } from '../../src/seed/sample-details.js';
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

/** Each product is listed, described and tagged; some are counted; and three coupons. */
const counted = priceList.filter((_product, index) => index % 24 === 5);
const eventsOfSamples = 3 * priceList.length + counted.length + 3;

async function seed(): Promise<void> {
  const { catalog, coupons, stock, runner } = shop;
  const isSeeded = async (code: string) =>
    (await runner.stateOf(couponAggregate, code, 'fresh')).code !== null;
  await seedShop({ catalog, coupons, stock, isSeeded });
}

async function countEvents(): Promise<number> {
  let count = 0;
  for await (const { revision } of shop.store.readAll()) count += revision < 0 ? 0 : 1;
  return count;
}

const couponOf = (code: string) => shop.runner.stateOf(couponAggregate, code, 'fresh');

test('every product of the price list is on sale at its price, with three coupons', async () => {
  await seed();
  expect(await countEvents()).toBe(eventsOfSamples);
  const { sku, name, pence } = priceList[1_000]!;
  expect(await shop.runner.stateOf(productAggregate, sku, 'fresh')).toMatchObject({
    name,
    prices: { GBP: pence },
    listed: true,
    description: expect.stringMatching(/^[A-Z].+\. .+\.$/),
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

test('some products are tracked for stock, and some of these are sold out', async () => {
  await seed();
  const stockOf = ({ sku }: PricedProduct) => shop.runner.stateOf(inventoryAggregate, sku, 'fresh');
  const stocks = await Promise.all(counted.slice(0, 10).map(stockOf));
  expect(stocks.map(({ sku, onHand }) => [sku, onHand])).toEqual(
    [40, 3, 150, 0, 12, 40, 3, 150, 0, 12].map((units, index) => [counted[index]?.sku, units]),
  );
  expect((await stockOf(priceList[0]!)).sku).toBeNull();
});

test('a second start adds nothing', async () => {
  await seed();
  const count = await countEvents();
  await seed();
  expect(await countEvents()).toBe(count);
});

test('completes an interrupted seed, and keeps an admin’s changes', async () => {
  const isCut = new Error('the power went');
  const { catalog, coupons, stock } = shop;
  let left = 500;
  const failing: SeededRooms['catalog'] = {
    list: (input, context) => {
      left -= 1;
      return left < 0 ? Promise.reject(isCut) : catalog.list(input, context);
    },
  };
  const isSeeded = () => Promise.resolve(false);
  await expect(seedShop({ catalog: failing, coupons, stock, isSeeded })).rejects.toBe(isCut);
  const { sku } = priceList[0]!;
  const price = { minorUnits: 12_345, currency: 'GBP' };
  accepted(await catalog.changePrice({ sku, price }, by()));

  await seed();
  expect(await countEvents()).toBe(eventsOfSamples + 1);
  expect((await shop.runner.stateOf(productAggregate, sku, 'fresh')).prices).toEqual({
    GBP: 12_345,
  });
});

test('repeats what a busy store did not answer in time, and nothing else', async () => {
  const { catalog, coupons, stock } = shop;
  const calls = new Map<string, number>();
  const busy: SeededRooms['catalog'] = {
    list: async (input, context) => {
      const call = (calls.get(input.sku) ?? 0) + 1;
      calls.set(input.sku, call);
      const outcome = await catalog.list(input, context);
      // The append is in the log; its answer comes too late.
      if (input.sku === priceList[7]!.sku && call === 1) throw new StoreUnavailableError('append');
      return outcome;
    },
  };
  const isSeeded = () => Promise.resolve(false);
  await seedShop({ catalog: busy, coupons, stock, isSeeded });
  expect([...calls].filter(([, count]) => count > 1)).toEqual([[priceList[7]!.sku, 2]]);
  expect(await countEvents()).toBe(eventsOfSamples);
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

test('every sample has a description and tags that an admin may write, drawn from its name', () => {
  for (const { name } of priceList) {
    const { description, tags } = sampleDetailsOf(name);
    expect([name, descriptionFault(description ?? ''), tagsFault(tags ?? [])]).toEqual([
      name,
      undefined,
      undefined,
    ]);
    expect(tags?.length).toBeGreaterThan(0);
  }
  expect(sampleDetailsOf('WHITE METAL LANTERN').tags).toEqual(['lighting', 'metal', 'white']);
  expect(sampleDetailsOf('SET OF 6 TEA TIME BAKING CASES').description).toMatch(/^A set of 6\. /);
});
