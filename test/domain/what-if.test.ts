import { describe, expect, test } from '@jest/globals';
import { cartDecider } from '../../src/domain/cart/decide.js';
import { type PricingRules, standardRules } from '../../src/domain/cart/pricing.js';
import { whatIf } from '../../src/domain/cart/what-if.js';
import { added, applied, existing, LATER, opened, percentOff } from '../controls/cart.js';
import { addressSet, methodChosen, taxedBy } from '../controls/delivery.js';
import { salesTax } from '../controls/tax.js';
import { specificationOf } from '../given.js';

const { given } = specificationOf(cartDecider);
const now = { at: LATER, rules: standardRules };

// Goods: 3 × 2.50 + 1 × 19.99 = 27.49; a tenth of it, rounded, is 2.75.
const state = existing(
  given(opened(), added('MUG', 3, 250), added('BOWL', 1, 1_999), applied('TENTH', percentOff(10)))
    .state,
);

describe('what if', () => {
  test('a coupon the cart holds had other terms', () => {
    const supposed = { coupons: [{ code: 'TENTH', terms: percentOff(15) }] };
    const { before, after, difference } = whatIf(state, supposed, now);
    // 15 % of 2,749 is 412.35.
    expect([before.totals.total, after.totals.total]).toEqual([2_749 - 275, 2_749 - 412]);
    expect(difference).toBe(275 - 412);
  });

  test('it held one more', () => {
    const supposed = { coupons: [{ code: 'MORE', terms: percentOff(50) }] };
    // Half of the 2,474 that are left.
    expect(whatIf(state, supposed, now).difference).toBe(-1_237);
  });

  test('there were other quantities, at the prices that were offered', () => {
    const raised = whatIf(state, { quantities: [{ sku: 'MUG', quantity: 5 }] }, now);
    // 3,249 less 325.
    expect(raised.after.totals).toMatchObject({ itemCount: 6, total: 2_924 });
    const without = whatIf(state, { quantities: [{ sku: 'BOWL', quantity: 0 }] }, now);
    expect(without.after.totals).toMatchObject({ itemCount: 3, total: 675 });
    const twoPrices = existing(given(opened(), added('MUG', 2, 250), added('MUG', 2, 300)).state);
    const lowered = whatIf(twoPrices, { quantities: [{ sku: 'MUG', quantity: 1 }] }, now);
    expect(lowered.after.totals.total).toBe(250);
  });

  test('the rules were others', () => {
    const generous: PricingRules = { version: 9, discountOf: (_terms, _subtotal, left) => left };
    expect(whatIf(state, {}, { ...now, otherRules: generous }).difference).toBe(-2_474);
  });

  test('it went elsewhere, by another method', () => {
    const delivery = [addressSet(), taxedBy(salesTax(10)), methodChosen(500)];
    const { before, after, difference } = whatIf(state, { delivery }, now);
    // A tenth of 2,474 and of 500.
    expect(difference).toBe(500 + 297);
    expect(before).not.toHaveProperty('delivery');
    expect(after.delivery).toMatchObject({ shipping: { amount: 500 }, taxes: [{ amount: 297 }] });
  });

  test('nothing were otherwise', () => {
    expect(whatIf(state, {}, now).difference).toBe(0);
  });

  test('of what the cart has not, is no question', () => {
    const ask = (sku: string, quantity: number) => () =>
      whatIf(state, { quantities: [{ sku, quantity }] }, now);
    expect(ask('LAMP', 1)).toThrow(RangeError);
    expect(ask('MUG', -1)).toThrow(RangeError);
    expect(ask('MUG', 1.5)).toThrow(RangeError);
  });
});
