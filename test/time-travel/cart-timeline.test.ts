// Pages of a timeline by type and as recorded at an instant, and the cart after each entry, compared
// with a plain filter over the whole stream.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import { cartAggregate } from '../../src/commands/aggregates.js';
import { standardRules } from '../../src/domain/cart/pricing.js';
import type { EventStore } from '../../src/event-store/event-store.js';
import type { StoredEvent } from '../../src/event-store/stored-event.js';
import { CartHistory, type TimelineRange } from '../../src/time-travel/cart-history.js';
import { by, lantern, type Shop, startShop } from '../commands/shop.js';
import { Cleanup } from '../event-store/nodes.js';

const cleanup = new Cleanup();
const { sku } = lantern;
let shop: Shop;
let cartId: string;
let events: readonly StoredEvent[];

beforeAll(async () => {
  shop = await startShop(cleanup);
  await shop.list();
  cartId = await shop.openCart();
  for (const quantity of [1, 2, 0, 3, 5, 0, 1, 4]) {
    const line = { cartId, sku };
    await shop.carts.change({ type: 'RemoveItem', ...line }, by());
    if (quantity > 0) await shop.carts.change({ type: 'AddItem', ...line, quantity: 1 }, by());
    if (quantity > 1) await shop.carts.change({ type: 'ChangeQuantity', ...line, quantity }, by());
  }
  events = await shop.eventsOf(`cart-${cartId}`);
});
afterAll(() => cleanup.run());

const historyOf = (store: Pick<EventStore, 'readStream'>) =>
  new CartHistory(store, cartAggregate, () => standardRules);

/** The log as if its events had been recorded at these times. */
function recordedAt(times: readonly number[]): Pick<EventStore, 'readStream'> {
  return {
    async *readStream(...asked) {
      for await (const stored of shop.store.readStream(...asked)) {
        yield { ...stored, recordedAt: times[stored.revision] ?? 0 };
      }
    },
  };
}

const types = ['CartOpened', 'ItemAdded', 'QuantityChanged', 'ItemRemoved', 'NeverHeardOf'];
const cursor = fc.option(fc.nat({ max: 20 }), { nil: undefined });
const sizes = fc.oneof(
  fc.record({ first: fc.nat({ max: 6 }) }),
  fc.record({ last: fc.nat({ max: 6 }) }),
  fc.constant({}),
);

/** The rows of a range, by the words of the Relay specification. */
function expectedRows(all: readonly StoredEvent[], range: TimelineRange): readonly StoredEvent[] {
  const { first, after = -1, last, before = Infinity } = range;
  const between = all.filter(({ revision }) => revision > after && revision < before);
  if (first !== undefined) return between.slice(0, first);
  return last === undefined ? between : between.slice(Math.max(0, between.length - last));
}

describe('a page of some types', () => {
  test('is the page of a stream that has only events of these types', async () => {
    const ranges = fc.record({ size: sizes, after: cursor, before: cursor });
    await fc.assert(
      fc.asyncProperty(ranges, fc.subarray(types), async ({ size, after, before }, named) => {
        const range = {
          ...size,
          ...(after !== undefined && { after }),
          ...(before !== undefined && { before }),
          types: new Set(named),
        };
        const all = events.filter(({ type }) => named.includes(type));
        const rows = expectedRows(all, range);
        const page = await historyOf(shop.store).timeline(cartId, range);
        expect(page.rows.map(({ stored }) => stored.id)).toEqual(rows.map(({ id }) => id));
        const [firstRow, lastRow] = [rows[0], rows.at(-1)];
        if (firstRow === undefined || lastRow === undefined) return;
        expect(page.hasPreviousPage).toBe(all[0] !== firstRow);
        expect(page.hasNextPage).toBe(all.at(-1) !== lastRow);
        expect(await historyOf(shop.store).countEntries(cartId, range)).toBe(all.length);
      }),
      { numRuns: 60 },
    );
  });

  test('reads no further than it must', async () => {
    let read = 0;
    const meter = { onEvent: () => (read += 1), onCart: () => undefined };
    const range = { first: 1, types: new Set(['ItemAdded']) };
    await historyOf(shop.store).timeline(cartId, range, meter);
    // The opening, the first item, and on to the next one, which makes a next page.
    const [, second] = events.filter(({ type }) => type === 'ItemAdded');
    expect(read).toBe(second!.revision + 1);
  });
});

describe('a page as it was recorded at an instant', () => {
  test('ends before the first event that was recorded later, even if clocks step back', async () => {
    const times = fc.array(fc.nat({ max: 5 }), {
      minLength: events.length,
      maxLength: events.length,
    });
    await fc.assert(
      fc.asyncProperty(times, fc.nat({ max: 5 }), async (given, recordedBy) => {
        const history = historyOf(recordedAt(given));
        const later = given.findIndex((at) => at > recordedBy);
        const known = later < 0 ? events.length : later;
        const page = await history.timeline(cartId, { recordedBy });
        expect(page.rows.length).toBe(known);
        expect(page).toMatchObject({ totalCount: known, hasNextPage: false });
        const state = await history.cartAt(cartId, Infinity, recordedBy);
        expect(state?.revision ?? -1).toBe(known - 1);
        const { to } = await history.diff(cartId, 0, Infinity, recordedBy);
        expect(to?.revision ?? -1).toBe(known - 1);
      }),
      { numRuns: 40 },
    );
  });
});

describe('the cart after each entry', () => {
  test('is the cart at its revision, whichever rows are asked for', async () => {
    const history = historyOf(shop.store);
    const all = await Promise.all(
      events.map(({ revision }) => history.cartAtRevision(cartId, revision)),
    );
    await fc.assert(
      fc.asyncProperty(fc.subarray([...events]), async (rows) => {
        const states = await history.statesAfter(cartId, rows);
        expect(rows.map(({ revision }) => states.get(revision))).toEqual(
          rows.map(({ revision }) => all[revision]),
        );
      }),
      { numRuns: 40 },
    );
  });

  test('stops before an event that cannot be read', async () => {
    const broken: Pick<EventStore, 'readStream'> = {
      async *readStream(...asked) {
        for await (const stored of shop.store.readStream(...asked)) {
          yield stored.revision === 2 ? { ...stored, data: { sku: 7 } } : stored;
        }
      },
    };
    const history = historyOf(broken);
    const { rows } = await history.timeline(cartId, { first: 5, recordedBy: Infinity });
    expect(rows.map(({ reading }) => reading.kind === 'understood')).toEqual([
      true,
      true,
      false,
      true,
      true,
    ]);
    const stored = rows.map((row) => row.stored);
    expect([...(await history.statesAfter(cartId, stored)).keys()]).toEqual([0, 1]);
    expect((await history.statesAfter(cartId, stored.slice(3))).size).toBe(0);
  });
});

describe('the difference between two revisions', () => {
  test('is that of the instants, where every event has one of its own', async () => {
    const fresh = await startShop(cleanup);
    await fresh.list();
    const id = await fresh.openCart();
    for (const quantity of [1, 2, 3]) {
      fresh.clock.now += 1_000;
      await fresh.carts.change({ type: 'AddItem', cartId: id, sku, quantity }, by());
    }
    const history = historyOf(fresh.store);
    const opened = fresh.clock.now - 3_000;
    const byInstant = await history.diff(id, opened + 1_000, opened + 3_000);
    expect(await history.diffOfRevisions(id, 1, 3)).toEqual(byInstant);
    expect(await history.diffOfRevisions(id, -1, 3)).toEqual(
      await history.diff(id, opened - 1, opened + 3_000),
    );
    expect(await history.diffOfRevisions(id, 0, 4)).toBeNull();
    const explained = await history.explanation(id, opened + 2_000);
    expect(await history.explanationAtRevision(id, 2)).toEqual(explained);
    expect(await history.explanationAtRevision(id, 4)).toBeNull();
    expect(await history.explanationAtRevision(randomUUID(), 0)).toBeNull();
  });
});
