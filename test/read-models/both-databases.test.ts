// The same rows and queries, whichever database holds them.
import { afterEach, expect, test } from '@jest/globals';
import { standardPricing } from '../../src/domain/cart/pricing.js';
import type { StoredEvent } from '../../src/event-store/stored-event.js';
import { Projector } from '../../src/projections/projector.js';
import type { ShopEvent } from '../../src/projections/projection.js';
import { projectionsOf } from '../../src/projections/registry.js';
import {
  openReadModels,
  openRowSnapshot,
  openRowStore,
  type ReadModelPlace,
} from '../../src/read-models/open.js';
import type { Row } from '../../src/read-models/table.js';
import { added, CART_ID, opened, ORDER_ID, orderPlaced } from '../controls/cart.js';
import { eventIdAt, NOON } from '../controls/recorded.js';
import { Cleanup } from '../event-store/nodes.js';
import { describeOnBoth, newPlaces } from './databases.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const product = (sku: string, name: string, minorUnits: number): ShopEvent => ({
  type: 'ProductListed',
  data: { sku, name, price: { minorUnits, currency: 'GBP' } },
});

const happened: readonly (readonly [stream: string, event: ShopEvent])[] = [
  [`cart-${CART_ID}`, opened()],
  [`cart-${CART_ID}`, added('MUG', 2, 100)],
  ['product-b_1', product('b_1', 'Blue MUG', 295)],
  ['product-B2', product('B2', 'A 100% bowl', 395)],
  ['product-a3', product('a3', 'Émile’s cup', 495)],
  ['product-Z9', product('Z9', 'A lamp', 595)],
  [`order-${ORDER_ID}`, orderPlaced(1_500, 3)],
];

/** @param ats when each occurred; all of them at noon where it is left out */
function storedEvents(events = happened, ats: readonly number[] = []): StoredEvent[] {
  const revisions = new Map<string, number>();
  return events.map(([stream, { type, data }], index) => {
    const revision = (revisions.get(stream) ?? -1) + 1;
    revisions.set(stream, revision);
    const schemaVersion = type === 'ItemAdded' || type === 'OrderPlaced' ? 2 : 1;
    const metadata = { schemaVersion, occurredAt: new Date(ats[index] ?? NOON).toISOString() };
    const place = { revision, position: BigInt(index + 1), recordedAt: NOON };
    return { stream, id: eventIdAt(index), type, data, metadata, ...place };
  });
}

async function filled(place: ReadModelPlace, events = storedEvents()) {
  const rows = await openRowStore(place);
  cleanup.add(() => rows.close());
  const projector = await Projector.start(rows, projectionsOf(standardPricing));
  await projector.apply(events);
  const reads = await openReadModels(place);
  cleanup.add(() => reads.close());
  return { rows, projector, reads };
}

describeOnBoth('read models in %s', newPlaces(cleanup), (placeOf) => {
  test('answer what was projected', async () => {
    const { reads } = await filled(await placeOf());
    expect((await reads.cart(CART_ID))?.view.totals).toMatchObject({ itemCount: 2, total: 200 });
    expect(await reads.cart('another')).toBeNull();
    expect(await reads.order(ORDER_ID)).toMatchObject({ total: 1_500, corrections: [] });
    expect(await reads.product('B2')).toMatchObject({ prices: { GBP: 395 } });
    expect(await reads.coupon('NONE')).toBeNull();
    const day = {
      from: Date.UTC(2010, 11, 8),
      to: Date.UTC(2010, 11, 9),
      currency: 'GBP',
      timeZone: 'UTC',
    };
    expect(await reads.revenue(day)).toEqual([
      { date: '2010-12-08', orders: 1, units: 3, revenue: 1_500n },
    ]);
    expect(await reads.revenue({ ...day, currency: 'EUR' })).toEqual([]);
  });

  test('sum revenue exactly, also beyond 2^53', async () => {
    const large = Number.MAX_SAFE_INTEGER;
    const at = Date.parse('2011-07-01T10:00:00Z');
    const orders = [0, 1, 2].map(
      (n) => [`order-order ${n}`, orderPlaced(large, 1, `order ${n}`)] as const,
    );
    const { reads } = await filled(
      await placeOf(),
      storedEvents(orders, [at, at + 1, at + 90_000]),
    );
    const range = { from: at - 1_000, to: at + 86_400_000, currency: 'GBP', timeZone: 'UTC' };
    expect(await reads.revenue(range)).toEqual([
      { date: '2011-07-01', orders: 3, units: 3, revenue: 3n * BigInt(large) },
    ]);
  });

  test('sum revenue by the days of a time zone', async () => {
    // In July London is an hour ahead of UTC.
    const ats = ['2011-07-01T22:59:59Z', '2011-07-01T23:30:00Z', '2011-07-02T23:29:00Z'];
    const orders = ats.map(
      (_at, n) => [`order-order ${n}`, orderPlaced(100 * 10 ** n, 1, `order ${n}`)] as const,
    );
    const events = storedEvents(
      orders,
      ats.map((at) => Date.parse(at)),
    );
    const { reads } = await filled(await placeOf(), events);
    const range = { from: Date.UTC(2011, 5, 30), to: Date.UTC(2011, 6, 9), currency: 'GBP' };
    const days = async (timeZone: string, change = {}) =>
      (await reads.revenue({ ...range, timeZone, ...change })).map((day) => [
        day.date,
        day.orders,
        Number(day.revenue),
      ]);
    expect(await days('UTC')).toEqual([
      ['2011-07-01', 2, 1_100],
      ['2011-07-02', 1, 10_000],
    ]);
    expect(await days('Europe/London')).toEqual([
      ['2011-07-01', 1, 100],
      ['2011-07-02', 1, 1_000],
      ['2011-07-03', 1, 10_000],
    ]);
    expect(await days('Asia/Kathmandu')).toEqual([
      ['2011-07-02', 2, 1_100],
      ['2011-07-03', 1, 10_000],
    ]);
    const fromHalfPast = { from: Date.parse('2011-07-01T23:30:30Z'), to: Date.parse(ats[2]!) };
    expect(await days('UTC', fromHalfPast)).toEqual([['2011-07-01', 1, 1_000]]);
  });

  test('commit rows and checkpoints together, and only in the epoch that was seen', async () => {
    const { rows } = await filled(await placeOf());
    const { epoch, generations } = await rows.registry();
    expect(new Set(generations.map(({ checkpoint }) => checkpoint))).toEqual(new Set([7n]));
    expect(await rows.commit([], 8n, [], epoch + 1)).toBe(false);
    await rows.setPaused('cart', true);
    expect(await rows.commit([], 8n, [], epoch)).toBe(false);
    expect((await rows.registry()).epoch).toBe(epoch + 1);
  });

  test('are compared in one snapshot, regardless of concurrent writes', async () => {
    const place = await placeOf();
    const { rows, projector } = await filled(place);
    const snapshot = await openRowSnapshot(place);
    if (snapshot === undefined) throw new Error('There is a snapshot of what was filled');
    cleanup.add(() => snapshot.close());
    const [table] = projectionsOf(standardPricing).filter(({ name }) => name === 'catalogue');
    const before = (await snapshot.generations()).find(({ name }) => name === 'catalogue');
    const later = { ...storedEvents()[2]!, stream: 'product-c4', position: 8n };
    const data = { sku: 'c4', name: 'Late', price: { minorUnits: 1, currency: 'GBP' } };
    await projector.apply([{ ...later, data, revision: 0 }]);
    const keysIn = async (store: Pick<typeof rows, 'rows'>) => {
      const found: Row[] = [];
      for await (const row of store.rows(before!, table!.table)) found.push(row);
      return found.map((row) => row['sku']);
    };
    expect(await keysIn(snapshot)).toEqual(['B2', 'Z9', 'a3', 'b_1']);
    expect(await keysIn(rows)).toEqual(['B2', 'Z9', 'a3', 'b_1', 'c4']);
  });

  test('say which rows of two generations are not alike, and how many there are', async () => {
    const { rows } = await filled(await placeOf());
    const { table } = projectionsOf(standardPricing).find(({ name }) => name === 'catalogue')!;
    const served = (await rows.generations()).find(({ name }) => name === 'catalogue')!;
    const other = { ...served, generation: 2, status: 'STANDBY' as const };
    await rows.create(other, table);
    const same = await rows.load(served, table, ['B2', 'Z9', 'a3']);
    const later = new Map(same).set('new', { ...same.get('B2'), sku: 'new' });
    later.set('a3', { ...same.get('a3'), state: { name: 'Another' } });
    later.set('Z9', { ...same.get('Z9'), listed: 0 });
    const { epoch } = await rows.registry();
    await rows.commit([{ generation: other, table, rows: later }], 7n, [], epoch);
    const found = { rows: 5, differing: ['Z9', 'a3', 'b_1', 'new'] };
    expect(await rows.compare(served, other, table)).toEqual(found);
    expect(await rows.compare(other, served, table)).toEqual(found);
    expect(await rows.compare(served, served, table)).toEqual({ rows: 4, differing: [] });
  });

  test('say which event they stand on, and start over when the log does not have it', async () => {
    const { rows, reads, projector } = await filled(await placeOf());
    const lastId = storedEvents().at(-1)!.id;
    expect(await rows.standsOn()).toEqual({ position: 7n, eventId: lastId });
    const { epoch, generations } = await rows.registry();
    const served = generations.find(({ name }) => name === 'catalogue')!;
    const [catalogue] = projectionsOf(standardPricing).filter(({ name }) => name === 'catalogue');
    const standby = { ...served, generation: 2, status: 'STANDBY' as const };
    await rows.create(standby, catalogue!.table);
    await rows.startOver(generations);
    expect(await rows.standsOn()).toBeNull();
    expect((await rows.registry()).epoch).not.toBe(epoch);
    expect(await rows.generations()).toHaveLength(generations.length);
    expect((await rows.generations()).map(({ checkpoint }) => checkpoint)).toEqual(
      generations.map(() => -1n),
    );
    expect([await reads.cart(CART_ID), await reads.order(ORDER_ID)]).toEqual([null, null]);
    // A projector of before has what is gone in memory.
    const more = { ...storedEvents()[0]!, position: 8n };
    await expect(projector.apply([more])).rejects.toThrow('have changed');
    const again = await Projector.start(rows, projectionsOf(standardPricing));
    await again.apply(storedEvents().slice(0, 2));
    expect((await reads.cart(CART_ID))?.view.totals.itemCount).toBe(2);
    expect(await rows.standsOn()).toEqual({ position: 2n, eventId: eventIdAt(1) });
  });

  test('promote at once, and drop generations that are not live', async () => {
    const { rows, reads } = await filled(await placeOf());
    const [catalogue] = projectionsOf(standardPricing).filter(({ name }) => name === 'catalogue');
    const served = (await rows.generations()).find(({ name }) => name === 'catalogue')!;
    const next = { ...served, generation: 2, status: 'BUILDING' as const, checkpoint: -1n };
    await rows.create(next, catalogue!.table);
    const holder = { pid: 1, host: 'here', startedAt: 1, beatAt: 1 };
    expect(await rows.claimReplay(holder, () => true)).toBeNull();
    expect(await rows.claimReplay({ ...holder, pid: 2 }, () => true)).toEqual(holder);
    const other = { ...holder, pid: 2 };
    expect(await rows.fill([], 3n, [], other)).toBe(false);
    const joined = await rows.join([next], holder, (checkpoint) => {
      expect(checkpoint).toBe(7n);
      const change = { generation: next, table: catalogue!.table, rows: new Map() };
      return Promise.resolve({ changes: [change], skipped: [] });
    });
    expect(joined).toBe(true);
    await rows.promote([{ name: 'catalogue', generation: 2 }], 5);
    await rows.drop(served);
    expect((await reads.products({ search: null, size: 9 })).totalCount).toBe(0);
    const left = (await rows.generations()).filter(({ name }) => name === 'catalogue');
    expect(left).toMatchObject([{ generation: 2, status: 'LIVE', checkpoint: 7n, promotedAt: 5 }]);
  });
});
