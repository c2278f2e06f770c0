// What can be asked of a cart. `at` is when it is asked, in milliseconds since 1970. Prices and
// coupon terms are looked up by the caller in trusted places; a shopper never sends them.
import type { CouponTerms } from './events.js';
import type { PricingRules } from './pricing.js';

/** A product as it is on offer now: its price by currency, in minor units. */
export interface Offer {
  readonly sku: string;
  readonly name: string;
  readonly prices: Readonly<Record<string, number>>;
  /** Of the product's stream; null for an offer that is in no catalogue of ours. */
  readonly revision: number | null;
}

/** A coupon as it can be had now. */
export interface CouponOffer {
  readonly description: string;
  readonly terms: CouponTerms;
}

export interface OpenCart {
  readonly type: 'OpenCart';
  readonly at: number;
  readonly cartId: string;
  readonly currency: string;
  readonly customerId: string | null;
  readonly tokenHash: string | null;
}

export interface AddItem {
  readonly type: 'AddItem';
  readonly at: number;
  readonly sku: string;
  readonly quantity: number;
  /** Null: there is no such product. */
  readonly offer: Offer | null;
}

export interface ChangeQuantity {
  readonly type: 'ChangeQuantity';
  readonly at: number;
  readonly sku: string;
  /** The quantity that the line shall have; 0 removes it. */
  readonly quantity: number;
  readonly offer: Offer | null;
}

export interface RemoveItem {
  readonly type: 'RemoveItem';
  readonly at: number;
  readonly sku: string;
}

export interface ApplyCoupon {
  readonly type: 'ApplyCoupon';
  readonly at: number;
  readonly code: string;
  /** Null: there is no such coupon. */
  readonly coupon: CouponOffer | null;
}

export interface RemoveCoupon {
  readonly type: 'RemoveCoupon';
  readonly at: number;
  readonly code: string;
}

export interface CheckOut {
  readonly type: 'CheckOut';
  readonly at: number;
  readonly expectedTotal: number;
  readonly orderId: string;
  /** The rules in force. */
  readonly rules: PricingRules;
}

export type CartCommand =
  OpenCart | AddItem | ChangeQuantity | RemoveItem | ApplyCoupon | RemoveCoupon | CheckOut;
