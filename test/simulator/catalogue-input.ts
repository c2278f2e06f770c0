// What a change of the catalogue stands for, in full: names and terms that no client has to make up.
import { openTerms } from '../../src/domain/cart/coupon-terms.js';
import type { Amount, CouponTerms } from '../../src/domain/cart/events.js';

export const CURRENCY = 'GBP';

export function productInput({
  sku,
  minorUnits,
}: {
  readonly sku: string;
  readonly minorUnits: number;
}): {
  readonly sku: string;
  readonly name: string;
  readonly price: Amount;
} {
  return { sku, name: `Goods ${sku}`, price: { minorUnits, currency: CURRENCY } };
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
