import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { currencyDigits, isCurrency } from '../../src/domain/currencies.js';
import { basisPointsOf, decimal, minorUnitsOf, spread } from '../../src/domain/money.js';

describe('money', () => {
  test.each([
    [1250, 'GBP', '12.50'],
    [5, 'GBP', '0.05'],
    [-5, 'GBP', '-0.05'],
    [1200, 'JPY', '1200'],
    [0, 'JPY', '0'],
    [1250, 'KWD', '1.250'],
    [Number.MAX_SAFE_INTEGER, 'GBP', '90071992547409.91'],
  ])('%d minor units of %s are %s', (minorUnits, currency, text) => {
    expect(decimal(minorUnits, currency)).toBe(text);
  });

  test('amounts as they are written are read back; others are none', () => {
    const currencies = fc.constantFrom('GBP', 'JPY', 'KWD');
    fc.assert(
      fc.property(fc.maxSafeNat(), currencies, (minorUnits, currency) => {
        expect(minorUnitsOf(decimal(minorUnits, currency), currency)).toBe(minorUnits);
      }),
    );
    const shorter = ['5', '5.0', '05.00'].map((text) => minorUnitsOf(text, 'GBP'));
    expect(shorter).toEqual([500, 500, 500]);
    const none = ['', '5.', '.5', '5.001', '-5', '1e3', '90071992547409.92'];
    expect(none.filter((text) => minorUnitsOf(text, 'GBP') !== undefined)).toEqual([]);
    expect(minorUnitsOf('5', 'XXZ')).toBeUndefined();
  });

  test('knows currencies by their codes', () => {
    expect(['GBP', 'JPY', 'KWD'].map(currencyDigits)).toEqual([2, 0, 3]);
    expect(['GBP', 'gbp', 'XXZ', ''].map(isCurrency)).toEqual([true, false, false, false]);
  });

  test('a percentage is exact where doubles are not', () => {
    expect(basisPointsOf(Number.MAX_SAFE_INTEGER, 10_000)).toBe(Number.MAX_SAFE_INTEGER);
    expect(basisPointsOf(Number.MAX_SAFE_INTEGER, 9_999)).toBe(9_006_298_534_815_517);
  });

  const weights = fc.array(fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }), {
    minLength: 1,
    maxLength: 40,
  });

  test('what is spread sums to what there was, and nobody is a unit away from their share', () => {
    fc.assert(
      fc.property(fc.nat(1e12), weights, (total, shares) => {
        const sum = shares.reduce((so, weight) => so + BigInt(weight), 0n);
        fc.pre(sum > 0n);
        const parts = spread(total, shares);
        expect(parts.reduce((so, part) => so + part, 0)).toBe(total);
        parts.forEach((part, index) => {
          const exact = BigInt(total) * BigInt(shares[index]!);
          const off = BigInt(part) * sum - exact;
          expect(off < sum && -off < sum).toBe(true);
        });
      }),
    );
  });
});
