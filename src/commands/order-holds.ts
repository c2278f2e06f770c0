// What an order keeps elsewhere, such as units in stock and uses of coupons, after its checkout
// took it. Each kind of hold comes with a `CheckoutHold`.
import type { OrderState } from '../domain/order/state.js';
import type { Rejection } from '../domain/rejection.js';

/**
 * All methods may be repeated, by several instances at once and in any order: repeating one changes
 * nothing. They throw StoreUnavailableError when the outcome is unknown.
 */
export interface OrderHold {
  /**
   * Makes the hold of the order's checkout lasting, and takes again what has expired since. After a
   * `giveBack` it takes nothing.
   *
   * @returns why the order cannot have it; it is cancelled with this code then
   */
  confirm(order: OrderState): Promise<Rejection | undefined>;
  /** For an order that was cancelled: returns everything that the order holds, once. */
  giveBack(order: OrderState): Promise<void>;
  /** For an order that was shipped: the units have left. */
  ship?(order: OrderState): Promise<void>;
}
