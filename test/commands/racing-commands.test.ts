import { afterEach, describe, expect, test } from '@jest/globals';
import { Cleanup } from '../event-store/nodes.js';
import {
  accepted,
  by,
  keyed,
  lantern,
  quantityIn,
  refusalOf,
  startShop,
  startShops,
} from './shop.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const { sku } = lantern;

describe('commands that race for one cart', () => {
  test.each([1, 2])('50 additions through %i instances all count', async (instances) => {
    const shops = await startShops(cleanup, instances);
    await shops[0]!.list();
    const cartId = await shops[0]!.openCart();
    const outcomes = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        shops[index % instances]!.carts.change(
          { type: 'AddItem', cartId, sku, quantity: 1 },
          keyed(),
        ),
      ),
    );
    const revisions = outcomes.map((outcome) => accepted(outcome).revision);
    expect(revisions.sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, i) => i + 1));
    for (const shop of shops) {
      expect(quantityIn(await shop.carts.freshState(cartId))).toBe(50);
    }
    const stored = await shops[0]!.eventsOf(`cart-${cartId}`);
    expect(stored.map(({ revision }) => revision)).toEqual(Array.from({ length: 51 }, (_, i) => i));
  });

  test('of two that saw the same revision one wins, the other learns the revision now', async () => {
    const shops = await startShops(cleanup, 2);
    await shops[0]!.list();
    const cartId = await shops[0]!.openCart();
    await shops[1]!.carts.state(cartId);
    const outcomes = await Promise.all(
      shops.map((shop) =>
        shop.carts.change(
          { type: 'AddItem', cartId, sku, quantity: 1 },
          by({ expectedRevision: 0 }),
        ),
      ),
    );
    expect(outcomes.map(refusalOf).sort()).toEqual(['CONFLICT', 'accepted']);
    const lost = outcomes.find((outcome) => !outcome.accepted);
    expect(lost).toMatchObject({ rejection: { currentRevision: 1 } });
  });

  test('a stale expectation is refused, a right one accepted', async () => {
    const shop = await startShop(cleanup);
    await shop.list();
    const cartId = await shop.openCart();
    const add = (expectedRevision: number) =>
      shop.carts.change({ type: 'AddItem', cartId, sku, quantity: 1 }, by({ expectedRevision }));
    expect(accepted(await add(0)).revision).toBe(1);
    expect(await add(0)).toMatchObject({
      accepted: false,
      rejection: { code: 'CONFLICT', currentRevision: 1 },
    });
    expect(await shop.typesOf(`cart-${cartId}`)).toHaveLength(2);
  });
});

describe('a decision on what the process remembered', () => {
  test('that refuses is made again on what another instance has written', async () => {
    const [here, there] = await startShops(cleanup, 2);
    await here!.list();
    const cartId = await here!.openCart();
    accepted(await there!.carts.change({ type: 'AddItem', cartId, sku, quantity: 1 }, by()));
    // Here the cart is remembered as empty, so that there would be nothing to remove.
    expect(
      accepted(await here!.carts.change({ type: 'RemoveItem', cartId, sku }, by())).revision,
    ).toBe(2);
  });

  test('that accepts is made again, so that no edit slips in after the checkout', async () => {
    const [here, there] = await startShops(cleanup, 2);
    await here!.list();
    const cartId = await here!.openCart();
    accepted(await here!.carts.change({ type: 'AddItem', cartId, sku, quantity: 1 }, by()));
    const { outcome } = await there!.carts.checkOut({ cartId, expectedTotal: 339 }, by());
    accepted(outcome);
    const late = await here!.carts.change({ type: 'AddItem', cartId, sku, quantity: 1 }, by());
    expect(refusalOf(late)).toBe('CART_CLOSED');
  });

  test('that finds nothing to do is made again', async () => {
    const [here, there] = await startShops(cleanup, 2);
    await here!.list(339);
    await there!.list(500);
    // Here 339 is remembered as the price, so that there would be nothing to change.
    await here!.list(339);
    const prices = await here!.eventsOf(`product-${sku}`);
    expect(prices.at(-1)).toMatchObject({ data: { price: { minorUnits: 339 } }, revision: 2 });
  });

  test('is made with the offer of the log where the catalogue has none', async () => {
    const [here, there] = await startShops(cleanup, 2);
    await here!.list();
    const cartId = await here!.openCart();
    accepted(await there!.catalog.delist({ sku }, by()));
    const gone = await here!.carts.change({ type: 'AddItem', cartId, sku, quantity: 1 }, by());
    expect(refusalOf(gone)).toBe('NOT_FOUND');
  });
});
