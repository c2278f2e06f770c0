// What can be asked of an order, and how a cart that was checked out becomes one.
import { viewCart } from '../cart/view.js';
import type { CartState } from '../cart/state.js';
import type { OrderPlaced } from './events.js';

export interface PlaceOrder {
  readonly type: 'PlaceOrder';
  /** When the cart was checked out, in milliseconds since 1970. */
  readonly at: number;
  readonly order: OrderPlaced['data'];
}

export type OrderCommand = PlaceOrder;

/** The order that follows from a cart that was checked out: the same whenever it is asked. */
export function orderOf(cart: CartState, at: number, orderId: string): PlaceOrder {
  const view = viewCart(cart, at);
  const lines = view.lines.flatMap(({ sku, name, portions }) =>
    portions.map(({ quantity, unitPrice, total }) => ({ sku, name, quantity, unitPrice, total })),
  );
  const { subtotal, discount, total, itemCount: units } = view.totals;
  const { id: cartId, customerId, currency } = view;
  const order = { orderId, cartId, customerId, currency, lines, subtotal, discount, total, units };
  return { type: 'PlaceOrder', at, order };
}
