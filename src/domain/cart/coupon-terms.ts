// The terms of a coupon, as its definition and every cart that has it store them. Stored format:
// change only by adding a version and an upcaster.

export interface Amount {
  readonly minorUnits: number;
  readonly currency: string;
}

/** Of every `buy + free` units of the coupon's products, the `free` cheapest cost nothing. */
export interface FreeUnits {
  readonly kind: 'FREE_UNITS';
  readonly buy: number;
  readonly free: number;
}

/** A part of the price of the coupon's products. */
export type PriceReduction =
  | { readonly kind: 'PERCENTAGE'; readonly basisPoints: number }
  | ({ readonly kind: 'AMOUNT' } & Amount);

/**
 * Instants in milliseconds since 1970. `validUntil` is exclusive: the coupon has ended at that
 * instant.
 */
export interface CouponTerms {
  readonly discount: PriceReduction | FreeUnits;
  /** Of the coupon's products, at their offered prices. */
  readonly minimumSpend: Amount | null;
  readonly validFrom: number | null;
  readonly validUntil: number | null;
  /** The coupon is for these products; null: for all. */
  readonly skus: readonly string[] | null;
  /** The coupon is for carts in this currency; null: in any that its amounts allow. */
  readonly currency: string | null;
  /**
   * Orders that can use the coupon, in all and of one customer; null for no limit. The coupon's own
   * stream counts them, by its terms of now; a cart's copy only shows them.
   */
  readonly usageLimit: number | null;
  readonly perCustomerLimit: number | null;
  /** Whether it counts alone: other coupons of the cart give nothing while it counts. */
  readonly exclusive: boolean;
}

/** Terms that take a part off the price. */
export type ReducingTerms = CouponTerms & { readonly discount: PriceReduction };

/** All that a coupon's terms can leave open. */
export const openTerms = {
  minimumSpend: null,
  validFrom: null,
  validUntil: null,
  skus: null,
  currency: null,
  usageLimit: null,
  perCustomerLimit: null,
  exclusive: false,
} as const satisfies Omit<CouponTerms, 'discount'>;

/** Every currency that the terms ask of a cart; a cart in another one cannot use the coupon. */
export function currenciesOf({ discount, minimumSpend, currency }: CouponTerms): string[] {
  const named = [discount, minimumSpend].flatMap((amount) =>
    amount !== null && 'currency' in amount ? [amount.currency] : [],
  );
  return currency === null ? named : [...named, currency];
}

/** How many of so many units cost nothing. A last group that is not full counts in part. */
export function freeUnitsOf({ buy, free }: FreeUnits, units: number): number {
  const group = buy + free;
  return Math.floor(units / group) * free + Math.max(0, (units % group) - buy);
}
