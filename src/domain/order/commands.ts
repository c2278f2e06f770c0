// What can be asked of an order, and how a cart that was checked out becomes one.
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

/** An impact report has found what the order should have come to. */
export interface CorrectOrderTotal {
  readonly type: 'CorrectOrderTotal';
  /** In milliseconds since 1970. */
  readonly at: number;
  readonly reportId: string;
  /** What the report took the order to come to, and what it should, in minor units. */
  readonly previousTotal: number;
  readonly correctedTotal: number;
  readonly reason: string;
  readonly operator: string;
}

export type OrderCommand = PlaceOrder | CorrectOrderTotal;

/**
 * The order that follows from a cart that was checked out: the same whenever it is asked.
 * @throws UnknownPricingError when this build no longer knows the rules by which the cart was
 * checked out
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
