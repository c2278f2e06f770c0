// How coupon terms are written for `cartograph what-if`.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { supposedTerms } from '../../src/cli/shop/supposed-terms.js';
import { termsInWords } from '../../src/domain/cart/summary.js';
import { openTerms } from '../../src/domain/cart/coupon-terms.js';
import type { CouponTerms } from '../../src/domain/cart/events.js';

const money = fc.record({
  minorUnits: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
  currency: fc.constantFrom('GBP', 'JPY', 'KWD'),
});
const discount = fc.oneof(
  fc.record({
    kind: fc.constant('PERCENTAGE' as const),
    basisPoints: fc.integer({ min: 1, max: 10_000 }),
  }),
  money.map((amount) => ({ kind: 'AMOUNT' as const, ...amount })),
  fc.record({
    kind: fc.constant('FREE_UNITS' as const),
    buy: fc.integer({ min: 1, max: 1_000 }),
    free: fc.integer({ min: 1, max: 1_000 }),
  }),
);

describe('coupon terms in words', () => {
  test.each([
    ['WELCOME10=15%', 'WELCOME10', '15 % off'],
    ['welcome10=12.5%', 'WELCOME10', '12.5 % off'],
    ['FIVER=5.00GBP from 30.00GBP', 'FIVER', '5.00 GBP off from 30.00 GBP'],
    ['FIVER = 5 GBP', 'FIVER', '5.00 GBP off'],
  ])('%s', (text, code, words) => {
    const [[given, terms] = []] = supposedTerms([text]);
    const inWords = terms && termsInWords({ ...openTerms, ...terms });
    expect([given, inWords]).toEqual([code, words]);
  });

  test('as they are shown to a shopper, are read back', () => {
    fc.assert(
      fc.property(discount, fc.option(money), (off, spend) => {
        // Terms have one currency.
        const currency = 'currency' in off ? off.currency : spend?.currency;
        const minimumSpend = spend && { ...spend, currency: currency ?? spend.currency };
        const terms: CouponTerms = { ...openTerms, discount: off, minimumSpend };
        const read = supposedTerms([`CODE=${termsInWords(terms)}`]).get('CODE');
        expect(read).toEqual({ discount: off, minimumSpend });
      }),
    );
  });

  test.each([
    'WELCOME10',
    '=15%',
    'WELCOME10=',
    'WELCOME10=15',
    'WELCOME10=0%',
    'WELCOME10=101%',
    'WELCOME10=1.005%',
    'WELCOME10=-5%',
    'WELCOME10=1.2.3%',
    'FIVER=5.001GBP',
    'FIVER=5.00XXZ',
    'FIVER=5.00GBP from',
    'FIVER=5.00GBP from 30%',
  ])('%s is refused by name', (text) => {
    expect(() => supposedTerms([text])).toThrow(`--coupon ${text} is not like`);
  });

  test('two terms for one code are refused', () => {
    expect(() => supposedTerms(['TEN=10%', 'ten=20%'])).toThrow('--coupon TEN is given twice');
  });
});
