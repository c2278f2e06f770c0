// Decides a coupon's commands.
import type { CouponTerms } from '../cart/events.js';
import { accept, type Decider, type Decision, reject } from '../decider.js';
import { isCurrency } from '../currencies.js';
import type { Rejection } from '../rejection.js';
import type { CouponCommand, DefineCoupon } from './commands.js';
import type { CouponEvent } from './events.js';
import { badCode, badTerms, couponNotDefined } from './rejections.js';
import { type CouponState, evolve, initialCoupon } from './state.js';

type CouponDecision = Decision<CouponEvent, Rejection>;

export type CouponDecider = Decider<CouponState, CouponCommand, CouponEvent, Rejection>;

export const couponDecider: CouponDecider = {
  category: 'coupon',
  initial: initialCoupon,
  evolve,
  decide,
};

/** Codes are case-insensitive and stored in upper case. */
export function normalizedCode(code: string): string {
  return code.trim().toUpperCase();
}

function decide(command: CouponCommand, state: CouponState): CouponDecision {
  if (command.type === 'DefineCoupon') return define(command, state);
  if (state.code === null || !state.available) return reject(couponNotDefined);
  return accept({ type: 'CouponWithdrawn', data: { code: state.code } });
}

/** New terms apply to carts that add the coupon from now on. A cart keeps the terms that it has. */
function define({ code, description, terms }: DefineCoupon, state: CouponState): CouponDecision {
  if (!/^[A-Z0-9_-]{1,40}$/.test(code)) return reject(badCode);
  if (!areTerms(terms)) return reject(badTerms);
  const same =
    state.available &&
    state.description === description &&
    state.terms !== null &&
    sameTerms(state.terms, terms);
  return same ? accept() : accept({ type: 'CouponDefined', data: { code, description, terms } });
}

/** Whether the terms are valid: the discount is positive, and the coupon ends after it begins. */
export function areTerms({ discount, minimumSpend, validFrom, validUntil }: CouponTerms): boolean {
  const takesOff =
    discount.kind === 'PERCENTAGE'
      ? Number.isInteger(discount.basisPoints) &&
        discount.basisPoints >= 1 &&
        discount.basisPoints <= 10_000
      : isAmount(discount.minorUnits, discount.currency, 1);
  const spends =
    minimumSpend === null || isAmount(minimumSpend.minorUnits, minimumSpend.currency, 0);
  const endsLater = validFrom === null || validUntil === null || validFrom < validUntil;
  return takesOff && spends && endsLater;
}

function isAmount(minorUnits: number, currency: string, least: number): boolean {
  return Number.isSafeInteger(minorUnits) && minorUnits >= least && isCurrency(currency);
}

function sameTerms(a: CouponTerms, b: CouponTerms): boolean {
  const partsOf = ({ discount, minimumSpend, validFrom, validUntil }: CouponTerms) =>
    JSON.stringify([
      discount.kind === 'PERCENTAGE'
        ? discount.basisPoints
        : [discount.minorUnits, discount.currency],
      minimumSpend && [minimumSpend.minorUnits, minimumSpend.currency],
      validFrom,
      validUntil,
    ]);
  return partsOf(a) === partsOf(b);
}
