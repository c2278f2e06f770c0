// Decides a coupon's commands. No schedule of checkouts gives a coupon more uses than its limits.
import { assertNever } from '../assert-never.js';
import { couponInvalid } from '../cart/rejections.js';
import { accept, type Decider, type Decision, reject } from '../decider.js';
import type { Rejection } from '../rejection.js';
import type {
  AskedUse,
  ConfirmCouponUse,
  CouponCommand,
  DefineCoupon,
  RedeemCoupon,
  ReturnCouponUse,
} from './commands.js';
import type { CouponEvent } from './events.js';
import {
  badCode,
  badTerms,
  couponExhausted,
  couponNotDefined,
  couponUsedUp,
} from './rejections.js';
import {
  type CouponState,
  evolve,
  initialCoupon,
  isExhausted,
  useOf,
  usesOfCustomer,
} from './state.js';
import { areTerms, sameTerms } from './valid-terms.js';

type CouponDecision = Decision<CouponEvent, Rejection>;

export type CouponDecider = Decider<CouponState, CouponCommand, CouponEvent, Rejection>;

export const couponDecider: CouponDecider = {
  category: 'coupon',
  initial: initialCoupon,
  evolve,
  decide,
};

/**
 * Codes are case-insensitive and stored in upper case. A phone may type letters of full width, and
 * a copied code may have invisible characters.
 */
export function normalizedCode(code: string): string {
  return code
    .normalize('NFKC')
    .replace(/\p{Cf}/gu, '')
    .trim()
    .toUpperCase()
    .normalize();
}

function decide(command: CouponCommand, state: CouponState): CouponDecision {
  switch (command.type) {
    case 'DefineCoupon':
      return define(command, state);
    case 'WithdrawCoupon':
      if (state.code === null || !state.available) return reject(couponNotDefined);
      return accept({ type: 'CouponWithdrawn', data: { code: state.code } });
    case 'RedeemCoupon':
      return redeem(command, state);
    case 'ConfirmCouponUse':
      return confirm(command, state);
    case 'ReturnCouponUse':
      return giveBack(command, state);
    default:
      return assertNever(command);
  }
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

/** The limits are those of now, whatever terms the cart keeps. */
function redeem({ at, asked, expiresAt }: RedeemCoupon, state: CouponState): CouponDecision {
  const { code, available } = state;
  if (code === null || !available) return reject(couponInvalid);
  const events: CouponEvent[] = [];
  let after = state;
  for (const use of asked) {
    if (hasUse(use, after) || refusalOf(use, after) !== undefined) continue;
    const event: CouponEvent = { type: 'CouponRedeemed', data: { code, ...use, expiresAt } };
    events.push(event);
    after = evolve(after, { ...event, id: '', revision: after.revision + 1, occurredAt: at });
  }
  return accept(...events);
}

/** Whether the checkout needs no further use. */
export function hasUse({ orderId, attemptId }: AskedUse, state: CouponState): boolean {
  if (!isLimited(state)) return true;
  const use = useOf(state, orderId);
  if (use === undefined) return false;
  // The order was placed by another checkout; this one will find its cart closed.
  if (use.status !== 'HELD') return true;
  return use.attempts.some((one) => one.attemptId === attemptId);
}

/** Why a checkout cannot have a use; checkouts for one order share one. */
export function refusalOf(
  { orderId, customerKey }: AskedUse,
  state: CouponState,
): Rejection | undefined {
  const { code } = state;
  if (code === null || useOf(state, orderId) !== undefined) return undefined;
  if (isExhausted(state)) return couponExhausted(code);
  const limit = state.terms?.perCustomerLimit ?? null;
  if (limit === null || customerKey === null) return undefined;
  return usesOfCustomer(state, customerKey) >= limit ? couponUsedUp(code) : undefined;
}

function isLimited({ terms }: CouponState): boolean {
  return terms !== null && (terms.usageLimit !== null || terms.perCustomerLimit !== null);
}

/**
 * The order was placed, at the price with the coupon: a coupon that was withdrawn since still
 * counts. A use that expired is taken again, if there is one left.
 */
function confirm({ orderId, cartId }: ConfirmCouponUse, state: CouponState): CouponDecision {
  const { code } = state;
  const use = useOf(state, orderId);
  if (code === null || (use !== undefined && use.status !== 'HELD')) return accept();
  if (use === undefined && !isLimited(state)) return accept();
  if (use === undefined && isExhausted(state)) return reject(couponExhausted(code));
  const customerKey = use?.customerKey ?? null;
  const data = { code, orderId, cartId, attemptId: null, customerKey, expiresAt: null };
  return accept({ type: 'CouponRedeemed', data });
}

function giveBack(
  { orderId, attemptId, reason }: ReturnCouponUse,
  state: CouponState,
): CouponDecision {
  const { code } = state;
  const use = useOf(state, orderId);
  if (code === null || use === undefined || use.status === 'RETURNED') return accept();
  if (reason !== 'ORDER_CANCELLED' && use.status !== 'HELD') return accept();
  const isHeld = use.attempts.some((one) => one.attemptId === attemptId);
  if (attemptId !== null && !isHeld) return accept();
  return accept({ type: 'CouponUseReturned', data: { code, orderId, attemptId, reason } });
}
