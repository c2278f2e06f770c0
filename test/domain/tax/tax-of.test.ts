// The tax in an amount and on it: whole minor units, rounded once, half up.
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { MAX_PARTS_PER_MILLION, taxOf } from '../../../src/domain/tax/rule.js';
import { salesTax, vat } from '../../controls/tax.js';

test.each([
  ['20 % in 12.00', vat(20), 1_200, 200],
  ['20 % in 0.05: 0.83', vat(20), 5, 1],
  ['20 % in 0.03: a half, up', vat(20), 3, 1],
  ['20 % in 0.02: 0.33', vat(20), 2, 0],
  ['20 % on 12.00', salesTax(20), 1_200, 240],
  ['8.875 % on 9.99: 88.66', salesTax(8.875), 999, 89],
  ['5 % on 0.10: a half, up', salesTax(5), 10, 1],
  ['0 % on anything', salesTax(0), 999, 0],
  ['100 % on 7', salesTax(100), 7, 7],
  ['100 % in 7: a half, up', vat(100), 7, 4],
  ['any in nothing', vat(20), 0, 0],
])('%s', (_what, rule, amount, expected) => {
  expect(taxOf(rule, amount)).toBe(expected);
});

const rate = fc.integer({ min: 0, max: MAX_PARTS_PER_MILLION });
const amount = fc.maxSafeNat();

test('is at most half a minor unit off, at any size', () => {
  fc.assert(
    fc.property(rate, amount, fc.boolean(), (partsPerMillion, of, pricesIncludeTax) => {
      const tax = taxOf({ partsPerMillion, pricesIncludeTax }, of);
      const whole = 1_000_000n + (pricesIncludeTax ? BigInt(partsPerMillion) : 0n);
      const off = 2n * (BigInt(tax) * whole - BigInt(of) * BigInt(partsPerMillion));
      expect(off <= whole && off > -whole).toBe(true);
      expect(tax <= of).toBe(true);
    }),
  );
});

test('what is in a price with the tax is what was on the price without it', () => {
  fc.assert(
    fc.property(rate, fc.nat(2 ** 40), (partsPerMillion, net) => {
      const added = taxOf({ partsPerMillion, pricesIncludeTax: false }, net);
      expect(taxOf({ partsPerMillion, pricesIncludeTax: true }, net + added)).toBe(added);
    }),
  );
});
