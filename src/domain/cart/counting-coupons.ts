// Which coupons of a cart its order uses.
import { price } from './price.js';
import { type Pricing, rulesOf } from './pricing.js';
import type { CheckedOutCartState } from './state.js';

/**
 * Codes of the coupons that take something off the order, in the order in which they were added.
 *
 * @throws UnknownPricingError when this build does not know the rules of the cart's checkout
 */
export function couponsCounting(cart: CheckedOutCartState, pricing: Pricing): readonly string[] {
  if (cart.coupons.length === 0) return [];
  const { coupons } = price(cart, cart.updatedAt, rulesOf(cart, pricing));
  return coupons.filter(({ discount }) => discount > 0).map(({ code }) => code);
}
