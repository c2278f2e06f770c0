// All versions of the pricing rules that this build knows. price.ts applies one version to a cart.
import { basisPointsOf } from '../money.js';
import type { PricingRules } from './price.js';
import type { CartState } from './state.js';

export type { PricingRules } from './price.js';

/** All versions of the rules in this build. */
export interface Pricing {
  /** Oldest first. */
  readonly all: readonly PricingRules[];
  /** The newest. */
  readonly current: PricingRules;
  version(version: number): PricingRules | undefined;
}

/** @throws RangeError when the list is empty or the versions do not rise */
export function pricingOf(all: readonly PricingRules[]): Pricing {
  const current = all.at(-1);
  if (current === undefined) throw new RangeError('Pricing needs rules');
  const rises = all.every(({ version }, index) => version > (all[index - 1]?.version ?? 0));
  if (!rises) throw new RangeError('Versions of pricing rules must rise, from 1');
  return {
    all,
    current,
    version: (wanted) => all.find(({ version }) => version === wanted),
  };
}

/** A cart was checked out with a version of the rules that this build does not know. */
export class UnknownPricingError extends RangeError {
  override readonly name = 'UnknownPricingError';
}

/**
 * The rules of the cart's checkout; the newest rules for an open cart.
 *
 * @throws UnknownPricingError
 */
export function rulesOf(cart: CartState, pricing: Pricing): PricingRules {
  if (cart.status !== 'CHECKED_OUT') return pricing.current;
  const { id, pricingVersion } = cart;
  const rules = pricing.version(pricingVersion);
  if (rules !== undefined) return rules;
  throw new UnknownPricingError(
    `Cart ${id} was checked out by version ${pricingVersion} of the pricing, which is unknown here`,
  );
}

export const standardRules: PricingRules = {
  version: 1,
  discountOf({ discount }, _subtotal, left) {
    return discount.kind === 'PERCENTAGE'
      ? basisPointsOf(left, discount.basisPoints)
      : discount.minorUnits;
  },
};

export const standardPricing = pricingOf([standardRules]);
