// Which terms a coupon can have, and when two are the same.
import { assertNever } from '../assert-never.js';
import { type CouponTerms, currenciesOf } from '../cart/coupon-terms.js';
import { MAX_UNITS } from '../cart/limits.js';
import { isCurrency } from '../currencies.js';

const MAX_SKUS = 500;

/** Whether the terms are valid: the coupon takes something off, and ends after it begins. */
export function areTerms(terms: CouponTerms): boolean {
  const { minimumSpend, validFrom, validUntil, skus, usageLimit, perCustomerLimit } = terms;
  const endsLater = validFrom === null || validUntil === null || validFrom < validUntil;
  const spends = minimumSpend === null || isCount(minimumSpend.minorUnits, 0);
  const products =
    skus === null ||
    (skus.length >= 1 && skus.length <= MAX_SKUS && new Set(skus).size === skus.length);
  const limits = [usageLimit, perCustomerLimit].every(
    (limit) => limit === null || isCount(limit, 1),
  );
  // No cart has two currencies: it could never be used.
  const named = new Set(currenciesOf(terms));
  const currencies = named.size <= 1 && [...named].every(isCurrency);
  return takesOff(terms) && spends && endsLater && products && limits && currencies;
}

function takesOff({ discount }: CouponTerms): boolean {
  switch (discount.kind) {
    case 'PERCENTAGE':
      return isCount(discount.basisPoints, 1) && discount.basisPoints <= 10_000;
    case 'AMOUNT':
      return isCount(discount.minorUnits, 1);
    case 'FREE_UNITS':
      return [discount.buy, discount.free].every(
        (units) => isCount(units, 1) && units <= MAX_UNITS,
      );
    default:
      return assertNever(discount);
  }
}

function isCount(value: number, least: number): boolean {
  return Number.isSafeInteger(value) && value >= least;
}

/** The order of products and of properties does not matter. */
export function sameTerms(one: CouponTerms, other: CouponTerms): boolean {
  return inOrder(one) === inOrder(other);
}

function inOrder(terms: CouponTerms): string {
  const { discount, minimumSpend, skus, ...rest } = terms;
  return JSON.stringify([
    sorted(discount),
    minimumSpend && sorted(minimumSpend),
    skus?.toSorted() ?? null,
    sorted(rest),
  ]);
}

function sorted(parts: object): readonly (readonly [string, unknown])[] {
  return Object.entries(parts).sort(([a], [b]) => (a < b ? -1 : 1));
}
