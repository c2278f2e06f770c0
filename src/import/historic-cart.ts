// Converts a purchase of the past to a cart that was opened, filled and checked out at that time.
// The domain decides it like any shopper's cart, but the importer sets the paid prices.
import { orderIdOf } from '../commands/command-id.js';
import { createCartDecider } from '../domain/cart/decide.js';
import type { CartCommand, CouponOffer } from '../domain/cart/commands.js';
import type { CartEvent } from '../domain/cart/events.js';
import { MAX_UNITS } from '../domain/cart/limits.js';
import { price, type PricingRules } from '../domain/cart/price.js';
import { type CartState, type CheckedOutCartState, initialCart } from '../domain/cart/state.js';

export interface HistoricCart {
  readonly state: CheckedOutCartState;
  readonly events: readonly CartEvent[];
}

/** Why a purchase cannot become a cart. */
export interface HistoryRejection {
  readonly code: string;
  readonly reason: string;
}

export interface BoughtUnits {
  readonly sku: string;
  readonly name: string;
  readonly quantity: number;
  /** In minor units of the purchase's currency. */
  readonly unitPrice: number;
}

export interface HistoricPurchase {
  /** In milliseconds since 1970. */
  readonly at: number;
  readonly currency: string;
  readonly customerId: string | null;
  readonly units: readonly BoughtUnits[];
  readonly coupon?: CouponOffer & { readonly code: string };
  /** What was paid; default: what the prices come to. */
  readonly total?: number;
}

/** A shop's limits do not apply to history; only the limits of exact amounts and of the API do. */
const decider = createCartDecider({
  maxLines: Infinity,
  maxUnitsPerLine: MAX_UNITS,
  maxCoupons: 1,
});

/** The whole purchase, or the reason against it. */
export function historicCart(
  cartId: string,
  purchase: HistoricPurchase,
  rules: PricingRules,
): HistoricCart | HistoryRejection {
  const { at, currency, customerId, units, coupon, total } = purchase;
  if (units.reduce((sum, { quantity }) => sum + quantity, 0) > MAX_UNITS) {
    return { code: 'QUANTITY_LIMIT', reason: `it has more than ${MAX_UNITS} units` };
  }
  const events: CartEvent[] = [];
  let state: CartState = initialCart;
  const commands = function* (): Iterable<CartCommand> {
    yield { type: 'OpenCart', at, cartId, currency, customerId, tokenHash: null };
    for (const { sku, name, quantity, unitPrice } of units) {
      const offer = { sku, name, prices: { [currency]: unitPrice }, revision: null };
      yield { type: 'AddItem', at, sku, quantity, offer };
    }
    if (coupon !== undefined) yield { type: 'ApplyCoupon', at, code: coupon.code, coupon };
    const priced = state.status === 'OPEN' ? price(state, at, rules).total : 0;
    const expectedTotal = total ?? priced;
    const orderId = orderIdOf(cartId);
    yield { type: 'CheckOut', at, expectedTotal, orderId, rules, contact: null };
  };
  for (const command of commands()) {
    const decision = decider.decide(command, state);
    if ('rejected' in decision) {
      const { code, message } = decision.rejected;
      return { code, reason: message };
    }
    for (const event of decision.accepted) {
      // The append sets the ids; no decision here depends on them.
      const facts = { id: '', revision: events.length, occurredAt: at };
      state = decider.evolve(state, { ...event, ...facts });
      events.push(event);
    }
  }
  if (state.status !== 'CHECKED_OUT') throw new RangeError(`Cart ${cartId} is not checked out`);
  return { state, events };
}
