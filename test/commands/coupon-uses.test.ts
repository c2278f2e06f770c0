// Coupons with a limit at the checkout: who gets the last use, and how uses come back.
import { afterEach, expect, test } from '@jest/globals';
import type { CouponTerms } from '../../src/domain/cart/events.js';
import { couponAggregate } from '../../src/commands/aggregates.js';
import { COUPON_HOLD_MS } from '../../src/commands/coupon-uses.js';
import { inParallel } from '../../src/commands/in-parallel.js';
import { percentOff } from '../controls/cart.js';
import { Cleanup } from '../event-store/nodes.js';
import {
  accepted,
  answered,
  by,
  HOLD_MS,
  keyed,
  lantern,
  refusalOf,
  Shop,
  startShop,
  startShops,
} from './shop.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const code = 'HALF';
const HALF_OF_IT = 170;
const OPENING = 32;

async function offer(shop: Shop, terms: Partial<CouponTerms>): Promise<void> {
  await shop.list(HALF_OF_IT * 2);
  const coupon = { code, description: 'Half off', terms: percentOff(50, terms) };
  accepted(await shop.coupons.define(coupon, by()));
}

async function cartWithCoupon(shop: Shop, customerId: string | null = null): Promise<string> {
  const { outcome } = await shop.carts.open({ currency: 'GBP', customerId }, by());
  const cartId = accepted(outcome).state.id ?? '';
  const item = { type: 'AddItem', cartId, sku: lantern.sku, quantity: 1 } as const;
  accepted(await shop.carts.change(item, by()));
  accepted(await shop.carts.change({ type: 'ApplyCoupon', cartId, code }, by()));
  return cartId;
}

function checkOut(shop: Shop, cartId: string, email = 'ann@example.org') {
  const context = keyed();
  const checkout = { cartId, expectedTotal: HALF_OF_IT, contact: { email } };
  return answered(() => shop.carts.checkOut(checkout, context));
}

const couponOf = (shop: Shop) => shop.runner.stateOf(couponAggregate, code, 'fresh');

test('of 100 checkouts at once on two instances, one gets the last use', async () => {
  const shops = await startShops(cleanup, 2);
  const shopAt = (n: number) => shops[n % 2]!;
  await offer(shopAt(0), { usageLimit: 1 });
  const numbers = Array.from({ length: 100 }, (_, n) => n);
  const carts: string[] = [];
  await inParallel(numbers, OPENING, async (n) => {
    carts[n] = await cartWithCoupon(shopAt(n));
  });
  const answers = await Promise.all(carts.map((cartId, n) => checkOut(shopAt(n), cartId)));
  const refusals = answers.map(({ outcome }) => refusalOf(outcome));
  expect(refusals.filter((one) => one === 'accepted')).toHaveLength(1);
  expect(refusals.filter((one) => one === 'COUPON_EXHAUSTED')).toHaveLength(99);
  expect(answers.filter(({ order }) => order !== undefined)).toHaveLength(1);
  expect(await couponOf(shopAt(0))).toMatchObject({ used: 1 });
  const lost = carts.filter((_, n) => refusals[n] !== 'accepted');
  const types = await Promise.all(lost.map((cartId) => shopAt(0).typesOf(`cart-${cartId}`)));
  expect(new Set(types.map(String))).toEqual(new Set(['CartOpened,ItemAdded,CouponApplied']));
});

test('who is refused can check out without the coupon', async () => {
  const shop = await startShop(cleanup);
  await offer(shop, { usageLimit: 1 });
  const [first, second] = [await cartWithCoupon(shop), await cartWithCoupon(shop)];
  accepted((await checkOut(shop, first)).outcome);
  expect((await checkOut(shop, second)).outcome).toMatchObject({
    rejection: { code: 'COUPON_EXHAUSTED', couponCode: code },
  });
  accepted(await shop.carts.change({ type: 'RemoveCoupon', cartId: second, code }, by()));
  const whole = { cartId: second, expectedTotal: HALF_OF_IT * 2 };
  accepted((await shop.carts.checkOut(whole, by())).outcome);
});

test('a coupon that is used up cannot be added', async () => {
  const shop = await startShop(cleanup);
  await offer(shop, { usageLimit: 1 });
  const late = await shop.openCart();
  accepted((await checkOut(shop, await cartWithCoupon(shop))).outcome);
  const apply = { type: 'ApplyCoupon', cartId: late, code } as const;
  expect(refusalOf(await shop.carts.change(apply, by()))).toBe('COUPON_EXHAUSTED');
});

test.each([
  ['a guest, by the address, however it is written', null, 'ann@example.org', ' Ann@Example.org'],
  ['a customer, by the id, whatever the address', 'ann', 'ann@example.org', 'other@example.org'],
])('%s uses it no more often than a customer may', async (_who, customerId, one, other) => {
  const shop = await startShop(cleanup);
  await offer(shop, { perCustomerLimit: 1 });
  const [first, second] = [
    await cartWithCoupon(shop, customerId),
    await cartWithCoupon(shop, customerId),
  ];
  accepted((await checkOut(shop, first, one)).outcome);
  const { outcome } = await checkOut(shop, second, other);
  expect(outcome).toMatchObject({ rejection: { code: 'COUPON_EXHAUSTED' } });
  accepted((await checkOut(shop, await cartWithCoupon(shop), 'bob@example.org')).outcome);
});

test('the log holds no address and no customer of a use', async () => {
  const shop = await startShop(cleanup);
  await offer(shop, { perCustomerLimit: 1 });
  accepted((await checkOut(shop, await cartWithCoupon(shop, 'ann'))).outcome);
  const stored = JSON.stringify((await shop.eventsOf(`coupon-${code}`)).at(-1)?.data);
  expect(stored).toContain('customerKey');
  expect(stored).not.toMatch(/ann/i);
});

test('a cancelled order gives its use back, once, and never takes it again', async () => {
  const shop = await startShop(cleanup);
  await offer(shop, { usageLimit: 1 });
  const cartId = await cartWithCoupon(shop);
  const waiting = await cartWithCoupon(shop);
  const { order } = await checkOut(shop, cartId);
  const placed = { id: order?.id ?? null, cartId };
  expect(await shop.couponUses.confirm(placed)).toBeUndefined();
  await shop.couponUses.giveBack(placed);
  await shop.couponUses.giveBack(placed);
  expect(await shop.couponUses.confirm(placed)).toBeUndefined();
  expect(await couponOf(shop)).toMatchObject({ used: 0 });
  accepted((await checkOut(shop, waiting)).outcome);
  await shop.couponUses.giveBack(placed);
  expect(await couponOf(shop)).toMatchObject({ used: 1 });
});

test('a coupon that was withdrawn is refused at the checkout', async () => {
  const shop = await startShop(cleanup);
  await offer(shop, {});
  const cartId = await cartWithCoupon(shop);
  accepted(await shop.coupons.withdraw({ code }, by()));
  expect(refusalOf((await checkOut(shop, cartId)).outcome)).toBe('COUPON_INVALID');
});

test('a coupon without limits stores no uses', async () => {
  const shop = await startShop(cleanup);
  await offer(shop, {});
  accepted((await checkOut(shop, await cartWithCoupon(shop))).outcome);
  expect(await shop.typesOf(`coupon-${code}`)).toEqual(['CouponDefined']);
});

test('the use of a checkout that died without an order is given back', async () => {
  const shop = await startShop(cleanup);
  await offer(shop, { usageLimit: 1 });
  const cartId = await cartWithCoupon(shop);
  const orderId = '0193a000-0000-5000-8000-00000000dead';
  const take = {
    type: 'RedeemCoupon',
    at: shop.clock.now,
    asked: [{ orderId, cartId, attemptId: 'dead', customerKey: null }],
    expiresAt: shop.clock.now + COUPON_HOLD_MS,
  } as const;
  const context = by();
  accepted(await shop.runner.run(couponAggregate, { id: code, enrich: () => take, context }));
  await shop.couponUses.settle({ code, orderId, cartId });
  await shop.couponUses.settle({ code, orderId, cartId });
  expect(await couponOf(shop)).toMatchObject({ used: 0, uses: [] });
  accepted((await checkOut(shop, cartId)).outcome);
});

test.each([
  [20_000, 20_000],
  [HOLD_MS, COUPON_HOLD_MS],
])('where units are held for %i ms, a use is held for %i ms', async (holdMs, ofUseMs) => {
  const shop = new Shop((await startShop(cleanup)).store, { holdMs });
  await offer(shop, { usageLimit: 1 });
  await shop.receive(1);
  accepted((await checkOut(shop, await cartWithCoupon(shop))).outcome);
  const held = await Promise.all(
    [`coupon-${code}`, `inventory-${lantern.sku}`].map(async (stream) => {
      const event = (await shop.eventsOf(stream)).at(-1);
      return (event?.data as { readonly expiresAt: number }).expiresAt - shop.clock.now;
    }),
  );
  expect(held).toEqual([ofUseMs, holdMs]);
});

test('the use of a checkout that placed its order stays', async () => {
  const shop = await startShop(cleanup);
  await offer(shop, { usageLimit: 1 });
  const cartId = await cartWithCoupon(shop);
  const { order } = await checkOut(shop, cartId);
  const use = { code, orderId: order?.id ?? '', cartId };
  await shop.couponUses.settle(use);
  await shop.couponUses.settle(use);
  expect(await couponOf(shop)).toMatchObject({ used: 1, uses: [{ status: 'REDEEMED' }] });
});
