// One invoice → a cart that was opened, filled and checked out at the invoice's own time, decided by
// the same domain as any shopper's. The importer is trusted with the price that was paid.
import { orderIdOf } from '../commands/command-id.js';
import { cartDecider } from '../domain/cart/decide.js';
import type { CartCommand } from '../domain/cart/commands.js';
import type { CartEvent } from '../domain/cart/events.js';
import { price, type PricingRules } from '../domain/cart/price.js';
import { type CartState, initialCart } from '../domain/cart/state.js';
import type { InvoiceLine } from './csv-lines.js';

export interface InvoiceCart {
  readonly state: CartState;
  readonly events: readonly CartEvent[];
  readonly importedLines: number;
  /** Lines that the domain refused, by the rejection's code. */
  readonly refused: ReadonlyMap<string, number>;
}

/** @param at the invoice's time in milliseconds since 1970 */
export function invoiceCart(
  cartId: string,
  lines: readonly InvoiceLine[],
  at: number,
  rules: PricingRules,
): InvoiceCart {
  const events: CartEvent[] = [];
  const refused = new Map<string, number>();
  let state = initialCart;
  const ask = (command: CartCommand): boolean => {
    const decision = cartDecider.decide(command, state);
    if ('rejected' in decision) {
      const { code } = decision.rejected;
      refused.set(code, (refused.get(code) ?? 0) + 1);
      return false;
    }
    for (const event of decision.accepted) {
      // Ids come with the append; nothing that is decided here depends on them.
      const facts = { id: '', revision: events.length, occurredAt: at };
      state = cartDecider.evolve(state, { ...event, ...facts });
      events.push(event);
    }
    return true;
  };

  const customerId = lines[0]?.customer ?? null;
  ask({ type: 'OpenCart', at, cartId, currency: 'GBP', customerId, tokenHash: null });
  const importedLines = lines.filter(({ sku, name, quantity, unitPrice }) =>
    ask({
      type: 'AddItem',
      at,
      sku,
      quantity,
      offer: { sku, name, prices: { GBP: unitPrice }, revision: null },
    }),
  ).length;
  if (importedLines > 0) {
    const expectedTotal = price(state, at, rules).total;
    ask({ type: 'CheckOut', at, expectedTotal, orderId: orderIdOf(cartId), rules });
  }
  return { state, events, importedLines, refused };
}
