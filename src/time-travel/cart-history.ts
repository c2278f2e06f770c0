// The past of a cart, read from the log itself: no read model is asked, so that what it says holds
// even while those are wrong, late or being rebuilt.
import type { CartEvent } from '../domain/cart/events.js';
import type { CartState } from '../domain/cart/state.js';
import type { PricingRules } from '../domain/cart/pricing.js';
import type { Recorded } from '../domain/decider.js';
import { recorded } from '../event-store/recorded.js';
import type { EventStore, ReadStreamOptions } from '../event-store/event-store.js';
import type { Fold, FoldLimit } from '../event-store/folding.js';
import type { StoredEvent } from '../event-store/stored-event.js';
import { StreamFolds } from '../event-store/stream-folds.js';
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

/** A read of its own costs about as much as to read so many events more. */
const MAX_GAP = 32;

export class CartHistory {
  constructor(
    private readonly store: Pick<EventStore, 'readStream'>,
    private readonly cart: Fold<CartState, CartEvent>,
    private readonly rulesInForce: () => PricingRules,
    private readonly folds = new StreamFolds(store),
  ) {}

  /**
   * The cart as it stood at an instant: the fold of the longest prefix of its stream that had occurred
   * by then and, where `knownAt` is given, had been recorded by that. Null before it was opened, or
   * known of. Instants in milliseconds since 1970.
   */
  async cartAt(cartId: string, at: number, knownAt = Infinity): Promise<CartState | null> {
    return existing(await this.fold(cartId, { occurredBy: at, recordedBy: knownAt }));
  }

  /** Why the cart came to what it did at an instant. Null before it was opened. */
  async explanation(cartId: string, at: number): Promise<ExplainedCart | null> {
    const state = existing(await this.fold(cartId, { occurredBy: at }));
    if (state === null) return null;
    const cited = await this.cited(cartId, state);
    return { state, ...explain(state, cited, at, this.rulesInForce()) };
  }

  /** Null for a revision that the cart has not reached. */
  async cartAtRevision(cartId: string, revision: number): Promise<CartState | null> {
    if (revision < 0) return null;
    const state = await this.fold(cartId, { revision });
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
    const { decider } = this.cart;
    const [first, last] = [Math.min(from, to), Math.max(from, to)];
    const before = await this.fold(cartId, { occurredBy: first });
    const between: Recorded<CartEvent>[] = [];
    for await (const { event } of this.entries(cartId, { from: before.revision + 1 })) {
      if (event.occurredAt > last) break;
      between.push(event);
    }
    const after = between.reduce(decider.evolve, before);
    const [start, end] = from <= to ? [before, after] : [after, before];
    const states = { from: existing(start), to: existing(end) };
    const earlier = { state: states.from, at: from };
    const later = { state: states.to, at: to };
    return { ...states, changes: changesBetween(earlier, later, between, this.rulesInForce()) };
  }

  private async fold(cartId: string, limit: FoldLimit): Promise<CartState> {
    return (await this.folds.upTo(this.cart, streamOf(cartId), limit)).state;
  }

  /** The events that a state cites: few of them make up all the parts of a cart, however long it is. */
  private async cited(cartId: string, state: CartState): Promise<HistoryEntry[]> {
    const found: HistoryEntry[] = [];
    for (const { from, to } of rangesOf(citedRevisions(state))) {
      for await (const entry of this.entries(cartId, { from, maxCount: to - from + 1 })) {
        found.push(entry);
      }
    }
    return found;
  }

  private async *entries(
    cartId: string,
    options: ReadStreamOptions = {},
  ): AsyncIterable<HistoryEntry> {
    for await (const stored of this.store.readStream(streamOf(cartId), options)) {
      yield { stored, event: recorded(this.cart.codec, stored) };
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

function citedRevisions({ lines, coupons }: CartState): number[] {
  const portions = lines.flatMap((line) => line.portions);
  return [...portions, ...coupons].map(({ revision }) => revision).sort((a, b) => a - b);
}

/** Ranges that hold all of these, which rise: events that lie near each other are read together. */
function rangesOf(revisions: readonly number[]) {
  const ranges: { from: number; to: number }[] = [];
  for (const revision of revisions) {
    const last = ranges.at(-1);
    if (last !== undefined && revision - last.to <= MAX_GAP) last.to = revision;
    else ranges.push({ from: revision, to: revision });
  }
  return ranges;
}

function boundsOf({ first, after, last, before }: TimelineRange, totalCount: number) {
  let begin = Math.min(totalCount, after === undefined ? 0 : after + 1);
  let end = Math.max(begin, Math.min(totalCount, before ?? totalCount));
  if (first !== undefined) end = Math.min(end, begin + first);
  if (last !== undefined) begin = Math.max(begin, end - last);
  return { begin, end };
}
