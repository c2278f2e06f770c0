// Prices all carts of a period with other rules or coupon terms: folds the log once, compares cart
// by cart, and stores nothing.
import { cartCodec } from '../domain/cart/codec.js';
import { supposedDelivery, type SupposedGoing } from '../domain/cart/delivery/supposed.js';
import { type Pricing, type PricingRules, rulesOf } from '../domain/cart/pricing.js';
import {
  type CartState,
  evolve,
  type ExistingCartState,
  initialCart,
  isFinal,
  orderIdOf,
} from '../domain/cart/state.js';
import type { CartEvent } from '../domain/cart/events.js';
import { ImpossibleEventError, type Recorded } from '../domain/decider.js';
import { heldUnder, type OtherTerms, whatIf } from '../domain/cart/what-if.js';
import { read } from '../event-store/recorded.js';
import type { StoredEvent } from '../event-store/stored-event.js';

export interface Question {
  /** The rules of the actual prices: a checked-out cart uses those of its checkout. */
  readonly pricing: Pricing;
  /** Default: each cart's own rules. */
  readonly otherRules?: PricingRules;
  /** By coupon code. */
  readonly otherTerms: ReadonlyMap<string, OtherTerms>;
  /** Where every cart goes, and how. One that the method cannot bring there keeps its own. */
  readonly going?: SupposedGoing;
  /**
   * Carts whose last change occurred at or after `from` and before `to`, in milliseconds since
   * 1970.
   */
  readonly from: number;
  readonly to: number;
  /** The instant of open carts' prices, in milliseconds since 1970. */
  readonly at: number;
}

const STAYING: SupposedGoing = { to: null, method: null };

interface Amounts {
  readonly currency: string;
  readonly status: ExistingCartState['status'];
  /** All amounts in minor units. */
  readonly before: number;
  readonly after: number;
  readonly difference: number;
}

export interface SupposedCart extends Amounts {
  readonly cartId: string;
  readonly orderId: string | null;
  /** The last change, in milliseconds since 1970. */
  readonly changedAt: number;
}

/** The sum over all carts of a currency that are open, abandoned, or checked out. */
export interface SupposedSum extends Amounts {
  readonly carts: number;
  readonly differing: number;
}

export interface Answer {
  /** Carts with a different total: checked-out carts in log order, then the open ones. */
  readonly carts: readonly SupposedCart[];
  readonly sums: readonly SupposedSum[];
  /** Streams that are left out because an event is unreadable. */
  readonly leftOut: readonly string[];
}

/**
 * @param events the log, or at least the carts' streams, each from its start
 * @throws UnknownPricingError
 */
export async function supposedCarts(
  events: AsyncIterable<StoredEvent>,
  question: Question,
): Promise<Answer> {
  const carts: SupposedCart[] = [];
  const sums = new Map<string, SupposedSum>();
  const settle = (state: ExistingCartState) => {
    // What a merged cart held counts in the cart that took it.
    if (state.status === 'MERGED') return;
    if (state.updatedAt < question.from || state.updatedAt >= question.to) return;
    const cart = compared(state, question);
    const key = `${cart.currency} ${cart.status}`;
    sums.set(key, withCart(sums.get(key), cart));
    if (cart.difference !== 0) carts.push(cart);
  };
  const open = new Map<string, ExistingCartState>();
  const closed = new Set<string>();
  const leftOut = new Set<string>();
  for await (const stored of events) {
    const { stream } = stored;
    if (!stream.startsWith('cart-') || leftOut.has(stream) || closed.has(stream)) continue;
    const reading = read(cartCodec, stored);
    if (reading.kind === 'unknown type') continue;
    const state =
      reading.kind === 'understood'
        ? afterEvent(open.get(stream) ?? initialCart, reading.event)
        : undefined;
    if (state !== undefined && !isFinal(state)) {
      open.set(stream, state);
      continue;
    }
    open.delete(stream);
    if (state === undefined) leftOut.add(stream);
    else {
      // Whatever comes now changes nothing of what was agreed: its state is not kept in memory.
      closed.add(stream);
      settle(state);
    }
  }
  for (const state of open.values()) settle(state);
  return { carts, sums: [...sums.values()], leftOut: [...leftOut] };
}

/** Undefined for an event that cannot come after those before it. */
function afterEvent(before: CartState, event: Recorded<CartEvent>): ExistingCartState | undefined {
  try {
    return evolve(before, event);
  } catch (error) {
    if (error instanceof ImpossibleEventError) return undefined;
    throw error;
  }
}

function compared(state: ExistingCartState, question: Question): SupposedCart {
  const { pricing, otherRules, otherTerms, going = STAYING, at } = question;
  const prices = { at, rules: rulesOf(state, pricing), ...(otherRules && { otherRules }) };
  const delivery =
    supposedDelivery(state, going) ?? supposedDelivery(state, { ...going, method: null }) ?? [];
  const supposition = { ...heldUnder(state, otherTerms), delivery };
  const { before, after, difference } = whatIf(state, supposition, prices);
  return {
    cartId: before.id,
    orderId: orderIdOf(state),
    changedAt: state.updatedAt,
    currency: before.currency,
    status: before.status,
    before: before.totals.total,
    after: after.totals.total,
    difference,
  };
}

function withCart(so: SupposedSum | undefined, cart: SupposedCart): SupposedSum {
  const { currency, status, before, after, difference } = cart;
  return {
    currency,
    status,
    carts: (so?.carts ?? 0) + 1,
    differing: (so?.differing ?? 0) + (difference === 0 ? 0 : 1),
    before: (so?.before ?? 0) + before,
    after: (so?.after ?? 0) + after,
    difference: (so?.difference ?? 0) + difference,
  };
}
