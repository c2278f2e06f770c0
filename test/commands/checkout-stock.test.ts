// A checkout and units in stock: what it holds, what it is told when some are missing, and what is
// left of a hold after the order was placed, cancelled or shipped.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { StoreUnavailableError } from '../../src/event-store/errors.js';
import { availableIn } from '../../src/domain/inventory/state.js';
import { orderIdOf } from '../../src/commands/command-id.js';
import { Cleanup, connectTestStore, startTestNode } from '../event-store/nodes.js';
import { HeldStore } from './held-store.js';
import { accepted, by, HOLD_MS, keyed, monday, refusalOf, Shop } from './shop.js';

const cleanup = new Cleanup();
let connectionString = '';
beforeAll(async () => {
  ({ connectionString } = await startTestNode(cleanup));
});
afterAll(() => cleanup.run());

/** One log for all tests; each has products of its own. */
let tests = 0;
let sku = '';
let mug = '';
beforeEach(() => {
  tests += 1;
  [sku, mug] = [`LANTERN ${tests}`, `MUG ${tests}`];
});

const priced = (minorUnits: number) => ({ minorUnits, currency: 'GBP' });

async function cartOf(shop: Shop, lines: Readonly<Record<string, number>>) {
  const cartId = await shop.openCart();
  for (const [sku, quantity] of Object.entries(lines)) {
    accepted(await shop.carts.change({ type: 'AddItem', cartId, sku, quantity }, by()));
  }
  const expectedTotal = (lines[sku] ?? 0) * 339 + (lines[mug] ?? 0) * 500;
  return { cartId, expectedTotal };
}

async function shopWith(units: Readonly<Record<string, number>>): Promise<Shop> {
  const shop = new Shop(connectTestStore(cleanup, connectionString));
  await stock(shop, units);
  return shop;
}

async function stock(shop: Shop, units: Readonly<Record<string, number>>): Promise<void> {
  accepted(await shop.catalog.list({ sku, name: 'Lantern', price: priced(339) }, by()));
  accepted(await shop.catalog.list({ sku: mug, name: 'Mug', price: priced(500) }, by()));
  for (const [sku, quantity] of Object.entries(units)) await shop.receive(quantity, sku);
}

const availableOf = async (shop: Shop, of: string) => availableIn(await shop.stock.freshState(of));

describe('a checkout', () => {
  test('holds its units from then on, for a while', async () => {
    const shop = await shopWith({ [sku]: 5 });
    const { order, outcome } = await shop.carts.checkOut(await cartOf(shop, { [sku]: 3 }), by());
    accepted(outcome);
    const [reserved] = (await shop.eventsOf(`inventory-${sku}`)).slice(1);
    expect(reserved?.data).toMatchObject({
      ...{ orderId: order?.id, cartId: order?.cartId, quantity: 3 },
      expiresAt: monday + HOLD_MS,
    });
    expect(await availableOf(shop, sku)).toBe(2);
  });

  test('of products that are not tracked needs no units, and stores nothing of them', async () => {
    const shop = await shopWith({});
    const { outcome } = await shop.carts.checkOut(await cartOf(shop, { [sku]: 1_000 }), by());
    accepted(outcome);
    expect(await shop.typesOf(`inventory-${sku}`)).toEqual([]);
  });

  test('that lacks units is told of all that are short, and its cart stays as it was', async () => {
    const shop = await shopWith({ [sku]: 2, [mug]: 1 });
    const cart = await cartOf(shop, { [sku]: 3, [mug]: 2 });
    const { outcome, order } = await shop.carts.checkOut(cart, by());
    expect(outcome).toMatchObject({
      rejection: {
        code: 'OUT_OF_STOCK',
        shortages: [
          { sku, requested: 3, available: 2 },
          { sku: mug, requested: 2, available: 1 },
        ],
      },
    });
    expect(order).toBeUndefined();
    const left = await shop.typesOf(`cart-${cart.cartId}`);
    expect(left).toEqual(['CartOpened', 'ItemAdded', 'ItemAdded']);
  });

  test('that lacks one unit gives back the others', async () => {
    const shop = await shopWith({ [sku]: 10, [mug]: 1 });
    const cart = await cartOf(shop, { [sku]: 3, [mug]: 2 });
    expect(refusalOf((await shop.carts.checkOut(cart, by())).outcome)).toBe('OUT_OF_STOCK');
    expect([await availableOf(shop, sku), await availableOf(shop, mug)]).toEqual([10, 1]);
    await shop.receive(1, mug);
    accepted((await shop.carts.checkOut(cart, by())).outcome);
    expect([await availableOf(shop, sku), await availableOf(shop, mug)]).toEqual([7, 0]);
  });

  test('repeated with its commandId holds no more', async () => {
    const shop = await shopWith({ [sku]: 5 });
    const cart = await cartOf(shop, { [sku]: 3 });
    const context = keyed();
    for (let times = 0; times < 2; times += 1) {
      accepted((await shop.carts.checkOut(cart, context)).outcome);
    }
    expect(await availableOf(shop, sku)).toBe(2);
  });

  test('whose answer was lost is repeated with the units that it holds', async () => {
    const held = new HeldStore(connectTestStore(cleanup, connectionString));
    const shop = new Shop(held.port);
    await stock(shop, { [sku]: 3 });
    const cart = await cartOf(shop, { [sku]: 3 });
    // The first append of the checkout is that of the stock.
    held.loseAnswerOfNext();
    const context = keyed();
    const lost = shop.carts.checkOut(cart, context);
    await expect(lost).rejects.toBeInstanceOf(StoreUnavailableError);
    accepted((await shop.carts.checkOut(cart, context)).outcome);
    expect(await availableOf(shop, sku)).toBe(0);
  });

  test('decided again on a changed cart holds what the cart holds now', async () => {
    const shop = await shopWith({ [sku]: 5, [mug]: 5 });
    const cart = await cartOf(shop, { [sku]: 3 });
    const state = { ...(await shop.carts.freshState(cart.cartId)), status: 'CHECKED_OUT' };
    const orderId = orderIdOf(cart.cartId);
    const first = {
      orderId,
      attemptId: randomUUID(),
      customerKey: null,
      cart: { ...state, orderId } as never,
    };
    await shop.checkoutStock.take(first);
    const other = await cartOf(shop, { [mug]: 2 });
    const changed = { ...(await shop.carts.freshState(other.cartId)), status: 'CHECKED_OUT' };
    await shop.checkoutStock.take({ ...first, cart: { ...changed, orderId } as never }, first);
    expect([await availableOf(shop, sku), await availableOf(shop, mug)]).toEqual([5, 3]);
  });
});

describe('a placed order', () => {
  async function placed() {
    const shop = await shopWith({ [sku]: 5 });
    const { order } = await shop.carts.checkOut(await cartOf(shop, { [sku]: 3 }), by());
    return { shop, order: order! };
  }

  test('keeps its units once they are confirmed, and confirms them once', async () => {
    const { shop, order } = await placed();
    for (let times = 0; times < 2; times += 1) {
      expect(await shop.orderStock.confirm(order)).toBeUndefined();
    }
    const types = await shop.typesOf(`inventory-${sku}`);
    expect(types).toEqual(['StockReceived', 'StockReserved', 'StockReserved']);
    expect(await availableOf(shop, sku)).toBe(2);
  });

  test('gives all back when it is cancelled, once, and is not confirmed after that', async () => {
    const { shop, order } = await placed();
    await shop.orderStock.confirm(order);
    for (let times = 0; times < 2; times += 1) await shop.orderStock.giveBack(order);
    expect(await availableOf(shop, sku)).toBe(5);
    // Another instance that is behind carries it out again.
    expect(await new Shop(shop.store).orderStock.confirm(order)).toBeUndefined();
    expect(await availableOf(shop, sku)).toBe(5);
  });

  test('cancelled before it was confirmed is not confirmed any more', async () => {
    const { shop, order } = await placed();
    await shop.orderStock.giveBack(order);
    expect(await new Shop(shop.store).orderStock.confirm(order)).toBeUndefined();
    expect(await availableOf(shop, sku)).toBe(5);
  });

  test('takes again what expired, or is told that it is gone', async () => {
    const { shop, order } = await placed();
    const [held] = (await shop.stock.freshState(sku)).reservations;
    await shop.checkoutStock.expire(sku, order.id ?? '', held?.attempts[0]?.attemptId ?? '');
    expect(await availableOf(shop, sku)).toBe(5);
    accepted((await shop.carts.checkOut(await cartOf(shop, { [sku]: 4 }), by())).outcome);
    expect(await shop.orderStock.confirm(order)).toMatchObject({
      shortages: [{ sku, requested: 3, available: 1 }],
    });
    await shop.receive(2, sku);
    expect(await shop.orderStock.confirm(order)).toBeUndefined();
    expect(await availableOf(shop, sku)).toBe(0);
  });

  test('takes its units out of the shop when it is shipped, once', async () => {
    const { shop, order } = await placed();
    await shop.orderStock.confirm(order);
    for (let times = 0; times < 2; times += 1) await shop.orderStock.ship(order);
    expect(await shop.stock.freshState(sku)).toMatchObject({ onHand: 2, reserved: 0 });
  });
});

describe("an admin's command", () => {
  test('counts once, however often it is sent', async () => {
    const shop = await shopWith({});
    const context = keyed();
    const delivery = { sku, quantity: 5, reference: 'Delivery 1' };
    for (let times = 0; times < 2; times += 1)
      accepted(await shop.stock.receive(delivery, context));
    expect(await shop.stock.freshState(sku)).toMatchObject({ onHand: 5 });
    expect(refusalOf(await shop.stock.receive({ ...delivery, quantity: 6 }, context))).toBe(
      'COMMAND_ID_REUSED',
    );
  });

  test('on a product that was withdrawn is carried out, on one that never was it is not', async () => {
    const shop = await shopWith({});
    accepted(await shop.catalog.delist({ sku }, by()));
    await shop.receive(1, sku);
    const unknown = { sku: 'UNHEARD-OF', correction: { onHand: 1 }, reason: 'A count' };
    expect(refusalOf(await shop.stock.adjust(unknown, by()))).toBe('NOT_FOUND');
  });
});
