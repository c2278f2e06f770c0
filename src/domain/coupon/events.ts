// A coupon's events. Stored format: change only by adding a version and an upcaster.
import type { CouponTerms } from '../cart/events.js';

/** The coupon was issued, or got other terms. */
export interface CouponDefined {
  readonly type: 'CouponDefined';
  readonly data: {
    readonly code: string;
    readonly description: string;
    readonly terms: CouponTerms;
  };
}

export interface CouponWithdrawn {
  readonly type: 'CouponWithdrawn';
  readonly data: { readonly code: string };
}

/** An order uses a coupon that has a limit. Uses of a coupon without limits are not recorded. */
export interface CouponRedeemed {
  readonly type: 'CouponRedeemed';
  readonly data: {
    readonly code: string;
    readonly orderId: string;
    /** The cart whose checkout places the order. */
    readonly cartId: string;
    /** The checkout that holds the use. Null: the order itself, which was placed. */
    readonly attemptId: string | null;
    /** A keyed hash that tells customers apart; null when the customer is not known. */
    readonly customerKey: string | null;
    /** In milliseconds since 1970. Null: the order keeps its use until it is cancelled. */
    readonly expiresAt: number | null;
  };
}

/** A checkout was refused, it died before its order was placed, or the order was cancelled. */
export type ReturnReason = 'CHECKOUT_REFUSED' | 'EXPIRED' | 'ORDER_CANCELLED';

export interface CouponUseReturned {
  readonly type: 'CouponUseReturned';
  readonly data: {
    readonly code: string;
    readonly orderId: string;
    /** The checkout whose hold ends; null: the order's use. */
    readonly attemptId: string | null;
    readonly reason: ReturnReason;
  };
}

export type CouponEvent = CouponDefined | CouponWithdrawn | CouponRedeemed | CouponUseReturned;
