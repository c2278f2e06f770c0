// The pricing as a hurried change shipped it: to "keep receipts tidy", it rounds a percentage down
// to whole pounds, so the customer loses the rest of the discount.
import type { PricingRules } from '../../src/domain/cart/pricing.ts';

export const shipped: PricingRules = {
  version: 1,
  discountOf: ({ discount }, _subtotal, left) =>
    discount.kind === 'PERCENTAGE'
      ? Math.floor((left * discount.basisPoints) / 10_000 / 100) * 100
      : discount.minorUnits,
};

export const rules = [shipped];
