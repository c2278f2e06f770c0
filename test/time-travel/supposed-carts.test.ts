// What all carts of a period would come to under other rules or terms, against sums done by hand.
import { describe, expect, test } from '@jest/globals';
import {
  pricingOf,
  type PricingRules,
  standardPricing,
  standardRules,
} from '../../src/domain/cart/pricing.js';
import { type Question, supposedCarts } from '../../src/time-travel/supposed-carts.js';
import {
  added,
  amountOff,
  applied,
  checkedOut,
  LATER,
  opened,
  ORDER_ID,
  percentOff,
} from '../controls/cart.js';
import { NOON } from '../controls/recorded.js';
import { StoredLog } from '../controls/stored-log.js';

const question: Question = {
  pricing: standardPricing,
  otherTerms: new Map(),
  from: -Infinity,
  to: Infinity,
  at: LATER,
};
const fifteen = new Map([['TEN', percentOff(15)]]);
const free: PricingRules = { version: 9, discountOf: (_terms, _subtotal, left) => left };

/** One order and one open cart with the coupon TEN, one open cart without it. */
function threeCarts(terms = percentOff(10)): StoredLog {
  const log = new StoredLog();
  log.append('cart-1', opened(), added('MUG', 3, 250), applied('TEN', terms), checkedOut(675));
  log.append('cart-2', opened(), added('BOWL', 1, 1_999), applied('TEN', terms));
  log.append('cart-3', opened(), added('LAMP', 1, 500));
  return log;
}

const ask = (log: StoredLog, other: Partial<Question>) =>
  supposedCarts(log.readAll(), { ...question, ...other });

describe('under other coupon terms', () => {
  test('the carts that hold the coupon differ, and the sums hold all of them', async () => {
    const { carts, sums } = await ask(threeCarts(), { otherTerms: fifteen });
    // 7.50: a tenth is 0.75, 15 % is 1.125. 19.99: 2.00 and 3.00, each rounded half up.
    expect(carts).toEqual([
      {
        cartId: '1',
        orderId: ORDER_ID,
        changedAt: NOON + 3,
        currency: 'GBP',
        status: 'CHECKED_OUT',
        before: 675,
        after: 637,
        difference: -38,
      },
      expect.objectContaining({ orderId: null, before: 1_799, after: 1_699, difference: -100 }),
    ]);
    const [order, open] = [
      { status: 'CHECKED_OUT', carts: 1, differing: 1, before: 675, after: 637, difference: -38 },
      { status: 'OPEN', carts: 2, differing: 1, before: 2_299, after: 2_199, difference: -100 },
    ];
    expect(sums).toEqual([
      { ...order, currency: 'GBP' },
      { ...open, currency: 'GBP' },
    ]);
  });

  test('a coupon is valid for as long as it was given', async () => {
    const over = percentOff(10, { validUntil: NOON + 60_000 });
    const { carts } = await ask(threeCarts(over), { otherTerms: fifteen });
    // The order was placed within the time; the open cart is priced after it.
    expect(carts.map(({ orderId }) => orderId)).toEqual([ORDER_ID]);
  });

  test('amounts of several currencies are not added up', async () => {
    const log = threeCarts();
    log.append('cart-4', opened('JPY'), added('BOWL', 1, 1_000), applied('TEN', percentOff(10)));
    const { sums } = await ask(log, { otherTerms: new Map([['TEN', amountOff(100)]]) });
    // An amount in pounds takes nothing off a cart in yen.
    expect(sums.find(({ currency }) => currency === 'JPY')).toMatchObject({
      before: 900,
      after: 1_000,
    });
    const open = sums.find(({ currency, status }) => currency === 'GBP' && status === 'OPEN');
    expect(open).toMatchObject({ before: 2_299, after: 2_399, difference: 100 });
  });
});

describe('under other rules', () => {
  test('an order is compared with the rules of its day, an open cart with the newest', async () => {
    const half: PricingRules = {
      version: 2,
      discountOf: (_terms, subtotal) => Math.floor(subtotal / 2),
    };
    const pricing = pricingOf([standardRules, half]);
    const { carts } = await ask(threeCarts(), { pricing, otherRules: free });
    expect(carts.map(({ before, after }) => [before, after])).toEqual([
      [675, 0],
      [1_000, 0],
    ]);
  });

  test('that this build has forgotten, an order cannot be compared', async () => {
    const pricing = pricingOf([free]);
    await expect(ask(threeCarts(), { pricing })).rejects.toThrow(/version 1 of the pricing/);
  });
});

test.each([
  ['of a period, by when they last changed', { from: NOON + 3, to: NOON + 7 }, [675, 1_799]],
  ['that changed before its end', { to: NOON + 6 }, [675]],
  ['that changed at its beginning or later', { from: NOON + 6 }, [1_799]],
  ['of a period in which nothing happened', { from: LATER }, []],
])('only carts %s', async (_which, period, expected) => {
  const { carts } = await ask(threeCarts(), { ...period, otherTerms: fifteen });
  expect(carts.map(({ before }) => before)).toEqual(expected);
});

test('nothing supposed, nothing differs', async () => {
  const { carts, sums } = await ask(threeCarts(), {});
  expect(carts).toEqual([]);
  expect(sums.map(({ difference }) => difference)).toEqual([0, 0]);
});
