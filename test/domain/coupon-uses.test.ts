// The uses of a coupon that has a limit: taken by checkouts, kept by orders, given back once.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { CouponTerms } from '../../src/domain/cart/events.js';
import type { CouponCommand } from '../../src/domain/coupon/commands.js';
import { couponDecider, refusalOf } from '../../src/domain/coupon/decide.js';
import type { CouponEvent, ReturnReason } from '../../src/domain/coupon/events.js';
import { type CouponState, useOf } from '../../src/domain/coupon/state.js';
import { entriesOf } from '../../src/domain/coupon/trie.js';
import { always, CART_ID, LATER, percentOff } from '../controls/cart.js';
import { recordedAs } from '../controls/recorded.js';
import { specificationOf } from '../given.js';

const { given } = specificationOf(couponDecider);
const code = 'TEN';

function defined(terms: Partial<CouponTerms>): CouponEvent {
  const data = { code, description: '10 % off', terms: percentOff(10, terms) };
  return { type: 'CouponDefined', data };
}
const withdrawn: CouponEvent = { type: 'CouponWithdrawn', data: { code } };

const redeem = (orderId: string, attemptId = 'a', customerKey: string | null = null) =>
  ({
    type: 'RedeemCoupon',
    at: LATER,
    asked: [{ orderId, cartId: CART_ID, attemptId, customerKey }],
    expiresAt: LATER + 60_000,
  }) as const;
const confirm = (orderId: string) =>
  ({ type: 'ConfirmCouponUse', at: LATER, orderId, cartId: CART_ID }) as const;
const giveBack = (
  orderId: string,
  attemptId: string | null,
  reason: ReturnReason = 'CHECKOUT_REFUSED',
) => ({ type: 'ReturnCouponUse', at: LATER, orderId, attemptId, reason }) as const;

function redeemed(
  orderId: string,
  attemptId: string | null = 'a',
  customerKey: string | null = null,
): CouponEvent {
  const expiresAt = attemptId === null ? null : LATER + 60_000;
  const data = { code, orderId, cartId: CART_ID, attemptId, customerKey, expiresAt };
  return { type: 'CouponRedeemed', data };
}
function returned(orderId: string, attemptId: string | null, reason: ReturnReason): CouponEvent {
  return { type: 'CouponUseReturned', data: { code, orderId, attemptId, reason } };
}

describe('a checkout takes a use', () => {
  test('of a coupon with a limit', () => {
    given(defined({ usageLimit: 1 }))
      .when(redeem('1'))
      .then([redeemed('1')]);
  });

  test('once, however often it asks', () => {
    given(defined({ usageLimit: 1 }), redeemed('1'))
      .when(redeem('1'))
      .then([]);
  });

  test('that another checkout for the same order has taken', () => {
    given(defined({ usageLimit: 1 }), redeemed('1'))
      .when(redeem('1', 'b'))
      .then([redeemed('1', 'b')]);
  });

  test('but not the last one of another order', () => {
    given(defined({ usageLimit: 1 }), redeemed('1'))
      .when(redeem('2'))
      .then([]);
  });

  test('and is told when there is none', () => {
    const asked = { orderId: '2', cartId: CART_ID, attemptId: 'a', customerKey: 'ann' };
    const usedUp = given(defined({ usageLimit: 1 }), redeemed('1')).state;
    expect(refusalOf(asked, usedUp)).toMatchObject({ code: 'COUPON_EXHAUSTED', couponCode: code });
    const usedByAnn = given(defined({ perCustomerLimit: 1 }), redeemed('1', 'a', 'ann')).state;
    expect(refusalOf(asked, usedByAnn)).toMatchObject({ code: 'COUPON_EXHAUSTED' });
    expect(refusalOf({ ...asked, customerKey: 'bob' }, usedByAnn)).toBeUndefined();
  });

  test('of several that ask at once, the first ones', () => {
    const all = ['1', '2', '3'].flatMap((orderId) => redeem(orderId).asked);
    given(defined({ usageLimit: 2 }))
      .when({ ...redeem('1'), asked: all })
      .then([redeemed('1'), redeemed('2')]);
  });

  test('but not more than a customer may', () => {
    const before = [defined({ perCustomerLimit: 1 }), redeemed('1', 'a', 'ann')];
    given(...before)
      .when(redeem('2', 'a', 'ann'))
      .then([]);
    given(...before)
      .when(redeem('2', 'a', 'bob'))
      .then([redeemed('2', 'a', 'bob')]);
  });

  test('of a coupon without limits: nothing is stored', () => {
    given(defined({})).when(redeem('1')).then([]);
  });

  test('of no coupon that was withdrawn or never was', () => {
    given(defined({}), withdrawn).when(redeem('1')).then({ code: 'COUPON_INVALID' });
    given().when(redeem('1')).then({ code: 'COUPON_INVALID' });
  });

  test('by the limits of now', () => {
    const before = [defined({ usageLimit: 2 }), redeemed('1'), defined({ usageLimit: 1 })];
    given(...before)
      .when(redeem('2'))
      .then([]);
  });
});

describe('a use is given back', () => {
  const limited = defined({ usageLimit: 1 });

  test('by a checkout that was refused, and another order can have it', () => {
    const back = returned('1', 'a', 'CHECKOUT_REFUSED');
    given(limited, redeemed('1')).when(giveBack('1', 'a')).then([back]);
    given(limited, redeemed('1'), back)
      .when(redeem('2'))
      .then([redeemed('2')]);
  });

  test('by one of two checkouts: the other one keeps it', () => {
    const before = [
      limited,
      redeemed('1'),
      redeemed('1', 'b'),
      returned('1', 'a', 'CHECKOUT_REFUSED'),
    ];
    given(...before)
      .when(redeem('2'))
      .then([]);
  });

  test('not by a checkout that was refused after the order was placed', () => {
    const before = [limited, redeemed('1'), redeemed('1', null)];
    given(...before)
      .when(giveBack('1', 'a'))
      .then([]);
    given(...before)
      .when(giveBack('1', null, 'EXPIRED'))
      .then([]);
  });

  test('by a cancellation, once; the order never takes it again', () => {
    const back = returned('1', null, 'ORDER_CANCELLED');
    const before = [limited, redeemed('1'), redeemed('1', null)];
    given(...before)
      .when(giveBack('1', null, 'ORDER_CANCELLED'))
      .then([back]);
    given(...before, back)
      .when(giveBack('1', null, 'ORDER_CANCELLED'))
      .then([]);
    given(...before, back)
      .when(confirm('1'))
      .then([]);
    given(...before, back)
      .when(redeem('2'))
      .then([redeemed('2')]);
  });

  test('although the coupon was withdrawn', () => {
    given(limited, redeemed('1', null), withdrawn)
      .when(giveBack('1', null, 'ORDER_CANCELLED'))
      .then([returned('1', null, 'ORDER_CANCELLED')]);
  });
});

describe('a placed order', () => {
  const limited = defined({ usageLimit: 1 });

  test('keeps the use of its checkout, also of a coupon that was withdrawn', () => {
    given(limited, redeemed('1'), withdrawn)
      .when(confirm('1'))
      .then([redeemed('1', null)]);
    given(limited, redeemed('1'), redeemed('1', null)).when(confirm('1')).then([]);
  });

  test('takes again what expired, if there is one left', () => {
    const expired = returned('1', null, 'EXPIRED');
    given(limited, redeemed('1'), expired)
      .when(confirm('1'))
      .then([redeemed('1', null)]);
    given(limited, redeemed('1'), expired, redeemed('2'))
      .when(confirm('1'))
      .then({ code: 'COUPON_EXHAUSTED' });
  });
});

describe('in any order of commands', () => {
  const order = fc.constantFrom('1', '2', '3', '4');
  const attempt = fc.constantFrom('a', 'b');
  const command: fc.Arbitrary<CouponCommand> = fc.oneof(
    fc.tuple(order, attempt, fc.constantFrom('ann', 'bob')).map(([o, a, who]) => redeem(o, a, who)),
    order.map(confirm),
    fc.tuple(order, attempt).map(([o, a]) => giveBack(o, a)),
    order.map((o) => giveBack(o, null, 'EXPIRED')),
    order.map((o) => giveBack(o, null, 'ORDER_CANCELLED')),
  );
  const run = (state: CouponState, asked: CouponCommand): CouponState => {
    const decision = couponDecider.decide(asked, state);
    if ('rejected' in decision) return state;
    return decision.accepted.reduce(
      (so, event) => couponDecider.evolve(so, recordedAs(event, so.revision + 1)),
      state,
    );
  };
  const usesOf = ({ uses }: CouponState) => [...entriesOf(uses)];
  const terms = { ...always, ...percentOff(10, { usageLimit: 2, perCustomerLimit: 1 }) };
  const start = given({ type: 'CouponDefined', data: { code, description: '', terms } }).state;

  test('the limit holds, the count is true, and repeating a command changes nothing', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 30 }), (commands) => {
        let state = start;
        for (const asked of commands) {
          const cancelled = usesOf(state).filter(({ status }) => status === 'RETURNED');
          state = run(state, asked);
          expect(run(state, asked)).toEqual(state);
          expect(state.used).toBeLessThanOrEqual(2);
          const kept = usesOf(state).filter(({ status }) => status !== 'RETURNED');
          expect(kept).toHaveLength(state.used);
          for (const { orderId } of cancelled) {
            expect(useOf(state, orderId)?.status).toBe('RETURNED');
          }
        }
      }),
    );
  });
});
