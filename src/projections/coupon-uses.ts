// The rows of coupons' uses: which orders use a coupon that has a limit, and which of them only a
// checkout holds. A row for each use, so that a popular coupon does not become one large row.
import type { Recorded } from '../domain/decider.js';
import type { CouponRedeemed, CouponUseReturned } from '../domain/coupon/events.js';
import { type CouponUse, useAfter } from '../domain/coupon/uses.js';
import type { ProjectedEvent, Projection } from './projection.js';

interface CouponUseRow {
  readonly use_id: string;
  readonly code: string;
  readonly order_id: string;
  readonly cart_id: string;
  /** HELD, REDEEMED, RETURNED, or OVER: its checkouts gave it back. */
  readonly status: string;
  /** When the last hold of a checkout expires, in milliseconds since 1970; null for none. */
  readonly expires_at: number | null;
  readonly use: CouponUse;
}

type UseEvent = Recorded<CouponRedeemed | CouponUseReturned>;

function isUseEvent(event: ProjectedEvent): event is UseEvent & ProjectedEvent {
  return event.type === 'CouponRedeemed' || event.type === 'CouponUseReturned';
}

export const couponUses: Projection<CouponUseRow> = {
  name: 'coupon-uses',
  version: 1,
  table: {
    key: 'use_id',
    columns: {
      use_id: 'text',
      code: 'text',
      order_id: 'text',
      cart_id: 'text',
      status: 'text',
      expires_at: 'integer',
      use: 'json',
    },
    indexes: [['code', 'status'], ['expires_at']],
  },
  keyOf: (event) => (isUseEvent(event) ? `${event.data.code}/${event.data.orderId}` : undefined),
  evolve(row, event) {
    if (!isUseEvent(event)) throw new TypeError(`${event.type} is not about a coupon's use`);
    const { code, orderId } = event.data;
    const use = useAfter(row?.use, event);
    const expiries = use.attempts.map(({ expiresAt }) => expiresAt ?? Infinity);
    const last = Math.max(-Infinity, ...expiries);
    return {
      use_id: `${code}/${orderId}`,
      code,
      order_id: orderId,
      cart_id: use.cartId,
      status: use.status === 'HELD' && expiries.length === 0 ? 'OVER' : use.status,
      expires_at: Number.isFinite(last) ? last : null,
      use,
    };
  },
};
