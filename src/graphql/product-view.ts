// Converts a product's or a coupon's folded state to the API's types.
import { type PlannedPrice, pricesAt, type ProductState } from '../domain/catalog/state.js';
import type { Amount, CouponTerms } from '../domain/cart/coupon-terms.js';
import type { CouponState } from '../domain/coupon/state.js';
import { STANDARD_TAX } from '../domain/tax/rule.js';
import { money } from './types/money.js';
import type { Coupon, DefinedTerms, Product } from './types/product-types.js';

/** A product with what only staff may see of it. */
export interface ShownProduct extends Product {
  readonly planned: readonly PlannedPrice[];
  readonly productRevision: number;
}

/** @param now of its prices, in milliseconds since 1970 */
export function shownProduct(product: ProductState, now: number): ShownProduct {
  const { name, description, imageUrl, tags, currency, planned, listed } = product;
  const sku = product.sku ?? '';
  return {
    id: sku,
    sku,
    name,
    description,
    imageUrl,
    price: money(pricesAt(product, now)[currency] ?? 0, currency),
    tags,
    taxCategory: product.taxCategory ?? STANDARD_TAX,
    onSale: listed,
    planned: planned.filter(({ holdsFrom }) => holdsFrom > now),
    productRevision: product.revision,
  };
}

/** @throws TypeError for a coupon that was never defined */
export function shownCoupon(state: CouponState): Coupon {
  const { code, description, terms, available, revision } = state;
  if (code === null || terms === null) throw new TypeError('A coupon without terms is no coupon');
  const withdrawn = !available;
  return { id: code, code, description, withdrawn, terms: shownTerms(terms), revision };
}

function shownTerms(terms: CouponTerms): DefinedTerms {
  const { discount, minimumSpend, skus } = terms;
  const shown = (amount: Amount) => money(amount.minorUnits, amount.currency);
  return {
    ...terms,
    percentageBasisPoints: discount.kind === 'PERCENTAGE' ? discount.basisPoints : null,
    amount: discount.kind === 'AMOUNT' ? shown(discount) : null,
    freeUnits: discount.kind === 'FREE_UNITS' ? discount : null,
    minimumSpend: minimumSpend === null ? null : shown(minimumSpend),
    skus: skus ?? null,
  };
}
