// One order's use of a coupon, folded from the events about it.
import { ImpossibleEventError } from '../decider.js';
import type { CouponRedeemed, CouponUseReturned } from './events.js';

export interface UsingAttempt {
  readonly attemptId: string;
  /** In milliseconds since 1970; null for never. */
  readonly expiresAt: number | null;
}

/**
 * HELD: only its checkouts hold it. REDEEMED: the order was placed. RETURNED: the order was
 * cancelled; it never uses the coupon again.
 */
export interface CouponUse {
  readonly orderId: string;
  readonly cartId: string;
  readonly customerKey: string | null;
  readonly status: 'HELD' | 'REDEEMED' | 'RETURNED';
  /** Checkouts that hold the use; none once it is redeemed. */
  readonly attempts: readonly UsingAttempt[];
}

/** @throws ImpossibleEventError */
export function useAfter(
  before: CouponUse | undefined,
  event: CouponRedeemed | CouponUseReturned,
): CouponUse {
  return event.type === 'CouponRedeemed'
    ? redeemed(before, event.data)
    : returned(before, event.data);
}

/** Whether it counts against the coupon's limits. */
export function isCounted({ status, attempts }: CouponUse): boolean {
  return status === 'REDEEMED' || attempts.length > 0;
}

function redeemed(
  before: CouponUse | undefined,
  { orderId, cartId, attemptId, customerKey, expiresAt }: CouponRedeemed['data'],
): CouponUse {
  if (before?.status === 'RETURNED') throw new ImpossibleEventError('The order was cancelled');
  const use = { orderId, cartId, customerKey: customerKey ?? before?.customerKey ?? null };
  if (attemptId === null) return { ...use, status: 'REDEEMED', attempts: [] };
  if (before?.status === 'REDEEMED') throw new ImpossibleEventError('The order was placed already');
  const others = (before?.attempts ?? []).filter((one) => one.attemptId !== attemptId);
  return { ...use, status: 'HELD', attempts: [...others, { attemptId, expiresAt }] };
}

function returned(
  before: CouponUse | undefined,
  { attemptId, reason }: CouponUseReturned['data'],
): CouponUse {
  if (before === undefined) throw new ImpossibleEventError('The order does not use the coupon');
  if (reason === 'ORDER_CANCELLED') return { ...before, status: 'RETURNED', attempts: [] };
  if (before.status !== 'HELD') throw new ImpossibleEventError('No checkout holds the coupon');
  const attempts =
    attemptId === null ? [] : before.attempts.filter((one) => one.attemptId !== attemptId);
  return { ...before, attempts };
}
