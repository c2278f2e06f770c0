// An order's commands, and the conversion of a checked-out cart into an order.
import { type Pricing, rulesOf } from '../cart/pricing.js';
import { viewCart } from '../cart/view.js';
import type { CartState } from '../cart/state.js';
import type { OrderPlaced } from './events.js';

export interface PlaceOrder {
  readonly type: 'PlaceOrder';
  /** When the cart was checked out, in milliseconds since 1970. */
  readonly at: number;
  readonly order: OrderPlaced['data'];
}

/** An impact report found a different total for the order. */
export interface CorrectOrderTotal {
  readonly type: 'CorrectOrderTotal';
  /** In milliseconds since 1970. */
  readonly at: number;
  readonly reportId: string;
  /** The order's total before the report, and the correct one, in minor units. */
  readonly previousTotal: number;
  readonly correctedTotal: number;
  readonly reason: string;
  readonly operator: string;
}

export type OrderCommand = PlaceOrder | CorrectOrderTotal;

/**
 * The order of a checked-out cart. The same cart always gives the same order.
 *
 * @throws UnknownPricingError when this build does not know the rules of the cart's checkout
 */
export function orderOf(
  cart: CartState,
  at: number,
  orderId: string,
  pricing: Pricing,
): PlaceOrder {
  const rules = rulesOf(cart, pricing);
  const view = viewCart(cart, at, rules);
  const lines = view.lines.flatMap(({ sku, name, portions }) =>
    portions.map(({ quantity, unitPrice, subtotal, discount, total }) => ({
      sku,
      name,
      quantity,
      unitPrice,
      subtotal,
      discount,
      total,
    })),
  );
  const { itemCount: units, subtotal, discount, total } = view.totals;
  const { id: cartId, customerId, currency } = view;
  const content = {
    orderId,
    cartId,
    customerId,
    currency,
    lines,
    subtotal,
    discount,
    total,
    units,
  };
  return { type: 'PlaceOrder', at, order: { ...content, pricingVersion: rules.version } };
}
