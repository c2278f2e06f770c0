// The pricing with the bug fixed: a percentage to the penny, half a penny up. The version that was
// shipped stays known, so that what it priced can be told apart and carried on until the swap.
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
