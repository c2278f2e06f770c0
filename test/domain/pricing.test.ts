import { describe, expect, test } from '@jest/globals';
import { standardRules } from '../../src/domain/cart/pricing.js';
import { cartDecider } from '../../src/domain/cart/decide.js';
import { viewCart } from '../../src/domain/cart/view.js';
import { added, amountOff, applied, LATER, opened, percentOff } from '../controls/cart.js';
import { eventIdAt } from '../controls/recorded.js';
import { specificationOf } from '../given.js';

const { given } = specificationOf(cartDecider);

describe('what a cart costs', () => {
  test('each unit at the price at which it was offered', () => {
    const { state } = given(opened(), added('MUG', 2, 100), added('MUG', 1, 120));
    const view = viewCart(state, LATER, standardRules);
    expect(view.totals).toMatchObject({ itemCount: 3, subtotal: 320, discount: 0, total: 320 });
    expect(view.lines[0]).toMatchObject({ quantity: 3, unitPrice: 100, subtotal: 320 });
  });

  test('each part of the total cites the event that brought it about', () => {
    const { state } = given(
      opened(),
      added('MUG', 2, 1_000),
      added('PEN', 1, 500),
      applied('TEN', percentOff(10)),
    );
    expect(viewCart(state, LATER, standardRules).totals.because).toEqual([
      { label: '2 × THE MUG at 10.00 GBP', amount: 2_000, eventId: eventIdAt(1), revision: 1 },
      { label: '1 × THE PEN at 5.00 GBP', amount: 500, eventId: eventIdAt(2), revision: 2 },
      { label: 'Coupon TEN', amount: -250, eventId: eventIdAt(3), revision: 3 },
    ]);
  });

  test('a percentage is rounded half up', () => {
    const totalOf = (price: number) =>
      viewCart(
        given(opened(), added('MUG', 1, price), applied('TEN', percentOff(10))).state,
        LATER,
        standardRules,
      ).totals.discount;
    expect([1534, 1535, 1536].map(totalOf)).toEqual([153, 154, 154]);
  });

  test('a second coupon counts on what the first one left', () => {
    const { state } = given(
      opened(),
      added('MUG', 1, 10_000),
      applied('HALF', percentOff(50)),
      applied('TEN', percentOff(10)),
    );
    const view = viewCart(state, LATER, standardRules);
    expect(view.coupons.map(({ discount }) => discount)).toEqual([5_000, 500]);
    expect(view.totals.total).toBe(4_500);
  });

  test('a discount never takes more than there is', () => {
    const { state } = given(opened(), added('MUG', 1, 300), applied('FIVER', amountOff(500)));
    expect(viewCart(state, LATER, standardRules).totals).toMatchObject({ discount: 300, total: 0 });
  });

  test('a coupon below its minimum stays on the cart at nothing, and says why', () => {
    const terms = amountOff(500, { minimumSpend: { minorUnits: 3_000, currency: 'GBP' } });
    const below = viewCart(
      given(opened(), added('MUG', 1, 2_999), applied('FIVER', terms)).state,
      LATER,
      standardRules,
    );
    expect(below.coupons[0]).toMatchObject({ eligible: false, discount: 0 });
    expect(below.coupons[0]?.reason).toContain('minimum');
    const at = viewCart(
      given(opened(), added('MUG', 1, 3_000), applied('FIVER', terms)).state,
      LATER,
      standardRules,
    );
    expect(at.coupons[0]).toMatchObject({ eligible: true, reason: null, discount: 500 });
  });

  test('a coupon that ends meanwhile gives nothing from that instant on', () => {
    const { state } = given(
      opened(),
      added('MUG', 1, 1_000),
      applied('TEN', percentOff(10, { validUntil: LATER })),
    );
    expect(viewCart(state, LATER - 1, standardRules)).toMatchObject({
      totals: { total: 900 },
      nextBoundaryAt: LATER,
    });
    expect(viewCart(state, LATER, standardRules)).toMatchObject({
      totals: { total: 1_000 },
      nextBoundaryAt: null,
    });
  });

  test('a discount is spread so that the lines sum to the total', () => {
    const { state } = given(
      opened(),
      added('A', 1, 100),
      added('B', 1, 100),
      added('C', 1, 100),
      applied('TEN', amountOff(100)),
    );
    expect(viewCart(state, LATER, standardRules).lines.map(({ discount }) => discount)).toEqual([
      34, 33, 33,
    ]);
  });
});
