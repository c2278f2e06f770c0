// What a change of the catalogue stands for, in full: names and terms that no client has to make up.
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
}

export function couponInput({ code, basisPoints, validUntil }: CouponAsked): {
  readonly code: string;
  readonly description: string;
  readonly terms: CouponTerms;
} {
  const discount = { kind: 'PERCENTAGE', basisPoints } as const;
  const terms = { discount, minimumSpend: null, validFrom: null, validUntil };
  return { code, description: `${basisPoints / 100} % off`, terms };
}
