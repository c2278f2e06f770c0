// The rows of coupons' uses, and of the carts that have a coupon.
import { describe, test } from '@jest/globals';
import type { CouponEvent } from '../../src/domain/coupon/events.js';
import { couponCarts } from '../../src/projections/coupon-carts.js';
import { couponUses } from '../../src/projections/coupon-uses.js';
import { applied, CART_ID, LATER, ORDER_ID, percentOff } from '../controls/cart.js';
import { projecting } from '../given.js';

const code = 'TEN';

describe('the use of an order', () => {
  const { given } = projecting(couponUses);
  const key = `${code}/${ORDER_ID}`;
  const of = (event: CouponEvent) => ({ subject: code, event });
  const taken = (attemptId: string | null, expiresAt: number | null) =>
    of({
      type: 'CouponRedeemed',
      data: { code, orderId: ORDER_ID, cartId: CART_ID, attemptId, customerKey: null, expiresAt },
    });
  const returned = (attemptId: string | null, reason: 'CHECKOUT_REFUSED' | 'ORDER_CANCELLED') =>
    of({ type: 'CouponUseReturned', data: { code, orderId: ORDER_ID, attemptId, reason } });

  test('expires when the last of its checkouts does', () => {
    given(taken('a', LATER), taken('b', LATER + 5)).thenRow(key, {
      code,
      cart_id: CART_ID,
      status: 'HELD',
      expires_at: LATER + 5,
    });
  });

  test('is over when all have given it back', () => {
    given(taken('a', LATER), returned('a', 'CHECKOUT_REFUSED')).thenRow(key, {
      status: 'OVER',
      expires_at: null,
    });
  });

  test('of a placed order never expires, until it is cancelled', () => {
    const placed = [taken('a', LATER), taken(null, null)] as const;
    given(...placed).thenRow(key, { status: 'REDEEMED', expires_at: null });
    given(...placed, returned(null, 'ORDER_CANCELLED')).thenRow(key, { status: 'RETURNED' });
  });
});

describe('a cart that has a coupon', () => {
  const { given } = projecting(couponCarts);
  const key = `${CART_ID}/${code}`;
  const cart = { subject: CART_ID };
  const added = { ...cart, event: applied(code, percentOff(10)) };
  const removed = { ...cart, event: { type: 'CouponRemoved', data: { code } } } as const;
  const lapsed = {
    ...cart,
    event: { type: 'CouponLapsed', data: { code, reason: 'WITHDRAWN' } },
  } as const;

  test('is found until the coupon is removed or lapses', () => {
    given(added).thenRow(key, { code, cart_id: CART_ID, held: 1 });
    given(added, removed).thenRow(key, { held: 0 });
    given(added, lapsed).thenRow(key, { held: 0 });
    given(added, lapsed, added).thenRow(key, { held: 1 });
  });
});
