// The cart's commands. `at` is the instant of the command, in milliseconds since 1970. The service
// adds prices and coupon terms from its own streams; a shopper never sends them.
import type { CouponTerms } from './events.js';
import type { PricingRules } from './pricing.js';

/** A product on sale: its price by currency, in minor units. */
export interface Offer {
  readonly sku: string;
  readonly name: string;
  readonly prices: Readonly<Record<string, number>>;
  /** Revision of the product's stream; null when the offer does not come from our catalogue. */
  readonly revision: number | null;
}

/** A coupon that can be applied now. */
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
  /** Null when the product does not exist or is not on sale. */
  readonly offer: Offer | null;
}

export interface ChangeQuantity {
  readonly type: 'ChangeQuantity';
  readonly at: number;
  readonly sku: string;
  /** The new quantity of the line; 0 removes the line. */
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
  /** Null when the coupon does not exist or was withdrawn. */
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
  /** The active pricing rules. */
  readonly rules: PricingRules;
}

export type CartCommand =
  OpenCart | AddItem | ChangeQuantity | RemoveItem | ApplyCoupon | RemoveCoupon | CheckOut;
