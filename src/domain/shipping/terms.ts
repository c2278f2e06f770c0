// The terms of a shipping method, as its definition stores them. Stored format: change only by
// adding a version and an upcaster.

export interface ShippingPrice {
  readonly currency: string;
  readonly minorUnits: number;
  /** Shipping is free when the goods cost as much, after discounts; null: never. */
  readonly freeFrom: number | null;
}

export interface ShippingTerms {
  readonly name: string;
  /** ISO 3166-1; null: every country. */
  readonly countries: readonly string[] | null;
  readonly taxCategory: string;
  /** Only carts in these currencies can choose it. */
  readonly prices: readonly ShippingPrice[];
}

export function serves({ countries }: Pick<ShippingTerms, 'countries'>, country: string): boolean {
  return countries === null || countries.includes(country);
}

export function shippingPriceIn(
  { prices }: Pick<ShippingTerms, 'prices'>,
  currency: string,
): ShippingPrice | undefined {
  return prices.find((price) => price.currency === currency);
}
