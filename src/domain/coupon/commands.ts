// A coupon's commands. `at` is the instant of the command, in milliseconds since 1970.
import type { CouponTerms } from '../cart/events.js';

export interface DefineCoupon {
  readonly type: 'DefineCoupon';
  readonly at: number;
  readonly code: string;
  readonly description: string;
  readonly terms: CouponTerms;
}

export interface WithdrawCoupon {
  readonly type: 'WithdrawCoupon';
  readonly at: number;
}

export type CouponCommand = DefineCoupon | WithdrawCoupon;
