// What coupons take off: free units, product sets, and several coupons on one cart.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { cartDecider } from '../../src/domain/cart/decide.js';
import type { CartEvent, CouponTerms } from '../../src/domain/cart/events.js';
import { price } from '../../src/domain/cart/price.js';
import { standardRules } from '../../src/domain/cart/pricing.js';
import { viewCart } from '../../src/domain/cart/view.js';
import {
  added,
  always,
  amountOff,
  applied,
  checkedOut,
  couponOffered,
  existing,
  LATER,
  opened,
  percentOff,
} from '../controls/cart.js';
import { specificationOf } from '../given.js';

const { given } = specificationOf(cartDecider);

const freeUnits = (buy: number, free: number, terms: Partial<CouponTerms> = {}): CouponTerms => ({
  ...always,
  discount: { kind: 'FREE_UNITS', buy, free },
  ...terms,
});
const viewOf = (...events: readonly CartEvent[]) =>
  viewCart(given(opened(), ...events).state, LATER, standardRules);
const discountsOf = (...events: readonly CartEvent[]) =>
  viewOf(...events).coupons.map(({ discount, reason }) => reason ?? discount);

describe('free units', () => {
  test.each([
    [2, 'It needs more than 2 units.'],
    [3, 100],
    [5, 100],
    [6, 200],
  ])('of %d units, every third is free', (units, expected) => {
    expect(discountsOf(added('MUG', units, 100), applied('THIRD', freeUnits(2, 1)))).toEqual([
      expected,
    ]);
  });

  test('a last group that is not full counts in part', () => {
    const twoOfFour = freeUnits(2, 2);
    expect(discountsOf(added('MUG', 3, 100), applied('HALF', twoOfFour))).toEqual([100]);
  });

  test('are the cheapest of the set, at the price at which they were offered', () => {
    const terms = freeUnits(2, 1, { skus: ['MUG', 'PEN'] });
    const view = viewOf(
      added('MUG', 2, 500),
      added('BOWL', 5, 10),
      added('PEN', 1, 90),
      added('MUG', 3, 80),
      applied('SET', terms),
    );
    expect(view.lines.map(({ sku, discount }) => [sku, discount])).toEqual([
      ['MUG', 160],
      ['BOWL', 0],
      ['PEN', 0],
    ]);
  });

  test('are not given away twice by two coupons', () => {
    const events = [applied('A', freeUnits(2, 1)), applied('B', freeUnits(2, 1))];
    expect(discountsOf(added('MUG', 6, 100), ...events)).toEqual([200, 100]);
  });

  test('come first, whenever the coupon was added; a percentage is of what is left', () => {
    const half = applied('HALF', percentOff(50));
    const third = applied('THIRD', freeUnits(2, 1));
    expect(discountsOf(added('MUG', 3, 100), half, third)).toEqual([100, 100]);
    expect(discountsOf(added('MUG', 3, 100), third, half)).toEqual([100, 100]);
  });
});

describe('a set of products', () => {
  const mugs = { skus: ['MUG', 'CUP'] };

  test('gets all of the discount', () => {
    const view = viewOf(
      added('MUG', 1, 1_000),
      added('PEN', 1, 1_000),
      applied('TEN', percentOff(10, mugs)),
      applied('BIG', amountOff(5_000, mugs)),
    );
    expect(view.coupons.map(({ discount }) => discount)).toEqual([100, 900]);
    expect(view.lines.map(({ total }) => total)).toEqual([0, 1_000]);
  });

  test('of which the cart has none', () => {
    expect(discountsOf(added('PEN', 1, 100), applied('TEN', percentOff(10, mugs)))).toEqual([
      'None of its products is in the cart.',
    ]);
  });

  test('alone counts for the minimum spend', () => {
    const minimumSpend = { minorUnits: 1_000, currency: 'GBP' };
    const terms = percentOff(10, { ...mugs, minimumSpend });
    const coupon = applied('TEN', terms);
    expect(discountsOf(added('MUG', 1, 999), added('PEN', 9, 999), coupon)).toEqual([
      'The goods are below its minimum spend.',
    ]);
    expect(discountsOf(added('MUG', 1, 1_000), coupon)).toEqual([100]);
  });
});

describe('an exclusive coupon', () => {
  const exclusive = { exclusive: true };

  test('counts alone; of two, the one that was added first', () => {
    const events = [
      applied('TEN', percentOff(10)),
      applied('FIRST', percentOff(20, exclusive)),
      applied('SECOND', percentOff(30, exclusive)),
    ];
    expect(discountsOf(added('MUG', 1, 1_000), ...events)).toEqual([
      'It cannot be combined with FIRST.',
      200,
      'It cannot be combined with FIRST.',
    ]);
  });

  test('that does not count now leaves the others alone', () => {
    const later = percentOff(20, { ...exclusive, validFrom: LATER + 1 });
    const events = [applied('TEN', percentOff(10)), applied('LATER', later)];
    expect(discountsOf(added('MUG', 1, 1_000), ...events)).toEqual([100, 'It is not valid yet.']);
  });
});

describe('a coupon for one currency', () => {
  test('cannot be added to a cart in another one', () => {
    given(opened('JPY'))
      .when({
        type: 'ApplyCoupon',
        at: LATER,
        code: 'POUNDS',
        coupon: couponOffered(percentOff(10, { currency: 'GBP' })),
      })
      .then({ code: 'COUPON_CURRENCY' });
  });
});

describe('a coupon that is used up', () => {
  test('cannot be added', () => {
    const coupon = { ...couponOffered(percentOff(10)), isExhausted: true };
    given(opened())
      .when({ type: 'ApplyCoupon', at: LATER, code: 'GONE', coupon })
      .then({ code: 'COUPON_EXHAUSTED' });
  });
});

describe('a coupon that lapses', () => {
  const lapse = { type: 'LapseCoupon', at: LATER, code: 'TEN', reason: 'WITHDRAWN' } as const;
  const ten = applied('TEN', percentOff(10));
  const lapsed = { type: 'CouponLapsed', data: { code: 'TEN', reason: 'WITHDRAWN' } } as const;
  const abandoned = { type: 'CartAbandoned', data: { idleSince: 0 } } as const;

  test('stays on the cart and gives nothing', () => {
    given(opened(), ten).when(lapse).then([lapsed]);
    expect(discountsOf(added('MUG', 1, 1_000), ten, lapsed)).toEqual(['It was withdrawn.']);
  });

  test('does so once, and only where it is', () => {
    given(opened(), ten, lapsed).when(lapse).then([]);
    given(opened()).when(lapse).then([]);
  });

  test('changes nothing of a cart that was checked out', () => {
    given(opened(), added('MUG', 1, 1_000), ten, checkedOut(900))
      .when(lapse)
      .then([]);
  });

  test('does not revive an abandoned cart', () => {
    given(opened(), ten, abandoned).when(lapse).then([lapsed]);
    const before = given(opened(), ten, abandoned).state;
    const { status, updatedAt } = existing(given(opened(), ten, abandoned, lapsed).state);
    expect({ status, updatedAt }).toEqual({
      status: 'ABANDONED',
      updatedAt: existing(before).updatedAt,
    });
  });

  test('can be added again, once it is on offer again', () => {
    const again = { ...ten, data: { ...ten.data, description: 'A coupon' } };
    given(opened(), ten, lapsed)
      .when({
        type: 'ApplyCoupon',
        at: LATER,
        code: 'TEN',
        coupon: couponOffered(percentOff(10)),
      })
      .then([again]);
    expect(discountsOf(added('MUG', 1, 1_000), ten, lapsed, again)).toEqual([100]);
  });
});

describe('whatever coupons a cart has', () => {
  const skus = ['A', 'B', 'C'];
  const discount = fc.oneof(
    fc.record({
      kind: fc.constant('PERCENTAGE' as const),
      basisPoints: fc.integer({ min: 1, max: 10_000 }),
    }),
    fc.record({
      kind: fc.constant('AMOUNT' as const),
      minorUnits: fc.integer({ min: 1, max: 5_000 }),
      currency: fc.constant('GBP'),
    }),
    fc.record({
      kind: fc.constant('FREE_UNITS' as const),
      buy: fc.integer({ min: 1, max: 3 }),
      free: fc.integer({ min: 1, max: 3 }),
    }),
  );
  const terms = fc.record({
    discount,
    skus: fc.option(fc.subarray(skus, { minLength: 1 })),
    exclusive: fc.boolean(),
  });
  const item = fc.tuple(
    fc.constantFrom(...skus),
    fc.integer({ min: 1, max: 9 }),
    fc.integer({ min: 0, max: 999 }),
  );

  test('every part is whole, and all parts sum to the total', () => {
    fc.assert(
      fc.property(
        fc.array(item, { maxLength: 8 }),
        fc.array(terms, { maxLength: 4 }),
        (items, given4) => {
          const coupons = given4.map((one, n) => applied(`C${n}`, { ...always, ...one }));
          const { state } = given(opened(), ...items.map((one) => added(...one)), ...coupons);
          const priced = price(existing(state), LATER, standardRules);
          const view = viewCart(state, LATER, standardRules);
          const { because, total, subtotal } = view.totals;
          const sum = (amounts: readonly number[]) => amounts.reduce((so, one) => so + one, 0);
          expect(sum(because.map(({ amount }) => amount))).toBe(total);
          expect(sum(view.lines.map((line) => line.total))).toBe(total);
          expect(sum(view.coupons.map((coupon) => coupon.discount))).toBe(subtotal - total);
          const portions = priced.portions.flat();
          portions.forEach((portion, index) => {
            const shares = priced.coupons.map((coupon) => coupon.shares[index] ?? 0);
            expect(sum(shares)).toBe(portion.discount);
            for (const amount of [
              ...shares,
              portion.discount,
              portion.subtotal - portion.discount,
            ]) {
              expect(Number.isSafeInteger(amount) && amount >= 0).toBe(true);
            }
          });
          expect(
            view.coupons.filter(({ eligible }, n) => eligible && given4[n]?.exclusive).length,
          ).toBeLessThanOrEqual(1);
        },
      ),
    );
  });
});
