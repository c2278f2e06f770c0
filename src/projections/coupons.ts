// The rows of coupons, as offers to carts.
import { type CouponState, evolve, initialCoupon } from '../domain/coupon/state.js';
import type { Projection } from './projection.js';

interface CouponRow {
  readonly code: string;
  readonly available: number;
  readonly state: CouponState;
}

export const coupons: Projection<CouponRow> = {
  name: 'coupons',
  version: 1,
  table: {
    key: 'code',
    columns: { code: 'text', available: 'integer', state: 'json' },
  },
  keyOf: (event) =>
    event.type === 'CouponDefined' || event.type === 'CouponWithdrawn'
      ? event.data.code
      : undefined,
  evolve(row, event) {
    if (event.type !== 'CouponDefined' && event.type !== 'CouponWithdrawn') {
      throw new TypeError(`${event.type} is not about a coupon`);
    }
    const state = evolve(row?.state ?? initialCoupon, event);
    return { code: event.data.code, available: state.available ? 1 : 0, state };
  },
};
