// What would not fit into one append is refused before anything is stored, at the very byte.
import { afterEach, describe, expect, test } from '@jest/globals';
import { noPayment } from '../../src/domain/cart/events.js';
import { randomUUID } from 'node:crypto';
import { cartAggregate } from '../../src/commands/aggregates.js';
import { MAX_ORDER_BYTES } from '../../src/commands/order-commands.js';
import type { CartCommand } from '../../src/domain/cart/commands.js';
import { createCartDecider } from '../../src/domain/cart/decide.js';
import type { CartState, CheckedOutCartState } from '../../src/domain/cart/state.js';
import { standardPricing, standardRules } from '../../src/domain/cart/pricing.js';
import { orderOf } from '../../src/domain/order/commands.js';
import { MAX_APPEND_BYTES } from '../../src/event-store/append-message.js';
import { AppendTooLargeError } from '../../src/event-store/errors.js';
import type { NewEvent } from '../../src/event-store/stored-event.js';
import { OrderPlacement } from '../../src/process-managers/order-placement.js';
import { Cleanup } from '../event-store/nodes.js';
import { accepted, answered, by, keyed, Shop, startShop } from './shop.js';
import { existing } from '../controls/cart.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const NAME = '籠'.repeat(200);
const LINES = 1_000;

/** Without limits of a shop, and with names of any length: only what is stored counts here. */
const roomy = {
  ...cartAggregate,
  decider: createCartDecider({ maxLines: 10_000, maxUnitsPerLine: 1e6, maxCoupons: 10 }),
};

/** A cart of lines at two prices each. */
async function fill(shop: Shop, cartId: string, lines: number): Promise<void> {
  for (let line = 0; line < lines; line += 1) {
    for (const pence of [100, 200]) {
      const sku = `SKU-${line}`;
      const command = (at: number): CartCommand => ({
        type: 'AddItem',
        at,
        sku,
        quantity: 1,
        offer: { sku, name: NAME, prices: { GBP: pence }, revision: 0 },
      });
      const request = { id: cartId, enrich: command, context: keyed() };
      accepted(await answered(() => shop.runner.run(roomy, request)));
    }
  }
}

/** The cart as its checkout would leave it, its first line's name longer or shorter by so much. */
function closed(cart: CartState, orderId: string, letters: number): CheckedOutCartState {
  const open = existing(cart);
  const [first, ...others] = open.lines;
  const name = 'x'.repeat(1_000 + letters);
  const { version: pricingVersion } = standardRules;
  const lines = [{ ...first!, name, portions: first!.portions.slice(0, 1) }, ...others];
  const agreed = { pricingVersion, contact: null, payment: noPayment };
  return { ...open, status: 'CHECKED_OUT', orderId, ...agreed, lines };
}

function orderBytes(cart: CheckedOutCartState): number {
  const { order } = orderOf(cart, cart.updatedAt, cart.orderId, standardPricing);
  return Buffer.byteLength(JSON.stringify(order));
}

function noted(bytes: number): NewEvent {
  const metadata = { schemaVersion: 1, occurredAt: '2026-11-23T08:00:00.000Z' };
  return { id: randomUUID(), type: 'Noted', data: { text: 'x'.repeat(bytes) }, metadata };
}

describe('a checkout', () => {
  test('is refused for an order of one byte too many, and no earlier', async () => {
    const shop = await startShop(cleanup);
    const cartId = await shop.openCart();
    await fill(shop, cartId, 650);
    const cart = await shop.carts.state(cartId);
    const letters = MAX_ORDER_BYTES - orderBytes(closed(cart, randomUUID(), 0));
    const fitting = closed(cart, randomUUID(), letters);
    expect(orderBytes(fitting)).toBe(MAX_ORDER_BYTES);
    expect(shop.orders.refusalFor(fitting)).toBeUndefined();
    expect(shop.orders.refusalFor(closed(cart, randomUUID(), letters + 1))).toMatchObject({
      code: 'TOO_LARGE',
    });
    expect(await shop.orders.placeFor(fitting)).toMatchObject({ status: 'PLACED' });
  }, 120_000);

  test('leaves the cart open, and succeeds once the cart is smaller', async () => {
    const { store } = await startShop(cleanup);
    // Every product is sold, whatever the length of its name.
    const offer = (sku: string) =>
      Promise.resolve({ sku, name: NAME, prices: { GBP: 100 }, revision: 0 });
    const shop = new Shop(store, { catalogue: { offer, coupon: () => Promise.resolve(null) } });
    const cartId = await shop.openCart();
    await fill(shop, cartId, 750);
    const refused = await shop.carts.checkOut({ cartId, expectedTotal: 225_000 }, by());
    expect(refused.outcome).toMatchObject({ accepted: false, rejection: { code: 'TOO_LARGE' } });
    expect(await shop.carts.freshState(cartId)).toMatchObject({ status: 'OPEN' });
    for (let line = 0; line < 150; line += 1) {
      const removal = { type: 'RemoveItem', cartId, sku: `SKU-${line}` } as const;
      const context = keyed();
      accepted(await answered(() => shop.carts.change(removal, context)));
    }
    const { order } = await shop.carts.checkOut({ cartId, expectedTotal: 180_000 }, by());
    expect(order).toMatchObject({ status: 'PLACED', total: 180_000 });
  }, 120_000);
});

test('an order that nobody foresaw is refused as an append, and fails its process manager', async () => {
  const shop = await startShop(cleanup);
  const cartId = await shop.openCart();
  await fill(shop, cartId, LINES);
  const command = (at: number): CartCommand => ({
    type: 'CheckOut',
    at,
    expectedTotal: LINES * 300,
    orderId: 'an order',
    contact: null,
    rules: standardRules,
  });
  accepted(await shop.runner.run(roomy, { id: cartId, enrich: command, context: by() }));
  const placement = new OrderPlacement(shop.carts, shop.orders);
  const placing = placement.carryOut({ type: 'PlaceOrderFor', cartId, orderId: 'an order' });
  await expect(placing).rejects.toThrow('more than can be stored at once');
  expect(await shop.typesOf('order-an order')).toEqual([]);
}, 120_000);

describe('an append', () => {
  test('takes what is just below the bound, and the store agrees', async () => {
    const { store } = await startShop(cleanup);
    expect(
      await store.append('note-1', [noted(MAX_APPEND_BYTES - 400)], 'no_stream'),
    ).toMatchObject({ revision: 0 });
  });

  test.each([1, 3, 200])(
    'of %d events refuses what is more, and stores none of them',
    async (count) => {
      const { store } = await startShop(cleanup);
      const events = Array.from({ length: count }, () =>
        noted(Math.ceil(MAX_APPEND_BYTES / count)),
      );
      const appending = store.append('note-1', events, 'no_stream');
      await expect(appending).rejects.toThrow(AppendTooLargeError);
      const read = [];
      for await (const event of store.readStream('note-1')) read.push(event);
      expect(read).toEqual([]);
    },
  );
});
