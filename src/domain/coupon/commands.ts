// A coupon's commands. `at` is the instant of the command, in milliseconds since 1970.
import type { CouponTerms } from '../cart/events.js';
import type { ReturnReason } from './events.js';

/** Issues a coupon, or changes its terms. */
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

interface UseCommand<Type extends string> {
  readonly type: Type;
  readonly at: number;
  readonly orderId: string;
}

/** The use that one checkout asks for. */
export interface AskedUse {
  readonly orderId: string;
  readonly cartId: string;
  readonly attemptId: string;
  readonly customerKey: string | null;
}

/**
 * Checkouts take uses before their carts close, the first one first; those that get none are left
 * out. Repeating it changes nothing.
 */
export interface RedeemCoupon {
  readonly type: 'RedeemCoupon';
  readonly at: number;
  readonly asked: readonly AskedUse[];
  readonly expiresAt: number;
}

/** A placed order keeps its use, and takes again one that expired. Repeating it changes nothing. */
export interface ConfirmCouponUse extends UseCommand<'ConfirmCouponUse'> {
  readonly cartId: string;
}

/** Ends a checkout's hold, or the use of an order. Repeating it changes nothing. */
export interface ReturnCouponUse extends UseCommand<'ReturnCouponUse'> {
  readonly attemptId: string | null;
  readonly reason: ReturnReason;
}

export type CouponCommand =
  DefineCoupon | WithdrawCoupon | RedeemCoupon | ConfirmCouponUse | ReturnCouponUse;
