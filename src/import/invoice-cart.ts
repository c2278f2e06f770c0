// Converts one invoice to a cart that was opened, filled and checked out at the invoice's time. The
// domain decides it like any shopper's cart, but the importer sets the paid price.
import { orderIdOf } from '../commands/command-id.js';
import { createCartDecider } from '../domain/cart/decide.js';
import type { CartCommand } from '../domain/cart/commands.js';
import type { CartEvent } from '../domain/cart/events.js';
import { MAX_UNITS } from '../domain/cart/limits.js';
import { price, type PricingRules } from '../domain/cart/price.js';
import { type CartState, type CheckedOutCartState, initialCart } from '../domain/cart/state.js';
import type { InvoiceLine } from './csv-lines.js';

export interface InvoiceCart {
  readonly state: CheckedOutCartState;
  readonly events: readonly CartEvent[];
}

/** Why an invoice cannot become a cart. */
export interface InvoiceRejection {
  readonly code: string;
  readonly reason: string;
}

/** A shop's limits do not apply to history; only the limits of exact amounts and of the API do. */
const decider = createCartDecider({
  maxLines: Infinity,
  maxUnitsPerLine: MAX_UNITS,
  maxCoupons: 0,
});

/**
 * The whole invoice, or the reason against it.
 *
 * @param at the invoice's time in milliseconds since 1970
 */
export function invoiceCart(
  cartId: string,
  lines: readonly InvoiceLine[],
  at: number,
  rules: PricingRules,
): InvoiceCart | InvoiceRejection {
  if (lines.reduce((sum, { quantity }) => sum + quantity, 0) > MAX_UNITS) {
    return { code: 'QUANTITY_LIMIT', reason: `it has more than ${MAX_UNITS} units` };
  }
  const events: CartEvent[] = [];
  let state: CartState = initialCart;
  const customerId = lines[0]?.customer ?? null;
  const commands = function* (): Iterable<CartCommand> {
    yield { type: 'OpenCart', at, cartId, currency: 'GBP', customerId, tokenHash: null };
    for (const { sku, name, quantity, unitPrice } of lines) {
      const offer = { sku, name, prices: { GBP: unitPrice }, revision: null };
      yield { type: 'AddItem', at, sku, quantity, offer };
    }
    const expectedTotal = state.status === 'OPEN' ? price(state, at, rules).total : 0;
    yield { type: 'CheckOut', at, expectedTotal, orderId: orderIdOf(cartId), rules };
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
