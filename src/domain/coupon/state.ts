// A coupon's state, folded from its events: its terms, and the orders that use it.
import { assertNever } from '../assert-never.js';
import type { CouponOffer } from '../cart/commands.js';
import type { CouponTerms } from '../cart/events.js';
import type { Recorded } from '../decider.js';
import type { CouponEvent } from './events.js';
import { type Trie, Tries } from './trie.js';
import { type CouponUse, isCounted, useAfter } from './uses.js';

export interface CouponState {
  readonly code: string | null;
  readonly description: string;
  readonly terms: CouponTerms | null;
  readonly available: boolean;
  /** Of the last definition or withdrawal: uses leave it. */
  readonly revision: number;
  /** Orders that use it; 0 for a coupon that never had a limit. */
  readonly used: number;
  /** By order. */
  readonly uses: Trie<CouponUse>;
  /** Of a coupon with uses by customers who are known. */
  readonly customers: Trie<CustomerUses>;
}

interface CustomerUses {
  readonly customerKey: string;
  /** Uses that were not returned, held ones too. */
  readonly uses: number;
}

const byOrder = new Tries<CouponUse>(({ orderId }) => orderId);
const byCustomer = new Tries<CustomerUses>(({ customerKey }) => customerKey);

export const initialCoupon: CouponState = {
  code: null,
  description: '',
  terms: null,
  available: false,
  revision: -1,
  used: 0,
  uses: [],
  customers: [],
};

export function evolve(state: CouponState, event: Recorded<CouponEvent>): CouponState {
  switch (event.type) {
    case 'CouponDefined':
      return { ...state, ...event.data, available: true, revision: event.revision };
    case 'CouponWithdrawn':
      return { ...state, available: false, revision: event.revision };
    case 'CouponRedeemed':
    case 'CouponUseReturned': {
      const before = useOf(state, event.data.orderId);
      return withUse(state, before, useAfter(before, event));
    }
    default:
      return assertNever(event);
  }
}

/** The coupon's current offer to carts; null when it was withdrawn or never defined. */
export function couponOfferOf(state: CouponState): CouponOffer | null {
  const { description, terms, available } = state;
  if (terms === null || !available) return null;
  return { description, terms, isExhausted: isExhausted(state) };
}

export function isExhausted({ terms, used }: Pick<CouponState, 'terms' | 'used'>): boolean {
  const limit = terms?.usageLimit ?? null;
  return limit !== null && used >= limit;
}

export function useOf({ uses }: Pick<CouponState, 'uses'>, orderId: string): CouponUse | undefined {
  return byOrder.get(uses, orderId);
}

export function usesOfCustomer(
  { customers }: Pick<CouponState, 'customers'>,
  customerKey: string,
): number {
  return byCustomer.get(customers, customerKey)?.uses ?? 0;
}

/** A use that no checkout holds any more ends. */
function withUse(state: CouponState, before: CouponUse | undefined, after: CouponUse): CouponState {
  const used = state.used + count(after) - (before === undefined ? 0 : count(before));
  const isOver = after.status === 'HELD' && after.attempts.length === 0;
  const kept = isOver ? undefined : after;
  const uses =
    kept === undefined ? byOrder.delete(state.uses, after.orderId) : byOrder.set(state.uses, kept);
  return { ...state, used, uses, customers: counted(state.customers, before, kept) };
}

function counted(
  customers: Trie<CustomerUses>,
  before: CouponUse | undefined,
  after: CouponUse | undefined,
): Trie<CustomerUses> {
  const [left, come] = [customerOf(before), customerOf(after)];
  if (left === come) return customers;
  return plus(plus(customers, left, -1), come, 1);
}

function plus(
  customers: Trie<CustomerUses>,
  customerKey: string | null,
  change: number,
): Trie<CustomerUses> {
  if (customerKey === null) return customers;
  const uses = (byCustomer.get(customers, customerKey)?.uses ?? 0) + change;
  return uses === 0
    ? byCustomer.delete(customers, customerKey)
    : byCustomer.set(customers, { customerKey, uses });
}

/** Whom a use counts for; null for none, and for a use that was returned. */
function customerOf(use: CouponUse | undefined): string | null {
  return use === undefined || use.status === 'RETURNED' ? null : use.customerKey;
}

function count(use: CouponUse): number {
  return isCounted(use) ? 1 : 0;
}
