// Holds of checkouts that died, and what becomes of them when they expire.
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { CheckedOutCartState } from '../../src/domain/cart/state.js';
import { availableIn } from '../../src/domain/inventory/state.js';
import { orderIdOf } from '../../src/commands/command-id.js';
import { StoreUnavailableError } from '../../src/event-store/errors.js';
import { HoldExpiry, type HoldExpiryPorts } from '../../src/process-managers/hold-expiry.js';
import { systemTime } from '../../src/waiting/time.js';
import { accepted, by, HOLD_MS, monday, Shop } from '../commands/shop.js';
import { Cleanup, connectTestStore, startTestNode } from '../event-store/nodes.js';

const cleanup = new Cleanup();
let connectionString = '';
beforeAll(async () => {
  ({ connectionString } = await startTestNode(cleanup));
});
afterAll(() => cleanup.run());

let tests = 0;
let sku = '';
let shop: Shop;
beforeEach(async () => {
  tests += 1;
  sku = `LANTERN ${tests}`;
  shop = new Shop(connectTestStore(cleanup, connectionString));
  const price = { minorUnits: 339, currency: 'GBP' };
  accepted(await shop.catalog.list({ sku, name: 'Lantern', price }, by()));
  await shop.receive(5, sku);
});

async function openCart(quantity: number): Promise<string> {
  const cartId = await shop.openCart();
  accepted(await shop.carts.change({ type: 'AddItem', cartId, sku, quantity }, by()));
  return cartId;
}

/** A checkout that takes its units, and then its process dies. */
async function dieAfterTaking(cartId: string): Promise<string> {
  const orderId = orderIdOf(cartId);
  const cart = { ...(await shop.carts.freshState(cartId)), status: 'CHECKED_OUT', orderId };
  const attemptId = randomUUID();
  const order = { orderId, attemptId, customerKey: null };
  await shop.checkoutStock.take({ ...order, cart: cart as CheckedOutCartState });
  return orderId;
}

/** With the stock of the log for that of the read model. */
function expiryAt(ms: number, changes: Partial<HoldExpiryPorts> = {}): HoldExpiry {
  return new HoldExpiry({
    due: async () => [await shop.stock.freshState(sku)],
    cart: (cartId) => shop.carts.freshState(cartId),
    order: (orderId) => shop.orders.freshState(orderId),
    checkoutStock: shop.checkoutStock,
    orderStock: shop.orderStock,
    time: { ...systemTime, now: () => monday + ms },
    onFault: (fault) => {
      throw fault;
    },
    ...changes,
  });
}

const available = async () => availableIn(await shop.stock.freshState(sku));

test('a hold whose checkout died is released when it expires, and not before, once', async () => {
  await dieAfterTaking(await openCart(3));
  await expiryAt(HOLD_MS - 1).round();
  expect(await available()).toBe(2);
  // Several instances may do it at once.
  await Promise.all([expiryAt(HOLD_MS).round(), expiryAt(HOLD_MS).round()]);
  await expiryAt(HOLD_MS).round();
  expect(await available()).toBe(5);
  const types = await shop.typesOf(`inventory-${sku}`);
  expect(types).toEqual(['StockReceived', 'StockReserved', 'StockReleased']);
});

test('the cart of a checkout that died is checked out later, with units of its own', async () => {
  const cartId = await openCart(3);
  await dieAfterTaking(cartId);
  await expiryAt(HOLD_MS).round();
  accepted((await shop.carts.checkOut({ cartId, expectedTotal: 3 * 339 }, by())).outcome);
  expect(await available()).toBe(2);
});

test('an order that was placed keeps its units, and they do not expire any more', async () => {
  const cartId = await openCart(3);
  const { order } = await shop.carts.checkOut({ cartId, expectedTotal: 3 * 339 }, by());
  await expiryAt(HOLD_MS).round();
  const { reservations } = await shop.stock.freshState(sku);
  expect(reservations).toMatchObject([{ orderId: order?.id, confirmed: 3, attempts: [] }]);
});

test('a checkout that died before its order was placed keeps its units for the order', async () => {
  const cartId = await openCart(3);
  await dieAfterTaking(cartId);
  const closed = { ...(await shop.carts.freshState(cartId)), status: 'CHECKED_OUT' as const };
  const cart = () => Promise.resolve({ ...closed, orderId: orderIdOf(cartId) } as never);
  await expiryAt(HOLD_MS, { cart }).round();
  expect(await available()).toBe(2);
});

test.each(['CANCELLED', 'SHIPPED'] as const)(
  'what is left of a checkout for an order that is %s is released',
  async (status) => {
    await dieAfterTaking(await openCart(3));
    const order = async (orderId: string) =>
      ({ ...(await shop.orders.freshState(orderId)), id: orderId, status }) as never;
    await expiryAt(HOLD_MS, { order }).round();
    expect(await available()).toBe(5);
  },
);

test('an order that is cancelled while its units are confirmed keeps none', async () => {
  const cartId = await openCart(3);
  await shop.carts.checkOut({ cartId, expectedTotal: 3 * 339 }, by());
  let looks = 0;
  const order = async (orderId: string) => {
    looks += 1;
    const state = await shop.orders.freshState(orderId);
    return looks === 1 ? state : { ...state, status: 'CANCELLED' as const };
  };
  await expiryAt(HOLD_MS, { order }).round();
  expect(await available()).toBe(5);
});

test('a fault leaves one product for the next round, and the others are settled', async () => {
  const faults: unknown[] = [];
  await dieAfterTaking(await openCart(3));
  const stock = await shop.stock.freshState(sku);
  const fault = new StoreUnavailableError('a test');
  const expired: string[] = [];
  await expiryAt(HOLD_MS, {
    due: () => Promise.resolve([{ ...stock, sku: 'FAULTY' }, stock]),
    checkoutStock: {
      expire: (of) => {
        if (of === 'FAULTY') return Promise.reject(fault);
        expired.push(of);
        return Promise.resolve();
      },
    },
    onFault: (one) => faults.push(one),
  }).round();
  expect([faults, expired]).toEqual([[fault], [sku]]);
});

test('a round reads every page of what is due', async () => {
  const stock = { ...(await shop.stock.freshState(sku)), reservations: [] };
  const asked: string[] = [];
  await expiryAt(HOLD_MS, {
    due: (_at, first, after) => {
      asked.push(after);
      const size = asked.length < 3 ? first : 1;
      return Promise.resolve(
        Array.from({ length: size }, (_, at) => ({ ...stock, sku: `${asked.length}-${at}` })),
      );
    },
  }).round();
  expect(asked).toEqual(['', '1-99', '2-99']);
});
