// The pages count minor units as the service does, in every currency.
import { describe, expect, test } from '@jest/globals';
import { currencies, currencyDigits } from '../../../src/domain/currencies.js';
import { currencyDigits as digitsOnPages } from '../../../web/app/currency-digits.ts';
import { money } from '../../../web/app/format.ts';
import { minorUnitsOf } from '../../../web/app/operations/money-input.ts';

describe('an amount on the pages', () => {
  test('has the digits that the service gives its currency', () => {
    const differing = currencies().filter((code) => digitsOnPages(code) !== currencyDigits(code));
    expect(differing).toEqual([]);
  });

  test.each([
    ['1500', 'HUF', 150_000],
    ['15.5', 'IDR', 1_550],
    ['1.25', 'IQD', 1_250],
    ['1500', 'JPY', 1_500],
    ['12.50', 'GBP', 1_250],
    ['1.5', 'JPY', null],
    ['999999999999', 'CLF', null],
  ])('that is typed as %s in %s', (typed, currency, minorUnits) => {
    expect(minorUnitsOf(typed, currency)).toBe(minorUnits);
  });

  test.each([
    ['1500.50', 'HUF', '1,500.50'],
    ['1.250', 'IQD', '1.250'],
    ['1500', 'JPY', '1,500'],
  ])('is shown to its last digit: %s %s', (decimal, currency, shown) => {
    expect(money({ decimal, currency })).toContain(shown);
  });
});
