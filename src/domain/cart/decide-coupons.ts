// Decides which coupons an open cart has.
import { accept, reject } from '../decider.js';
import { couponExhausted } from '../coupon/rejections.js';
import type { ApplyCoupon, CouponOffer, LapseCoupon, RemoveCoupon } from './commands.js';
import { currenciesOf } from './coupon-terms.js';
import { type CartDecision, openAfter } from './decision.js';
import type { CartEvent, CouponTerms } from './events.js';
import type { CarriedCoupon } from './lifecycle-events.js';
import type { CartLimits } from './limits.js';
import * as rejections from './rejections.js';
import { type ExistingCartState, isFinal, type OpenCartState } from './state.js';

export function applyCoupon(
  { code, coupon, at }: ApplyCoupon,
  state: OpenCartState,
  limits: CartLimits,
): CartDecision {
  const others = state.coupons.filter((held) => held.code !== code);
  if (state.coupons.some((held) => held.code === code && held.lapsed === undefined)) {
    return reject(rejections.couponAlreadyApplied(code));
  }
  if (coupon === null || !isValidAt(coupon.terms, at)) return reject(rejections.couponInvalid);
  if (coupon.isExhausted === true) return reject(couponExhausted(code));
  if (currenciesOf(coupon.terms).some((currency) => currency !== state.currency)) {
    return reject(rejections.couponCurrency(state.currency));
  }
  if (others.length >= limits.maxCoupons) {
    return reject(rejections.couponLimit(limits.maxCoupons));
  }
  const { description, terms } = coupon;
  return accept({ type: 'CouponApplied', data: { code, description, terms } });
}

export function removeCoupon({ code }: RemoveCoupon, state: OpenCartState): CartDecision {
  if (!state.coupons.some((held) => held.code === code)) {
    return reject(rejections.couponNotApplied(code));
  }
  return accept({ type: 'CouponRemoved', data: { code } });
}

/** A cart that changes no more keeps the coupon as it was. Repeating it changes nothing. */
export function lapseCoupon({ code, reason }: LapseCoupon, state: ExistingCartState): CartDecision {
  if (isFinal(state)) return accept();
  const counts = state.coupons.some((held) => held.code === code && held.lapsed === undefined);
  return counts ? accept({ type: 'CouponLapsed', data: { code, reason } }) : accept();
}

/** Applies the coupons of another cart; those that cannot be applied are named with the reason. */
export function carriedCoupons(
  offered: readonly { readonly code: string; readonly coupon: CouponOffer | null }[],
  cart: OpenCartState,
  limits: CartLimits,
  at: number,
): { readonly applications: readonly CartEvent[]; readonly coupons: readonly CarriedCoupon[] } {
  const applications: CartEvent[] = [];
  const coupons = offered.map(({ code, coupon }): CarriedCoupon => {
    const state = openAfter(cart, applications, at);
    const decision = applyCoupon({ type: 'ApplyCoupon', at, code, coupon }, state, limits);
    if ('rejected' in decision) return { code, refusal: decision.rejected.code };
    applications.push(...decision.accepted);
    return { code, refusal: null };
  });
  return { applications, coupons };
}

function isValidAt({ validFrom, validUntil }: CouponTerms, at: number): boolean {
  return (validFrom === null || at >= validFrom) && (validUntil === null || at < validUntil);
}
