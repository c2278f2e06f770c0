// What a checked-out cart agrees on besides its goods. It is apart from the types that events have,
// so that rows of orders do not depend on the code of prices.
import { price, type PricingRules } from '../cart/price.js';
import type { CheckedOutCartState } from '../cart/state.js';
import type { OrderedDelivery } from './delivery.js';

/** Null for a cart of which nothing is known but its goods. */
export function orderedDelivery(
  cart: CheckedOutCartState,
  rules: PricingRules,
): OrderedDelivery | null {
  const { delivery } = cart;
  if (delivery === undefined) return null;
  const { shipTo, method, giftNote } = delivery;
  if (shipTo === null && method === null && giftNote === null) return null;
  const { shipping, taxes } = price(cart, cart.updatedAt, rules).charges;
  return {
    shipTo: shipTo && {
      country: shipTo.country,
      region: shipTo.region,
      address: shipTo.address,
    },
    shipping: shipping && { code: shipping.code, name: shipping.name, amount: shipping.amount },
    taxes: taxes.map(({ rule, base, amount, shares, ofShipping }) => ({
      name: rule.name,
      category: rule.category,
      partsPerMillion: rule.partsPerMillion,
      included: rule.pricesIncludeTax,
      base,
      amount,
      inLines: shares,
      inShipping: ofShipping,
    })),
    giftNote: giftNote?.note ?? null,
  };
}
