// A coupon's state, folded from its events.
import { assertNever } from '../assert-never.js';
import type { CouponOffer } from '../cart/commands.js';
import type { CouponTerms } from '../cart/events.js';
import type { Recorded } from '../decider.js';
import type { CouponEvent } from './events.js';

export interface CouponState {
  readonly code: string | null;
  readonly description: string;
  readonly terms: CouponTerms | null;
  readonly available: boolean;
  readonly revision: number;
}

export const initialCoupon: CouponState = {
  code: null,
  description: '',
  terms: null,
  available: false,
  revision: -1,
};

export function evolve(state: CouponState, event: Recorded<CouponEvent>): CouponState {
  const { revision } = event;
  switch (event.type) {
    case 'CouponDefined':
      return { ...event.data, available: true, revision };
    case 'CouponWithdrawn':
      return { ...state, available: false, revision };
    default:
      return assertNever(event);
  }
}

/** The coupon's current offer to carts; null when it was withdrawn or never defined. */
export function couponOfferOf({ description, terms, available }: CouponState): CouponOffer | null {
  return terms === null || !available ? null : { description, terms };
}
