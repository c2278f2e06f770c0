// The rows that tell which carts have a coupon, so that they can be found when it is withdrawn.
import type { CartEvent } from '../domain/cart/events.js';
import type { Recorded } from '../domain/decider.js';
import type { ProjectedEvent, Projection } from './projection.js';

interface CouponCartRow {
  readonly coupon_cart: string;
  readonly code: string;
  readonly cart_id: string;
  /** 1 while the coupon is on the cart and has not lapsed. */
  readonly held: number;
}

const types = ['CouponApplied', 'CouponRemoved', 'CouponLapsed'] as const;
type CouponOnCart = Recorded<Extract<CartEvent, { readonly type: (typeof types)[number] }>>;

function isCouponOnCart(event: ProjectedEvent): event is CouponOnCart & ProjectedEvent {
  return (types as readonly string[]).includes(event.type);
}

export const couponCarts: Projection<CouponCartRow> = {
  name: 'coupon-carts',
  version: 1,
  table: {
    key: 'coupon_cart',
    columns: { coupon_cart: 'text', code: 'text', cart_id: 'text', held: 'integer' },
    indexes: [['code', 'held', 'cart_id']],
  },
  keyOf: (event) => (isCouponOnCart(event) ? keyOf(event) : undefined),
  evolve(_row, event) {
    if (!isCouponOnCart(event)) throw new TypeError(`${event.type} is not about a coupon`);
    const held = event.type === 'CouponApplied' ? 1 : 0;
    return { coupon_cart: keyOf(event), code: event.data.code, cart_id: event.subject, held };
  },
};

/** Our codes have at most 40 characters. Postgres indexes no text that is much longer. */
const MOST_OF_CODE = 100;

function keyOf({ subject, data }: CouponOnCart & ProjectedEvent): string {
  return `${subject}/${data.code.slice(0, MOST_OF_CODE)}`;
}
