// An order's events. Stored format: change only by adding a version and an upcaster. Unlike a cart,
// an order stores its amounts: they are the agreement with the customer.
import type { PaymentIntent, SealedContact } from '../cart/events.js';
import type { OrderedDelivery } from './delivery.js';

export interface OrderedLine {
  readonly sku: string;
  readonly name: string;
  readonly quantity: number;
  readonly unitPrice: number;
  /** Before discount, in minor units. */
  readonly subtotal: number;
  readonly discount: number;
  /** After discount, in minor units. Lines, shipping and taxes on top sum to the order's total. */
  readonly total: number;
}

export interface OrderPlaced {
  readonly type: 'OrderPlaced';
  readonly data: {
    readonly orderId: string;
    readonly cartId: string;
    readonly customerId: string | null;
    readonly currency: string;
    readonly lines: readonly OrderedLine[];
    readonly subtotal: number;
    readonly discount: number;
    readonly total: number;
    readonly units: number;
    /** Version of the rules that priced the cart. */
    readonly pricingVersion: number;
    /** Where to write about the order; null when it is not known. */
    readonly contact: SealedContact | null;
    /** Codes of the coupons on the cart. Empty also in orders that did not store them. */
    readonly coupons: readonly string[];
    readonly payment: PaymentIntent;
    /** Null when nothing was agreed on besides the goods. */
    readonly delivery: OrderedDelivery | null;
  };
}

/** A corrected price of an order that was placed at another. The earlier events stay unchanged. */
export interface OrderTotalCorrected {
  readonly type: 'OrderTotalCorrected';
  readonly data: {
    readonly orderId: string;
    /** Id of the impact report. */
    readonly reportId: string;
    readonly currency: string;
    /** The order's total before the correction, and the correct one, in minor units. */
    readonly previousTotal: number;
    readonly correctedTotal: number;
    readonly settlement: Settlement;
    readonly reason: string;
    /** Who decided the correction: the name of a person or a system. */
    readonly operator: string;
    /**
     * When the order was placed, in milliseconds since 1970. The correction changes the revenue of
     * that day.
     */
    readonly placedAt: number;
  };
}

/** The customer paid too much and is owed the difference, or paid too little and pays no more. */
export type Settlement = 'OWED_TO_CUSTOMER' | 'FORGIVEN';

/** Everything that the order holds, such as units in stock, is its own now. */
export interface InventoryReserved {
  readonly type: 'InventoryReserved';
  readonly data: { readonly orderId: string };
}

export interface PaymentReceived {
  readonly type: 'PaymentReceived';
  readonly data: {
    readonly orderId: string;
    /** In minor units. */
    readonly amount: number;
    readonly currency: string;
    /** The gateway's name of the charge; null for an order that costs nothing. */
    readonly gatewayReference: string | null;
  };
}

export interface PaymentDeclined {
  readonly type: 'PaymentDeclined';
  readonly data: { readonly orderId: string; readonly reason: string };
}

export interface OrderShipped {
  readonly type: 'OrderShipped';
  readonly data: {
    readonly orderId: string;
    readonly carrier: string | null;
    readonly trackingNumber: string | null;
  };
}

/** Who cancelled an order. FULFILMENT: the process manager, for example after a decline. */
export type CancelledBy = 'FULFILMENT' | 'STAFF';

/** What a later event of an order takes from the shop's revenue. */
interface RevenueLoss {
  readonly orderId: string;
  readonly currency: string;
  /** In minor units. */
  readonly forgone: number;
  /** When the order was placed, in milliseconds since 1970: the revenue of that day falls. */
  readonly placedAt: number;
}

export interface OrderCancelled {
  readonly type: 'OrderCancelled';
  readonly data: RevenueLoss & {
    /** A stable code from the process manager, such as PAYMENT_DECLINED; words of staff. */
    readonly reason: string;
    readonly by: CancelledBy;
    /** Number of units in the order, which are not sold after all. */
    readonly units: number;
  };
}

/** The shop owes a refund. The gateway pays it, and its answer is another event. */
export interface RefundRequested {
  readonly type: 'RefundRequested';
  readonly data: {
    readonly orderId: string;
    /** The gateway's idempotency key for it. */
    readonly refundId: string;
    /** In minor units. */
    readonly amount: number;
    readonly reason: string;
  };
}

export interface OrderRefunded {
  readonly type: 'OrderRefunded';
  readonly data: RevenueLoss & {
    readonly refundId: string;
    /** In minor units. After a cancellation nothing is forgone by it: the revenue fell before. */
    readonly amount: number;
    readonly reason: string;
    readonly gatewayReference: string;
  };
}

/** The gateway refuses the refund for good; staff have to pay it in another way. */
export interface RefundRefused {
  readonly type: 'RefundRefused';
  readonly data: { readonly orderId: string; readonly refundId: string; readonly reason: string };
}

export type OrderEvent =
  | OrderPlaced
  | OrderTotalCorrected
  | InventoryReserved
  | PaymentReceived
  | PaymentDeclined
  | OrderShipped
  | OrderCancelled
  | RefundRequested
  | OrderRefunded
  | RefundRefused;

/** Compiled from the types, so that no type can be missing. */
const types: Readonly<Record<OrderEvent['type'], true>> = {
  OrderPlaced: true,
  OrderTotalCorrected: true,
  InventoryReserved: true,
  PaymentReceived: true,
  PaymentDeclined: true,
  OrderShipped: true,
  OrderCancelled: true,
  RefundRequested: true,
  OrderRefunded: true,
  RefundRefused: true,
};

export const orderEventTypes = Object.keys(types) as readonly OrderEvent['type'][];
