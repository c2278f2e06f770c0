// Whether a cart's coupons count now, and why not: each by its own terms, then against each other.
import { type CouponTerms, currenciesOf, freeUnitsOf } from './coupon-terms.js';
import type { HeldCoupon } from './state.js';

/** The goods that a coupon is for. */
export interface CouponGoods {
  /** At their offered prices, in minor units. */
  readonly subtotal: number;
  readonly units: number;
}

/** Sentences for the shopper. */
const lapsedBecause = { WITHDRAWN: 'It was withdrawn.' } as const;

/**
 * Why each coupon gives no discount; null for those that do. The first exclusive coupon that could
 * count does so alone.
 */
export function ineligibilities(
  coupons: readonly HeldCoupon[],
  currency: string,
  goodsOf: (terms: CouponTerms) => CouponGoods,
  at: number,
): readonly (string | null)[] {
  const own = coupons.map(({ terms, lapsed }) =>
    lapsed == null ? ineligibility(terms, currency, goodsOf(terms), at) : lapsedBecause[lapsed],
  );
  const alone = coupons.findIndex(({ terms }, index) => terms.exclusive && own[index] === null);
  if (alone < 0) return own;
  const others = `It cannot be combined with ${coupons[alone]?.code ?? ''}.`;
  return own.map((reason, index) => (index === alone ? null : (reason ?? others)));
}

/** Why these terms give no discount; null when they apply. */
function ineligibility(
  terms: CouponTerms,
  currency: string,
  { subtotal, units }: CouponGoods,
  at: number,
): string | null {
  const { discount, minimumSpend, validFrom, validUntil } = terms;
  if (validFrom !== null && at < validFrom) return 'It is not valid yet.';
  if (validUntil !== null && at >= validUntil) return 'It is no longer valid.';
  const other = currenciesOf(terms).find((named) => named !== currency);
  if (other !== undefined) return `It is for carts in ${other}.`;
  if (terms.skus !== null && units === 0) return 'None of its products is in the cart.';
  if (minimumSpend !== null && subtotal < minimumSpend.minorUnits) {
    return 'The goods are below its minimum spend.';
  }
  if (discount.kind === 'FREE_UNITS' && freeUnitsOf(discount, units) === 0) {
    return `It needs more than ${discount.buy} units.`;
  }
  return null;
}
