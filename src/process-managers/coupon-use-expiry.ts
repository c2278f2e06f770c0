// Settles the uses of coupons that checkouts left behind when they died. Settling twice changes
// nothing, so every instance runs it.
import type { CouponUses, HeldUse } from '../commands/coupon-uses.js';
import type { Time } from '../waiting/time.js';

export interface CouponUseExpiryPorts {
  readonly uses: Pick<CouponUses, 'settle'>;
  /** Uses whose last hold expired by `at`, in milliseconds since 1970; at most `first`. */
  readonly expired: (at: number, first: number) => Promise<readonly HeldUse[]>;
  readonly time: Pick<Time, 'now'>;
  /** Called with faults; the next round tries again. */
  readonly onFault: (fault: unknown) => void;
}

const MOST_A_ROUND = 500;

/** One round. A use that cannot be settled does not keep the others. */
export async function settleExpiredUses(
  { uses, expired, time, onFault }: CouponUseExpiryPorts,
  signal?: AbortSignal,
): Promise<void> {
  for (const use of await expired(time.now(), MOST_A_ROUND)) {
    if (signal?.aborted === true) return;
    await uses.settle(use).catch(onFault);
  }
}
