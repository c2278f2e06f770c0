// Prices a cart: a pure function of its state, an instant and a version of the rules. Discounts are
// spread over portions, so lines, discounts and totals are sums of the same parts.
import { spread } from '../money.js';
import type { CouponTerms } from './events.js';
import type { ExistingCartState, HeldCoupon, Portion } from './state.js';

export interface PricedPortion extends Portion {
  readonly subtotal: number;
  readonly discount: number;
}

export interface PricedCoupon extends HeldCoupon {
  readonly discount: number;
  /** Why the coupon gives no discount now; null when it is eligible. */
  readonly reason: string | null;
}

export interface PricedCart {
  readonly subtotal: number;
  readonly discount: number;
  readonly total: number;
  /** In the order of the state's lines; within a line, in the order of its portions. */
  readonly portions: readonly (readonly PricedPortion[])[];
  readonly coupons: readonly PricedCoupon[];
}

/** The part of pricing that can be corrected. A corrected set of rules gets a new version. */
export interface PricingRules {
  readonly version: number;
  /**
   * A coupon's discount, in minor units.
   *
   * @param subtotal the goods at their offered prices
   * @param left the amount that earlier coupons left; the discount is capped at it
   */
  discountOf(terms: CouponTerms, subtotal: number, left: number): number;
}

/**
 * Coupons apply in the order in which they were added, each to the amount that earlier ones left.
 */
export function price(state: ExistingCartState, at: number, rules: PricingRules): PricedCart {
  const portions = state.lines.flatMap((line) => line.portions);
  const subtotals = portions.map(({ quantity, unitPrice }) => quantity * unitPrice);
  const subtotal = sum(subtotals);
  const left = [...subtotals];
  const coupons = state.coupons.map((coupon): PricedCoupon => {
    const reason = ineligibility(coupon.terms, state.currency, subtotal, at);
    const discount = reason === null ? takeOff(coupon.terms, subtotal, left, rules) : 0;
    return { ...coupon, discount, reason };
  });
  const total = sum(left);
  return {
    subtotal,
    discount: subtotal - total,
    total,
    portions: byLine(state, subtotals, left),
    coupons,
  };
}

/**
 * Subtracts the coupon's discount from each portion's remaining amount, in place. Returns the
 * discount.
 */
function takeOff(
  terms: CouponTerms,
  subtotal: number,
  left: number[],
  rules: PricingRules,
): number {
  const leftInAll = sum(left);
  const discount = Math.min(leftInAll, Math.max(0, rules.discountOf(terms, subtotal, leftInAll)));
  spread(discount, left).forEach((part, index) => {
    left[index] = (left[index] ?? 0) - part;
  });
  return discount;
}

/** Why these terms give no discount, as a sentence for the shopper; null when they apply. */
export function ineligibility(
  { discount, minimumSpend, validFrom, validUntil }: CouponTerms,
  currency: string,
  subtotal: number,
  at: number,
): string | null {
  if (validFrom !== null && at < validFrom) return 'It is not valid yet.';
  if (validUntil !== null && at >= validUntil) return 'It is no longer valid.';
  if (discount.kind === 'AMOUNT' && discount.currency !== currency) {
    return `It is for carts in ${discount.currency}.`;
  }
  if (minimumSpend === null) return null;
  if (minimumSpend.currency !== currency) return `It is for carts in ${minimumSpend.currency}.`;
  return subtotal < minimumSpend.minorUnits ? 'The goods are below its minimum spend.' : null;
}

function byLine(
  state: ExistingCartState,
  subtotals: readonly number[],
  left: readonly number[],
): readonly (readonly PricedPortion[])[] {
  let index = 0;
  return state.lines.map((line) =>
    line.portions.map((portion) => {
      const subtotal = subtotals[index] ?? 0;
      const discount = subtotal - (left[index] ?? 0);
      index += 1;
      return { ...portion, subtotal, discount };
    }),
  );
}

function sum(amounts: readonly number[]): number {
  return amounts.reduce((so, amount) => so + amount, 0);
}
