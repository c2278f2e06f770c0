// Undo over the log: whose change it takes back, once, and as an event of its own.
import { afterEach, describe, expect, test } from '@jest/globals';
import { Cleanup } from '../event-store/nodes.js';
import { existing } from '../controls/cart.js';
import { openTerms } from '../../src/domain/cart/coupon-terms.js';
import {
  accepted,
  by,
  keyed,
  lantern,
  quantityIn,
  refusalOf,
  Shop,
  startShop,
  startShops,
} from './shop.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const ann = { actor: { kind: 'customer', subject: 'ann' } };
const add = (shop: Shop, cartId: string, quantity: number, context = by()) =>
  shop.carts.change({ type: 'AddItem', cartId, sku: lantern.sku, quantity }, context);
const undo = (shop: Shop, cartId: string, context = by()) =>
  shop.carts.change({ type: 'Undo', cartId }, context);

async function cartOfTwo(shop: Shop): Promise<string> {
  await shop.list();
  const cartId = await shop.openCart();
  accepted(await add(shop, cartId, 2));
  return cartId;
}

describe('undo', () => {
  test('takes the last change back, and its undo restores it', async () => {
    const shop = await startShop(cleanup);
    const cartId = await cartOfTwo(shop);
    accepted(await add(shop, cartId, 3));
    expect(quantityIn(accepted(await undo(shop, cartId)).state)).toBe(2);
    expect(quantityIn(accepted(await undo(shop, cartId)).state)).toBe(5);
    expect(quantityIn(accepted(await undo(shop, cartId)).state)).toBe(2);
    expect(await shop.typesOf(`cart-${cartId}`)).toEqual([
      ...['CartOpened', 'ItemAdded', 'ItemAdded'],
      ...['ChangeUndone', 'ChangeUndone', 'ChangeUndone'],
    ]);
  });

  test('repeated with its key acts once, also after a restart', async () => {
    const shop = await startShop(cleanup);
    const cartId = await cartOfTwo(shop);
    const context = keyed();
    const first = accepted(await undo(shop, cartId, context));
    const again = accepted(await undo(new Shop(shop.store), cartId, context));
    expect(again).toMatchObject({ replayed: true, state: first.state });
    expect(existing(again.state).lines).toEqual([]);
  });

  test('of a coupon takes it off, and its undo applies it again', async () => {
    const shop = await startShop(cleanup);
    const cartId = await cartOfTwo(shop);
    const discount = { kind: 'PERCENTAGE' as const, basisPoints: 1_000 };
    const terms = { ...openTerms, discount };
    accepted(await shop.coupons.define({ code: 'TEN', description: '10 %', terms }, by()));
    accepted(await shop.carts.change({ type: 'ApplyCoupon', cartId, code: 'TEN' }, by()));
    expect(existing(accepted(await undo(shop, cartId)).state).coupons).toEqual([]);
    const codes = existing(accepted(await undo(shop, cartId)).state).coupons.map(
      ({ code }) => code,
    );
    expect(codes).toEqual(['TEN']);
    accepted(await undo(shop, cartId));
    accepted(await shop.coupons.withdraw({ code: 'TEN' }, by()));
    expect(refusalOf(await undo(shop, cartId))).toBe('COUPON_INVALID');
  });

  test('is of the caller’s own change: another caller’s stays', async () => {
    const shop = await startShop(cleanup);
    const cartId = await cartOfTwo(shop);
    expect(refusalOf(await undo(shop, cartId, by(ann)))).toBe('NOTHING_TO_UNDO');
    accepted(await add(shop, cartId, 3, by(ann)));
    expect(refusalOf(await undo(shop, cartId))).toBe('CHANGED_SINCE');
    expect(quantityIn(accepted(await undo(shop, cartId, by(ann))).state)).toBe(2);
  });

  test('finds what another instance has changed meanwhile', async () => {
    const [here, there] = await startShops(cleanup, 2);
    const cartId = await cartOfTwo(here!);
    accepted(await add(there!, cartId, 3));
    expect(quantityIn(accepted(await undo(here!, cartId)).state)).toBe(2);
  });

  test('ten at once leave the cart as ten after each other do', async () => {
    const [here, there] = await startShops(cleanup, 2);
    const cartId = await cartOfTwo(here!);
    accepted(await add(here!, cartId, 3));
    const undone = await Promise.all(
      Array.from({ length: 10 }, (_, index) => undo(index % 2 === 0 ? here! : there!, cartId)),
    );
    undone.forEach(accepted);
    expect(quantityIn(await here!.carts.freshState(cartId))).toBe(5);
    expect((await here!.typesOf(`cart-${cartId}`)).length).toBe(13);
  });

  test('of a cart that was only opened: there is nothing to undo', async () => {
    const shop = await startShop(cleanup);
    expect(refusalOf(await undo(shop, await shop.openCart()))).toBe('NOTHING_TO_UNDO');
    expect(refusalOf(await undo(shop, 'no cart'))).toBe('NOT_FOUND');
  });
});
