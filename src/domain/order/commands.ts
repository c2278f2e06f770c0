// An order's commands, and the conversion of a checked-out cart into an order.
import { type Pricing, rulesOf } from '../cart/pricing.js';
import { viewCart } from '../cart/view.js';
import type { CheckedOutCartState } from '../cart/state.js';
import type { CancelledBy, OrderPlaced } from './events.js';
import { orderedDelivery } from './ordered-delivery.js';

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

interface Fulfilling<Type extends string> {
  readonly type: Type;
  /** In milliseconds since 1970. */
  readonly at: number;
}

/** Everything that the order holds was confirmed. */
export type ReserveInventory = Fulfilling<'ReserveInventory'>;

/** The gateway charged the order. */
export interface RecordPayment extends Fulfilling<'RecordPayment'> {
  /** In minor units. */
  readonly amount: number;
  readonly gatewayReference: string | null;
  /** Of the refund, if the order was cancelled meanwhile. */
  readonly refundId: string;
}

export interface RecordDecline extends Fulfilling<'RecordDecline'> {
  readonly reason: string;
}

export interface ShipOrder extends Fulfilling<'ShipOrder'> {
  readonly carrier: string | null;
  readonly trackingNumber: string | null;
}

export interface CancelOrder extends Fulfilling<'CancelOrder'> {
  readonly reason: string;
  readonly by: CancelledBy;
  /** Of the refund, if the order is paid. */
  readonly refundId: string;
}

export interface RequestRefund extends Fulfilling<'RequestRefund'> {
  readonly refundId: string;
  /** In minor units; null: all that is left. */
  readonly amount: number | null;
  readonly reason: string;
}

/** The gateway paid a refund. */
export interface RecordRefund extends Fulfilling<'RecordRefund'> {
  readonly refundId: string;
  readonly gatewayReference: string;
}

/** The gateway refuses a refund for good. */
export interface RefuseRefund extends Fulfilling<'RefuseRefund'> {
  readonly refundId: string;
  readonly reason: string;
}

export type FulfilmentCommand =
  | ReserveInventory
  | RecordPayment
  | RecordDecline
  | ShipOrder
  | CancelOrder
  | RequestRefund
  | RecordRefund
  | RefuseRefund;

export type OrderCommand = PlaceOrder | CorrectOrderTotal | FulfilmentCommand;

/**
 * The order of a checked-out cart. The same cart always gives the same order.
 *
 * @throws UnknownPricingError when this build does not know the rules of the cart's checkout
 */
export function orderOf(
  cart: CheckedOutCartState,
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
  const { contact, payment } = cart;
  const coupons = cart.coupons.map(({ code }) => code);
  const delivery = orderedDelivery(cart, rules);
  const agreed = { pricingVersion: rules.version, contact, coupons, payment, delivery };
  return { type: 'PlaceOrder', at, order: { ...content, ...agreed } };
}
