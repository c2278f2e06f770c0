import { describe, expect, test } from '@jest/globals';
import { cartDecider } from '../../src/domain/cart/decide.js';
import { couponInvalid } from '../../src/domain/cart/rejections.js';
import type { CouponTerms } from '../../src/domain/cart/events.js';
import { areTerms } from '../../src/domain/coupon/valid-terms.js';
import { amountOff, applied, couponOffered, LATER, opened, percentOff } from '../controls/cart.js';
import { specificationOf } from '../given.js';

const { given } = specificationOf(cartDecider);
const apply = (code: string, terms: CouponTerms | null, at = LATER) => ({
  type: 'ApplyCoupon' as const,
  at,
  code,
  coupon: terms && couponOffered(terms),
});

describe('applying a coupon', () => {
  test('puts its terms on the cart', () => {
    given(opened())
      .when(apply('TEN', percentOff(10)))
      .then([
        {
          type: 'CouponApplied',
          data: { code: 'TEN', description: 'A coupon', terms: percentOff(10) },
        },
      ]);
  });

  test.each([
    ['that never was', null],
    ['that is over', percentOff(10, { validUntil: LATER })],
    ['that is still to come', percentOff(10, { validFrom: LATER + 1 })],
  ])('%s: the same answer, to the word', (_what, terms) => {
    given(opened()).when(apply('SECRET', terms)).then(couponInvalid);
  });

  test('on the first and the last instant of its window', () => {
    const terms = percentOff(10, { validFrom: LATER, validUntil: LATER + 1 });
    given(opened())
      .when(apply('TEN', terms))
      .then([{ type: 'CouponApplied', data: { code: 'TEN', ...couponOffered(terms) } }]);
  });

  test('twice', () => {
    given(opened(), applied('TEN', percentOff(10)))
      .when(apply('TEN', percentOff(10)))
      .then({ code: 'COUPON_ALREADY_APPLIED' });
  });

  test('of another currency', () => {
    given(opened('JPY'))
      .when(apply('FIVER', amountOff(500)))
      .then({ code: 'COUPON_CURRENCY' });
  });

  test('as the eleventh', () => {
    const ten = Array.from({ length: 10 }, (_, n) => applied(`C${n}`, percentOff(1)));
    given(opened(), ...ten)
      .when(apply('MORE', percentOff(1)))
      .then({ code: 'COUPON_LIMIT' });
  });

  test('and taking it off again, once', () => {
    const remove = { type: 'RemoveCoupon' as const, at: LATER, code: 'TEN' };
    given(opened(), applied('TEN', percentOff(10)))
      .when(remove)
      .then([{ type: 'CouponRemoved', data: { code: 'TEN' } }]);
    given(opened()).when(remove).then({ code: 'COUPON_NOT_APPLIED' });
  });
});

describe('terms', () => {
  const pounds = { minorUnits: 500, currency: 'GBP' };
  const euros = { minorUnits: 500, currency: 'EUR' };
  const fiver = amountOff(500);

  test.each([
    [true, 'one currency, however often', { ...fiver, minimumSpend: pounds, currency: 'GBP' }],
    [false, 'an amount and a minimum in two', { ...fiver, minimumSpend: euros }],
    [false, 'an amount for carts in another', { ...fiver, currency: 'EUR' }],
    [
      false,
      'a minimum for carts in another',
      percentOff(10, { minimumSpend: pounds, currency: 'EUR' }),
    ],
    [true, 'none', percentOff(10)],
    [false, 'one that is none', percentOff(10, { currency: 'XXX' })],
  ])('are valid: %s, where they name %s', (isValid, _what, terms) => {
    expect(areTerms(terms)).toBe(isValid);
  });
});
