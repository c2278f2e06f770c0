// What a change of the catalogue stands for, in full: names and terms that no client has to make up.
import { openTerms } from '../../src/domain/cart/coupon-terms.js';
import type { Amount, CouponTerms } from '../../src/domain/cart/events.js';

import type { ShippingTerms } from '../../src/domain/shipping/terms.js';
import type { TermsChangeAsked } from './staff-changes.js';

export const CURRENCY = 'GBP';

export function productInput({
  sku,
  minorUnits,
  taxCategory,
}: {
  readonly sku: string;
  readonly minorUnits: number;
  readonly taxCategory?: string;
}): {
  readonly sku: string;
  readonly name: string;
  readonly price: Amount;
  readonly taxCategory?: string;
} {
  const price = { minorUnits, currency: CURRENCY };
  return { sku, name: `Goods ${sku}`, price, ...(taxCategory !== undefined && { taxCategory }) };
}

interface CouponAsked {
  readonly code: string;
  readonly basisPoints: number;
  readonly validUntil: number | null;
  readonly usageLimit?: number;
}

export function couponInput({ code, basisPoints, validUntil, usageLimit }: CouponAsked): {
  readonly code: string;
  readonly description: string;
  readonly terms: CouponTerms;
} {
  const discount = { kind: 'PERCENTAGE', basisPoints } as const;
  const terms = { ...openTerms, discount, validUntil, usageLimit: usageLimit ?? null };
  return { code, description: `${basisPoints / 100} % off`, terms };
}

export function shippingTerms({
  code,
  minorUnits,
  freeFrom,
  countries,
  taxCategory,
}: Extract<TermsChangeAsked, { readonly type: 'DefineShippingMethod' }>): ShippingTerms {
  const prices = [{ minorUnits, currency: CURRENCY, freeFrom }];
  return { name: `By ${code}`, countries, taxCategory, prices };
}
