// A copy of a cart: another stream, opened with what the source held at a revision.
import { afterEach, describe, expect, test } from '@jest/globals';
import { tokenHashOf } from '../../src/commands/cart-secrets.js';
import { MAX_UNITS } from '../../src/domain/cart/limits.js';
import { existing } from '../controls/cart.js';
import { Cleanup } from '../event-store/nodes.js';
import { accepted, by, keyed, lantern, quantityIn, refusalOf, Shop, startShop } from './shop.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const { sku } = lantern;

/** Two lanterns at revision 1, five at revision 2, none at 3. */
async function sourceIn(shop: Shop): Promise<string> {
  await shop.list();
  const cartId = await shop.openCart();
  accepted(await shop.carts.change({ type: 'AddItem', cartId, sku, quantity: 2 }, by()));
  accepted(await shop.carts.change({ type: 'ChangeQuantity', cartId, sku, quantity: 5 }, by()));
  accepted(await shop.carts.change({ type: 'RemoveItem', cartId, sku }, by()));
  return cartId;
}

const forkOf = (fromCartId: string, fromRevision: number) => ({
  ...{ fromCartId, fromRevision, customerId: null },
});

describe('a copy of a cart', () => {
  test.each([
    { revision: 1, quantity: 2 },
    { revision: 2, quantity: 5 },
    { revision: 3, quantity: 0 },
  ])('as of revision $revision has $quantity', async ({ revision, quantity }) => {
    const shop = await startShop(cleanup);
    const { outcome, cartToken } = await shop.carts.fork(
      forkOf(await sourceIn(shop), revision),
      by(),
    );
    const { state } = accepted(outcome);
    expect(quantityIn(state)).toBe(quantity);
    expect(existing(state).tokenHash).toBe(tokenHashOf(cartToken!));
    expect(await shop.typesOf(`cart-${state.id}`)).toEqual(['CartOpened', 'CartForked']);
  });

  test('has the prices of now', async () => {
    const shop = await startShop(cleanup);
    const source = await sourceIn(shop);
    const price = { minorUnits: 500, currency: 'GBP' };
    accepted(await shop.catalog.changePrice({ sku, price }, by()));
    const { outcome } = await shop.carts.fork(forkOf(source, 1), by());
    expect(existing(accepted(outcome).state).lines[0]?.portions).toMatchObject([
      { quantity: 2, unitPrice: 500 },
    ]);
  });

  test('leaves out what is not on sale any more, and says so, also to a repetition', async () => {
    const shop = await startShop(cleanup);
    const source = await sourceIn(shop);
    accepted(await shop.catalog.delist({ sku }, by()));
    const context = keyed();
    const first = await shop.carts.fork(forkOf(source, 2), context);
    const { state, revision } = accepted(first.outcome);
    await shop.list();
    const again = await new Shop(shop.store).carts.fork(forkOf(source, 2), context);
    expect(accepted(again.outcome)).toMatchObject({ replayed: true, state });
    expect(again.cartToken).toBe(first.cartToken);
    expect(await shop.carts.linesAdded(state.id!, revision)).toMatchObject([
      { sku, quantity: 5, refusal: { code: 'NOT_FOUND' } },
    ]);
  });

  test('of a revision that the cart has not reached: not found', async () => {
    const shop = await startShop(cleanup);
    const { outcome } = await shop.carts.fork(forkOf(await sourceIn(shop), 4), by());
    expect(refusalOf(outcome)).toBe('NOT_FOUND');
  });

  test('with the key of another copy of the same cart: the key was used before', async () => {
    const shop = await startShop(cleanup);
    const source = await sourceIn(shop);
    const context = keyed();
    accepted((await shop.carts.fork(forkOf(source, 1), context)).outcome);
    const other = await shop.carts.fork(forkOf(source, 2), context);
    expect(refusalOf(other.outcome)).toBe('COMMAND_ID_REUSED');
  });

  test('of more than one append holds: too large, and nothing is opened', async () => {
    const limits = { maxLines: 10_000, maxUnitsPerLine: MAX_UNITS, maxCoupons: 10 };
    const name = 'A lantern with a very long name '.repeat(6).slice(0, 190);
    const offer = (of: string) =>
      Promise.resolve({ sku: of, name, prices: { GBP: 100 }, revision: 1 });
    const catalogue = { offer, coupon: () => Promise.resolve(null) };
    const shop = new Shop((await startShop(cleanup)).store, { catalogue, limits });
    const cartId = await shop.openCart();
    for (let batch = 0; batch < 20; batch += 1) {
      const lines = Array.from({ length: 250 }, (_, index) => ({
        sku: `LANTERN-${batch}-${index}`,
        quantity: 1,
      }));
      accepted(
        await shop.carts.change({ type: 'AddItems', cartId, lines, partially: false }, by()),
      );
    }
    const context = keyed();
    const { outcome, cartToken } = await shop.carts.fork(forkOf(cartId, 20), context);
    expect([refusalOf(outcome), cartToken]).toEqual(['TOO_LARGE', null]);
  });
});
