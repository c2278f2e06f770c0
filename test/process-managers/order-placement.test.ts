import { afterEach, describe, expect, test } from '@jest/globals';
import { standardRules } from '../../src/domain/cart/pricing.js';
import type { CartCommand } from '../../src/domain/cart/commands.js';
import { initialCart } from '../../src/domain/cart/state.js';
import { initialOrder, type OrderState } from '../../src/domain/order/state.js';
import { StoreUnavailableError } from '../../src/event-store/errors.js';
import { OrderPlacement, react } from '../../src/process-managers/order-placement.js';
import { cartAggregate } from '../../src/commands/aggregates.js';
import { recorded } from '../../src/event-store/recorded.js';
import { systemTime } from '../../src/waiting/time.js';
import { accepted, by, lantern, Shop, startShop, startShops } from '../commands/shop.js';
import { Cleanup } from '../event-store/nodes.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

/** Nobody waits. */
const hasty = {
  ...systemTime,
  after: (_ms: number, task: () => void) => systemTime.after(0, task),
};

const command = { type: 'PlaceOrderFor', cartId: 'a cart', orderId: 'an order' } as const;

/** Checks a cart of two lanterns out and leaves it at that. */
async function checkOutOnly(shop: Shop, cartId: string, orderId: string): Promise<void> {
  const checkingOut = shop.runner.run(cartAggregate, {
    id: cartId,
    enrich: (at): CartCommand => ({
      type: 'CheckOut',
      at,
      expectedTotal: 678,
      orderId,
      contact: null,
      rules: standardRules,
    }),
    context: by(),
  });
  accepted(await checkingOut);
}

/** A cart that was checked out by a service that died before it had placed the order. */
async function interruptedCheckout(shop: Shop): Promise<string> {
  await shop.list();
  const cartId = await shop.openCart();
  accepted(
    await shop.carts.change({ type: 'AddItem', cartId, sku: lantern.sku, quantity: 2 }, by()),
  );
  await checkOutOnly(shop, cartId, `order of ${cartId}`);
  return cartId;
}

async function commandsFor(shop: Shop, cartId: string) {
  const stored = await shop.eventsOf(`cart-${cartId}`);
  return stored.flatMap((event) => react(cartId, recorded(cartAggregate.codec, event)!));
}

describe('the commands of order placement', () => {
  test('is the order of a cart that was checked out, and nothing for any other event', async () => {
    const shop = await startShop(cleanup);
    const cartId = await interruptedCheckout(shop);
    expect(await commandsFor(shop, cartId)).toEqual([
      { type: 'PlaceOrderFor', cartId, orderId: `order of ${cartId}` },
    ]);
  });
});

describe('carrying it out', () => {
  test('places the order that a crash left out, once', async () => {
    const shop = await startShop(cleanup);
    const cartId = await interruptedCheckout(shop);
    const placement = new OrderPlacement(shop.carts, shop.orders);
    const [first] = await commandsFor(shop, cartId);
    await Promise.all([placement.carryOut(first!), placement.carryOut(first!)]);
    await new OrderPlacement(new Shop(shop.store).carts, shop.orders).carryOut(first!);
    expect(await shop.typesOf(`order-${first!.orderId}`)).toEqual(['OrderPlaced']);
    expect(await shop.orders.state(first!.orderId)).toMatchObject({ total: 678, units: 2, cartId });
  });

  test('finds what the checkout itself has placed', async () => {
    const shop = await startShop(cleanup);
    await shop.list();
    const cartId = await shop.openCart();
    accepted(
      await shop.carts.change({ type: 'AddItem', cartId, sku: lantern.sku, quantity: 1 }, by()),
    );
    const { order } = await shop.carts.checkOut({ cartId, expectedTotal: 339 }, by());
    const placement = new OrderPlacement(shop.carts, shop.orders);
    for (const one of await commandsFor(shop, cartId)) await placement.carryOut(one);
    expect(await shop.typesOf(`order-${order!.id}`)).toEqual(['OrderPlaced']);
  });

  test('reads the cart from the log, where this instance remembers it as open', async () => {
    const [here, there] = await startShops(cleanup, 2);
    await here!.list();
    const cartId = await here!.openCart();
    const other = there!.carts.change(
      { type: 'AddItem', cartId, sku: lantern.sku, quantity: 2 },
      by(),
    );
    accepted(await other);
    await checkOutOnly(there!, cartId, 'an order');
    await new OrderPlacement(here!.carts, here!.orders).carryOut({ ...command, cartId });
    expect(await here!.typesOf('order-an order')).toEqual(['OrderPlaced']);
  });

  test('is retried while the store is unavailable', async () => {
    const placed: OrderState = { ...initialOrder, status: 'PLACED' };
    let tries = 0;
    const orders = {
      state: () => {
        tries += 1;
        return tries < 3
          ? Promise.reject(new StoreUnavailableError('a look'))
          : Promise.resolve(placed);
      },
      placeFor: () => Promise.resolve(placed),
    };
    const carts = { freshState: () => Promise.resolve(initialCart) };
    await new OrderPlacement(carts, orders, hasty).carryOut(command);
    expect(tries).toBe(3);
  });

  test('ends after an abort, and fails with any other fault', async () => {
    const carts = { freshState: () => Promise.resolve(initialCart) };
    const failing = (error: Error) => ({
      state: () => Promise.reject(error),
      placeFor: () => Promise.reject(error),
    });
    const ending = new AbortController();
    const away = new OrderPlacement(carts, failing(new StoreUnavailableError('a look')));
    const trying = away.carryOut(command, ending.signal);
    setImmediate(() => ending.abort());
    await trying;
    const broken = new OrderPlacement(carts, failing(new TypeError('broken')), hasty);
    await expect(broken.carryOut(command)).rejects.toThrow('broken');
  });
});
