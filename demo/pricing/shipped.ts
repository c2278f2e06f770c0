// The pricing as a hurried change shipped it: to "keep receipts tidy", a percentage is rounded down
// to whole pounds, and with it goes the rest of what the coupon promised.
import type { PricingRules } from '../../src/domain/cart/pricing.ts';

export const shipped: PricingRules = {
  version: 1,
  discountOf: ({ discount }, _subtotal, left) =>
    discount.kind === 'PERCENTAGE'
      ? Math.floor((left * discount.basisPoints) / 10_000 / 100) * 100
      : discount.minorUnits,
};

export const rules = [shipped];
