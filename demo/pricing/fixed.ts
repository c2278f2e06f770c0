// The pricing with the bug fixed: a percentage is exact to the penny, half a penny rounded up. The
// shipped version stays, so that its prices can be compared and continued until the promotion.
import type { PricingRules } from '../../src/domain/cart/pricing.ts';
import { shipped } from './shipped.ts';

const fixed: PricingRules = {
  version: 2,
  discountOf: ({ discount }, _subtotal, left) =>
    discount.kind === 'PERCENTAGE'
      ? Math.floor((left * discount.basisPoints + 5_000) / 10_000)
      : discount.minorUnits,
};

export const rules = [shipped, fixed];
