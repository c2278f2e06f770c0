// How far a cart came: what the funnel's row of it says after each turn of its life.
import { describe, expect, test } from '@jest/globals';
import { cartFunnel } from '../../src/projections/cart-funnel.js';
import type { ShopEvent } from '../../src/projections/projection.js';
import {
  added,
  applied,
  CART_ID,
  checkedOut,
  opened,
  ORDER_ID,
  percentOff,
} from '../controls/cart.js';
import { NOON } from '../controls/recorded.js';
import { projecting } from '../given.js';
import { modelRun } from '../simulator/laws/model-run.js';

const rows = projecting(cartFunnel);
const cart = (...events: readonly ShopEvent[]) =>
  rows.given(...events.map((event) => ({ subject: CART_ID, event })));

const abandoned: ShopEvent = { type: 'CartAbandoned', data: { idleSince: NOON } };
const revived: ShopEvent = { type: 'CartRevived', data: { abandonedAt: NOON } };
const lapsed: ShopEvent = { type: 'CouponLapsed', data: { code: 'TEN', reason: 'WITHDRAWN' } };
const removed: ShopEvent = { type: 'ItemRemoved', data: { sku: 'MUG', quantity: 1 } };
const line = added('MUG', 1, 250).data;
const itemsAdded = (...lines: (typeof line)[]): ShopEvent => ({
  type: 'ItemsAdded',
  data: { lines, refused: [] },
});
const forked = (...lines: (typeof line)[]): ShopEvent => ({
  type: 'CartForked',
  data: { lines, refused: [], fromCartId: 'another', fromRevision: 3, coupons: [] },
});
const claimed = (intoCartId: string | null): ShopEvent => ({
  type: 'CartClaimed',
  data: { customerId: 'ann', tokenHash: 'b'.repeat(64), strategy: 'SUM', intoCartId },
});
const merged = (units: number): ShopEvent => ({
  type: 'CartMerged',
  data: {
    fromCartId: 'another',
    fromRevision: 3,
    strategy: 'SUM',
    lines: [
      {
        sku: 'MUG',
        name: 'Mug',
        guestQuantity: 1,
        customerQuantity: 0,
        keepsCustomers: true,
        taken: units === 0 ? [] : [{ quantity: units, unitPrice: 250 }],
        refusal: null,
      },
    ],
    coupons: [],
  },
});

describe('a cart', () => {
  test('counts in the minute in which it was opened', () => {
    cart(opened()).thenRow(CART_ID, {
      opened_minute: NOON,
      filled: 0,
      status: 'OPEN',
      order_id: null,
    });
  });

  test.each<[string, ShopEvent]>([
    ['a line', added('MUG', 1, 250)],
    ['several lines', itemsAdded(line, line)],
    ['the lines of a copied cart', forked(line)],
    ['the units of a merged cart', merged(1)],
  ])('is filled by %s', (_what, event) => {
    cart(opened(), event).thenRow(CART_ID, { filled: 1, status: 'OPEN' });
  });

  test('stays one that was filled when its lines are removed', () => {
    cart(opened(), added('MUG', 1, 250), removed).thenRow(CART_ID, { filled: 1 });
  });

  test.each<[string, ShopEvent]>([
    ['a coupon', applied('TEN', percentOff(10))],
    ['lines of which none was taken', itemsAdded()],
    ['the copy of an empty cart', forked()],
    ['a merged cart of which no unit was taken', merged(0)],
    ['a claim', claimed(null)],
  ])('is not filled by %s', (_what, event) => {
    cart(opened(), event).thenRow(CART_ID, { filled: 0, status: 'OPEN' });
  });

  test('is abandoned until it is revived', () => {
    cart(opened(), abandoned).thenRow(CART_ID, { status: 'ABANDONED' });
    cart(opened(), abandoned, revived).thenRow(CART_ID, { status: 'OPEN' });
    cart(opened(), abandoned, added('MUG', 1, 250)).thenRow(CART_ID, { status: 'OPEN' });
    cart(opened(), abandoned, lapsed).thenRow(CART_ID, { status: 'ABANDONED' });
  });

  test('is merged when a customer’s cart takes its contents', () => {
    cart(opened(), added('MUG', 1, 250), claimed('another')).thenRow(CART_ID, {
      status: 'MERGED',
      filled: 1,
    });
  });

  test('is checked out into an order', () => {
    cart(opened(), added('MUG', 1, 250), checkedOut(250)).thenRow(CART_ID, {
      status: 'CHECKED_OUT',
      order_id: ORDER_ID,
    });
  });
});

test.each<[string, readonly ShopEvent[]]>([
  ['opened again', [opened(), opened()]],
  ['changed without having been opened', [added('MUG', 1, 250)]],
  ['changed after its checkout', [opened(), checkedOut(0), added('MUG', 1, 250)]],
  ['changed after its merge', [opened(), claimed('another'), abandoned]],
])('a cart cannot be %s', (_what, events) => {
  expect(() => cart(...events).thenRow(CART_ID, {})).toThrow(/^The cart was/);
});

test('says of every cart of a busy shop what the cart’s own row says', async () => {
  const { commits } = await modelRun(7);
  const rowsOf = (name: string) =>
    commits.findLast(({ generation, isAll }) => isAll && generation.name === name)!.rows;
  const statuses = (name: string) =>
    [...rowsOf(name)].map(([key, { status }]) => [key, status]).sort();
  expect(statuses('cart-funnel').length).toBeGreaterThan(5);
  expect(statuses('cart-funnel')).toEqual(statuses('cart'));
});
