// The cart's events. Stored format: change only by adding a version and an upcaster. Events store
// terms (offered prices, a coupon's conditions), not computed totals, so a corrected fold corrects
// past carts. The one exception is the total that the shopper agreed to.

import type { CouponTerms } from './coupon-terms.js';
import type { DeliveryEvent, DeliveryPart } from './delivery/events.js';
import type { LifecycleEvent } from './lifecycle-events.js';

export type { Amount, CouponTerms } from './coupon-terms.js';

export interface CartOpened {
  readonly type: 'CartOpened';
  readonly data: {
    readonly cartId: string;
    readonly currency: string;
    readonly customerId: string | null;
    /** SHA-256 of the guest's secret, in hexadecimal. The secret itself is not stored. */
    readonly tokenHash: string | null;
  };
}

export interface ItemAdded {
  readonly type: 'ItemAdded';
  readonly data: {
    readonly sku: string;
    readonly name: string;
    readonly quantity: number;
    /** Offered price of one unit, in minor units of the cart's currency. */
    readonly unitPrice: number;
    /** Revision of the product's stream that offered the price; null when it was not recorded. */
    readonly offerRevision: number | null;
  };
}

/** A line that was asked for and not added. */
export interface RefusedLine {
  /** Its place in the request, from 0. */
  readonly index: number;
  readonly sku: string;
  readonly quantity: number;
  /** Code of the rejection. */
  readonly refusal: string;
}

/** Several lines added by one command. */
export interface ItemsAdded {
  readonly type: 'ItemsAdded';
  readonly data: {
    /** In the order of the request. */
    readonly lines: readonly ItemAdded['data'][];
    readonly refused: readonly RefusedLine[];
  };
}

/** The shopper took the prices of now for lines that were added at others. */
export interface PricesAccepted {
  readonly type: 'PricesAccepted';
  readonly data: {
    readonly prices: readonly AcceptedPrice[];
  };
}

export interface AcceptedPrice {
  readonly sku: string;
  /** Price of the line's oldest units that had another price; per unit, in minor units. */
  readonly from: number;
  /** Offered price of every unit of the line from now on, in minor units. */
  readonly unitPrice: number;
  readonly offerRevision: number | null;
}

/** A line as it was before the change that is undone; without portions, there was no such line. */
export interface RestoredLine {
  readonly sku: string;
  readonly name: string;
  /** When it was first added, in milliseconds since 1970. */
  readonly addedAt: number;
  /** Its place among the cart's lines, from 0. */
  readonly position: number;
  readonly portions: readonly { readonly quantity: number; readonly unitPrice: number }[];
}

/**
 * A change was taken back. A coupon or a part of the delivery that comes back or goes has events of
 * its own before this one, in the same append.
 */
export interface ChangeUndone {
  readonly type: 'ChangeUndone';
  readonly data: {
    readonly undone: { readonly type: string; readonly revision: number };
    readonly lines: readonly RestoredLine[];
    /** Code of the coupon that came back or went; null: the change was about none. */
    readonly coupon: string | null;
    /** What of the delivery became again what it was; null: the change was about none of it. */
    readonly delivery: DeliveryPart | null;
  };
}

export interface QuantityChanged {
  readonly type: 'QuantityChanged';
  readonly data: {
    readonly sku: string;
    readonly from: number;
    readonly to: number;
    /** Offered price of the added units; null unless the quantity was raised. */
    readonly unitPrice: number | null;
  };
}

export interface ItemRemoved {
  readonly type: 'ItemRemoved';
  readonly data: { readonly sku: string; readonly quantity: number };
}

export interface CouponApplied {
  readonly type: 'CouponApplied';
  readonly data: {
    readonly code: string;
    readonly description: string;
    readonly terms: CouponTerms;
  };
}

export interface CouponRemoved {
  readonly type: 'CouponRemoved';
  readonly data: { readonly code: string };
}

/** A contact, encrypted with a key that is kept outside of the log: see src/personal-data. */
export interface SealedContact {
  readonly keyId: string;
  readonly sealed: string;
}

export type LapseReason = 'WITHDRAWN';

/** The coupon stays on the cart and counts no more; the shopper did not bring it about. */
export interface CouponLapsed {
  readonly type: 'CouponLapsed';
  readonly data: { readonly code: string; readonly reason: LapseReason };
}

export interface CartCheckedOut {
  readonly type: 'CartCheckedOut';
  readonly data: {
    readonly orderId: string;
    /** The total that the shopper saw and agreed to pay, in minor units. */
    readonly total: number;
    /** Version of the pricing rules behind the total. The order is priced by the same version. */
    readonly pricingVersion: number;
    /** Null when it is not known, such as for a cart that was imported. */
    readonly contact: SealedContact | null;
    readonly payment: PaymentIntent;
  };
}

/**
 * How an order is paid. NONE: it is not, such as an imported order; nothing happens to it by
 * itself. GATEWAY: the payment gateway charges it. The intent's id names the payment token, which
 * no event holds.
 */
export type PaymentIntent =
  { readonly kind: 'NONE' } | { readonly kind: 'GATEWAY'; readonly intentId: string };

export const noPayment: PaymentIntent = { kind: 'NONE' };

export type CartEvent =
  | CartOpened
  | ItemAdded
  | ItemsAdded
  | QuantityChanged
  | ItemRemoved
  | CouponApplied
  | CouponRemoved
  | CouponLapsed
  | PricesAccepted
  | ChangeUndone
  | CartCheckedOut
  | LifecycleEvent
  | DeliveryEvent;
