// A coupon's events. Stored format: change only by adding a version and an upcaster.
import type { CouponTerms } from '../cart/events.js';

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

export type CouponEvent = CouponDefined | CouponWithdrawn;
