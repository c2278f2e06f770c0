// The past of a cart, read from the log itself: no read model is asked, so that what it says holds
// even while those are wrong, late or being rebuilt.
import type { CartEvent } from '../domain/cart/events.js';
import { type CartState, evolve, initialCart } from '../domain/cart/state.js';
import type { PricingRules } from '../domain/cart/pricing.js';
import type { Codec } from '../domain/codec.js';
import type { Recorded } from '../domain/decider.js';
import { recorded } from '../event-store/recorded.js';
import type { EventStore, ReadStreamOptions } from '../event-store/event-store.js';
import type { StoredEvent } from '../event-store/stored-event.js';
import { type CartChange, changesBetween } from './cart-diff.js';
import { explain, type Explanation } from './explain.js';

export interface HistoryEntry {
  readonly stored: StoredEvent;
  readonly event: Recorded<CartEvent>;
}

export interface TimelinePage {
  readonly rows: readonly HistoryEntry[];
  readonly totalCount: number;
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
}

/** Revisions: `first` events after `after`, or `last` events before `before`. */
export interface TimelineRange {
  readonly first?: number;
  readonly after?: number;
  readonly last?: number;
  readonly before?: number;
}

export interface CartDifference {
  readonly from: CartState | null;
  readonly to: CartState | null;
  readonly changes: readonly CartChange[];
}

export interface ExplainedCart extends Explanation {
  readonly state: CartState;
}

export class CartHistory {
  constructor(
    private readonly store: EventStore,
    private readonly codec: Codec<CartEvent>,
    private readonly rulesInForce: () => PricingRules,
  ) {}

  /**
   * The cart as it stood at an instant: the fold of the longest prefix of its stream that had occurred
   * by then and, where `knownAt` is given, had been recorded by that. Null before it was opened, or
   * known of. Instants in milliseconds since 1970.
   */
  async cartAt(cartId: string, at: number, knownAt = Infinity): Promise<CartState | null> {
    let state = initialCart;
    for await (const { event } of this.until(cartId, at, knownAt)) state = evolve(state, event);
    return existing(state);
  }

  /** Why the cart came to what it did at an instant. Null before it was opened. */
  async explanation(cartId: string, at: number): Promise<ExplainedCart | null> {
    const history: HistoryEntry[] = [];
    for await (const entry of this.until(cartId, at)) history.push(entry);
    const state = existing(history.reduce((so, { event }) => evolve(so, event), initialCart));
    return state && { state, ...explain(state, history, at, this.rulesInForce()) };
  }

  /** Null for a revision that the cart has not reached. */
  async cartAtRevision(cartId: string, revision: number): Promise<CartState | null> {
    if (revision < 0) return null;
    let state = initialCart;
    for await (const { event } of this.entries(cartId, { maxCount: revision + 1 })) {
      state = evolve(state, event);
    }
    return state.revision === revision ? existing(state) : null;
  }

  /** The events of a cart, oldest first, a page at a time. */
  async timeline(cartId: string, range: TimelineRange): Promise<TimelinePage> {
    const totalCount = (await this.lastRevision(cartId)) + 1;
    const { begin, end } = boundsOf(range, totalCount);
    const rows: HistoryEntry[] = [];
    if (end > begin) {
      for await (const entry of this.entries(cartId, { from: begin, maxCount: end - begin })) {
        rows.push(entry);
      }
    }
    return { rows, totalCount, hasNextPage: end < totalCount, hasPreviousPage: begin > 0 };
  }

  /** What changed between two instants, and by which events. */
  async diff(cartId: string, from: number, to: number): Promise<CartDifference> {
    const between: Recorded<CartEvent>[] = [];
    let before = initialCart;
    let after = initialCart;
    for await (const { event } of this.entries(cartId)) {
      if (event.occurredAt > Math.max(from, to)) break;
      if (event.occurredAt <= from) before = evolve(before, event);
      if (event.occurredAt <= to) after = evolve(after, event);
      if (event.occurredAt > Math.min(from, to)) between.push(event);
    }
    const states = { from: existing(before), to: existing(after) };
    const earlier = { state: states.from, at: from };
    const later = { state: states.to, at: to };
    return { ...states, changes: changesBetween(earlier, later, between, this.rulesInForce()) };
  }

  /** What had occurred by one instant and was recorded by another. */
  private async *until(
    cartId: string,
    at: number,
    knownAt = Infinity,
  ): AsyncIterable<HistoryEntry> {
    for await (const entry of this.entries(cartId)) {
      // Neither time ever decreases within a stream, so nothing later can belong to the prefix.
      if (entry.event.occurredAt > at || entry.stored.recordedAt > knownAt) return;
      yield entry;
    }
  }

  private async *entries(
    cartId: string,
    options: ReadStreamOptions = {},
  ): AsyncIterable<HistoryEntry> {
    for await (const stored of this.store.readStream(streamOf(cartId), options)) {
      yield { stored, event: recorded(this.codec, stored) };
    }
  }

  private async lastRevision(cartId: string): Promise<number> {
    const backwards = this.store.readStream(streamOf(cartId), { backwards: true, maxCount: 1 });
    for await (const { revision } of backwards) return revision;
    return -1;
  }
}

function streamOf(cartId: string): string {
  return `cart-${cartId}`;
}

function existing(state: CartState): CartState | null {
  return state.id === null ? null : state;
}

function boundsOf({ first, after, last, before }: TimelineRange, totalCount: number) {
  let begin = Math.min(totalCount, after === undefined ? 0 : after + 1);
  let end = Math.max(begin, Math.min(totalCount, before ?? totalCount));
  if (first !== undefined) end = Math.min(end, begin + first);
  if (last !== undefined) begin = Math.max(begin, end - last);
  return { begin, end };
}
