import { afterEach, expect, test } from '@jest/globals';
import { Cleanup } from '../event-store/nodes.js';
import { accepted, by, keyed, monday, refusalOf, type Shop, startShop } from './shop.js';
import { openTerms } from '../../src/domain/cart/coupon-terms.js';
import { existing } from '../controls/cart.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

async function define(shop: Shop, code: string, validUntil: number | null = null): Promise<void> {
  const discount = { kind: 'PERCENTAGE' as const, basisPoints: 1_000 };
  const terms = { ...openTerms, discount, validUntil };
  accepted(await shop.coupons.define({ code, description: '10 % off', terms }, by()));
}

const guess = (shop: Shop, cartId: string, code: string) =>
  shop.carts.change({ type: 'ApplyCoupon', cartId, code }, by());

test('the sixth wrong code within a minute has to wait, and a right one with it', async () => {
  const shop = await startShop(cleanup);
  await define(shop, 'WELCOME10');
  const cartId = await shop.openCart();
  for (const code of ['A', 'B', 'C', 'D', 'E']) {
    expect(refusalOf(await guess(shop, cartId, code))).toBe('COUPON_INVALID');
  }
  expect(refusalOf(await guess(shop, cartId, 'F'))).toBe('RATE_LIMITED');
  expect(refusalOf(await guess(shop, cartId, 'WELCOME10'))).toBe('RATE_LIMITED');
});

test('guesses that are sent all at once are counted too', async () => {
  const shop = await startShop(cleanup);
  await define(shop, 'WELCOME10');
  const cartId = await shop.openCart();
  const codes = ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'WELCOME10'];
  const answers = await Promise.all(codes.map((code) => guess(shop, cartId, code)));
  expect(answers.map(refusalOf)).toEqual([
    ...Array.from({ length: 5 }, () => 'COUPON_INVALID'),
    ...Array.from({ length: 3 }, () => 'RATE_LIMITED'),
  ]);
  expect(existing(await shop.carts.state(cartId)).coupons).toEqual([]);
});

test('another cart does not wait for it', async () => {
  const shop = await startShop(cleanup);
  await define(shop, 'WELCOME10');
  const guessing = await shop.openCart();
  for (const code of ['A', 'B', 'C', 'D', 'E', 'F']) await guess(shop, guessing, code);
  accepted(await guess(shop, await shop.openCart(), 'WELCOME10'));
});

test('what was applied before is answered as before', async () => {
  const shop = await startShop(cleanup);
  await define(shop, 'WELCOME10');
  const cartId = await shop.openCart();
  const context = keyed();
  const apply = () =>
    shop.carts.change({ type: 'ApplyCoupon', cartId, code: 'welcome10' }, context);
  const first = accepted(await apply());
  for (const code of ['A', 'B', 'C', 'D', 'E', 'F']) await guess(shop, cartId, code);
  expect(accepted(await apply())).toMatchObject({ state: first.state, replayed: true });
});

test('a code that is over is told from an unknown one by nothing', async () => {
  const shop = await startShop(cleanup);
  await define(shop, 'SUMMER', monday - 1);
  const cartId = await shop.openCart();
  expect(await guess(shop, cartId, 'SUMMER')).toEqual(await guess(shop, cartId, 'NEVER'));
});

const callers = ['address 192.0.2.1', 'customer ann'];
const guessAs = (shop: Shop, cartId: string, code: string, known = callers) =>
  shop.carts.change({ type: 'ApplyCoupon', cartId, code }, by({ callers: known }));

test('a caller who guesses with many carts has to wait, by address and by name', async () => {
  const shop = await startShop(cleanup);
  await define(shop, 'WELCOME10');
  for (const code of ['A', 'B', 'C', 'D', 'E']) {
    expect(refusalOf(await guessAs(shop, await shop.openCart(), code))).toBe('COUPON_INVALID');
  }
  const cartId = await shop.openCart();
  expect(refusalOf(await guessAs(shop, cartId, 'F'))).toBe('RATE_LIMITED');
  for (const known of callers) {
    const answer = await guessAs(shop, cartId, 'WELCOME10', [known]);
    expect([known, refusalOf(answer)]).toEqual([known, 'RATE_LIMITED']);
  }
  accepted(await guessAs(shop, cartId, 'WELCOME10', ['address 192.0.2.2', 'customer bob']));
});

test('guesses with many carts that are sent all at once are counted too', async () => {
  const shop = await startShop(cleanup);
  const codes = ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H'];
  const carts = await Promise.all(codes.map(() => shop.openCart()));
  const answers = await Promise.all(codes.map((code, n) => guessAs(shop, carts[n]!, code)));
  expect(answers.map(refusalOf).sort()).toEqual([
    ...Array.from({ length: 5 }, () => 'COUPON_INVALID'),
    ...Array.from({ length: 3 }, () => 'RATE_LIMITED'),
  ]);
});

test('right codes are no guesses', async () => {
  const shop = await startShop(cleanup);
  await define(shop, 'WELCOME10');
  for (let n = 0; n < 7; n += 1) {
    accepted(await guessAs(shop, await shop.openCart(), 'WELCOME10'));
  }
});
