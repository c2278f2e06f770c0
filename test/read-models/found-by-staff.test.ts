// Carts and orders as staff search them, on whichever database holds the rows: every condition, all
// of them at once, and pages in both directions.
import { afterEach, expect, test } from '@jest/globals';
import { standardPricing } from '../../src/domain/cart/pricing.js';
import type { StoredEvent } from '../../src/event-store/stored-event.js';
import { Projector } from '../../src/projections/projector.js';
import { projectionsOf } from '../../src/projections/registry.js';
import type { WantedCarts } from '../../src/read-models/cart-search.js';
import { openReadModels, openRowStore, type ReadModelPlace } from '../../src/read-models/open.js';
import type { WantedOrders } from '../../src/read-models/order-list.js';
import type { ReadModels } from '../../src/read-models/read-models.js';
import { added, applied, checkedOut, orderPlaced, percentOff } from '../controls/cart.js';
import { eventIdAt, NOON } from '../controls/recorded.js';
import { Cleanup } from '../event-store/nodes.js';
import { describeOnBoth, newPlaces } from './databases.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const MINUTE = 60_000;
const idOf = (index: number) => `0193a000-0000-7000-8000-00000000000${index}`;
const sealed = (keyId: string) => ({ keyId, sealed: 'sealed' });

interface Happened {
  readonly category: 'cart' | 'order';
  readonly index: number;
  readonly type: string;
  readonly data: object;
}

const opened = (index: number, customerId: string | null): Happened => ({
  ...{ category: 'cart', index, type: 'CartOpened' },
  data: { cartId: idOf(index), currency: 'GBP', tokenHash: 'a'.repeat(64), customerId },
});
const inCart = (index: number, event: { type: string; data: object }): Happened => ({
  ...{ category: 'cart', index },
  ...event,
});
const order = (index: number, customerId: string | null, keyId: string, sku: string): Happened => {
  const line = { sku, name: sku, quantity: 1, unitPrice: 5, subtotal: 5, discount: 0, total: 5 };
  const { type, data } = orderPlaced(5, 1, idOf(index));
  const placed = { cartId: idOf(index), customerId, lines: [line], coupons: ['TEN'] };
  return { category: 'order', index, type, data: { ...data, ...placed, contact: sealed(keyId) } };
};

const versions: Readonly<Record<string, number>> = {
  ...{ ItemAdded: 2, CouponApplied: 2, CartCheckedOut: 4, OrderPlaced: 4 },
};

/** Each event is a minute after the one before. */
function stored(happened: readonly Happened[]): StoredEvent[] {
  const revisions = new Map<string, number>();
  return happened.map(({ category, index, type, data }, at) => {
    const stream = `${category}-${idOf(index)}`;
    const revision = (revisions.get(stream) ?? -1) + 1;
    revisions.set(stream, revision);
    const occurredAt = new Date(NOON + at * MINUTE).toISOString();
    const metadata = { schemaVersion: versions[type] ?? 1, occurredAt };
    const place = { position: BigInt(at + 1), recordedAt: NOON };
    return { stream, id: eventIdAt(at), type, data, revision, metadata, ...place };
  });
}

const ten = applied('TEN', percentOff(10));
const asContact = (keyId: string) => checkedOut(5, sealed(keyId));

/** Cart 0 had a mug and has a lamp; 1 and 2 are Ann's, who checks 2 out; 3 and 4 are guests'. */
const carts = [
  ...[opened(0, null), opened(1, 'ann'), opened(2, 'ann'), opened(3, null), opened(4, null)],
  ...[0, 1, 2].map((index) => inCart(index, added('MUG', 1, 5))),
  ...[inCart(0, added('LAMP', 1, 5)), inCart(3, added('mug', 1, 5))],
  ...[inCart(1, ten), inCart(2, ten), inCart(3, added('O\'HARA "1"\\', 1, 5))],
  inCart(0, { type: 'ItemRemoved', data: { sku: 'MUG', quantity: 1 } }),
  ...[inCart(2, asContact('key of ann')), inCart(3, asContact('key of bob'))],
];
const orders = [
  order(5, 'ann', 'key of ann', 'MUG'),
  order(6, null, 'key of bob', 'MUG'),
  order(7, null, 'key of bob', 'LAMP'),
];

async function filled(place: ReadModelPlace): Promise<ReadModels> {
  const rows = await openRowStore(place);
  cleanup.add(() => rows.close());
  const projector = await Projector.start(rows, projectionsOf(standardPricing));
  const all = stored([...carts, ...orders]);
  // In two batches, so that rows that exist already change.
  await projector.apply(all.slice(0, 9));
  await projector.apply(all.slice(9));
  const reads = await openReadModels(place);
  cleanup.add(() => reads.close());
  return reads;
}

const anyCart: WantedCarts = {
  ...{ customerId: null, people: null, status: null, sku: null, coupon: null },
  ...{ changedFrom: null, changedBefore: null, size: 10 },
};
const anyOrder: WantedOrders = {
  ...{ customerId: null, contactKeys: null, status: null, sku: null, coupon: null },
  ...{ placedFrom: null, placedBefore: null, size: 10 },
};

const numbers = (rows: readonly { readonly id: string | null }[]) =>
  rows.map(({ id }) => Number(id?.at(-1)));

describeOnBoth('staff search in %s', newPlaces(cleanup), (placeOf) => {
  test('finds carts by each condition, and by all at once', async () => {
    const reads = await filled(await placeOf());
    const found = async (wanted: Partial<WantedCarts>) => {
      const page = await reads.carts({ ...anyCart, ...wanted });
      expect(page.totalCount).toBe(page.rows.length);
      return numbers(page.rows);
    };
    expect(await found({})).toEqual([3, 2, 0, 1, 4]);
    expect(await found({ customerId: 'ann' })).toEqual([2, 1]);
    expect(await found({ status: 'CHECKED_OUT' })).toEqual([3, 2]);
    // A product that was taken out again is not in the cart, and case counts.
    expect(await found({ sku: 'MUG' })).toEqual([2, 1]);
    expect(await found({ sku: 'mug' })).toEqual([3]);
    expect(await found({ sku: 'O\'HARA "1"\\' })).toEqual([3]);
    expect(await found({ sku: '%' })).toEqual([]);
    expect(await found({ coupon: 'TEN' })).toEqual([2, 1]);
    expect(await found({ changedFrom: NOON + 14 * MINUTE })).toEqual([3, 2]);
    expect(await found({ changedBefore: NOON + 10 * MINUTE })).toEqual([4]);
    const all = { customerId: 'ann', sku: 'MUG', coupon: 'TEN', changedFrom: NOON };
    expect(await found({ ...all, status: 'OPEN' })).toEqual([1]);
  });

  test('finds the carts of an address: its checkouts, and the carts of its customers', async () => {
    const reads = await filled(await placeOf());
    const of = async (keyIds: string[], customerIds: string[]) =>
      numbers((await reads.carts({ ...anyCart, people: { keyIds, customerIds } })).rows);
    expect(await of(['key of bob'], [])).toEqual([3]);
    expect(await of(['key of ann'], ['ann'])).toEqual([2, 1]);
    // Ann checked out with another address of hers: that cart is not of this one.
    expect(await of(['another key of ann'], ['ann'])).toEqual([1]);
    expect(await of([], [])).toEqual([]);
  });

  test('finds orders by each condition', async () => {
    const reads = await filled(await placeOf());
    const found = async (wanted: Partial<WantedOrders>) =>
      numbers((await reads.orders({ ...anyOrder, ...wanted })).rows);
    expect(await found({})).toEqual([7, 6, 5]);
    expect(await found({ customerId: 'ann' })).toEqual([5]);
    expect(await found({ contactKeys: ['key of bob', 'another'] })).toEqual([7, 6]);
    expect(await found({ contactKeys: [] })).toEqual([]);
    expect(await found({ sku: 'MUG', contactKeys: ['key of bob'] })).toEqual([6]);
    expect(await found({ coupon: 'TEN', status: 'PLACED' })).toEqual([7, 6, 5]);
    expect(await found({ status: 'PAID' })).toEqual([]);
    const placed = { placedFrom: NOON + 17 * MINUTE, placedBefore: NOON + 18 * MINUTE };
    expect(await found(placed)).toEqual([6]);
  });

  test.each([
    ['all', {}],
    ['those with a product', { sku: 'MUG' }],
  ])('pages through %s forwards and backwards, and tells what is beyond', async (_what, wanted) => {
    const reads = await filled(await placeOf());
    const ask = (range: Partial<WantedCarts>) => reads.carts({ ...anyCart, ...wanted, ...range });
    const all = (await ask({})).rows;
    const placeOfRow = (index: number) => ({ at: all[index]!.updatedAt, key: all[index]!.id });
    for (let size = 1; size <= all.length; size += 1) {
      for (let begin = 0; begin + size <= all.length; begin += 1) {
        const expected = {
          rows: all.slice(begin, begin + size),
          totalCount: all.length,
          hasPreviousPage: begin > 0,
          hasNextPage: begin + size < all.length,
        };
        const after = begin === 0 ? null : placeOfRow(begin - 1);
        expect(await ask({ size, after })).toEqual(expected);
        const end = begin + size;
        const before = end === all.length ? null : placeOfRow(end);
        expect(await ask({ size, before, isFromEnd: true })).toEqual(expected);
      }
    }
  });
});
