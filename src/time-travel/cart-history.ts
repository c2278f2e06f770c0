// The past of a cart, read from the log. It does not depend on read models, so it is correct even
// while those are wrong, late or being rebuilt.
import type { CartEvent } from '../domain/cart/events.js';
import type { CartState, ExistingCartState } from '../domain/cart/state.js';
import type { PricingRules } from '../domain/cart/pricing.js';
import type { Recorded } from '../domain/decider.js';
import { missingEvents } from '../event-store/errors.js';
import { read, type Reading, recorded } from '../event-store/recorded.js';
import type { EventStore, ReadStreamOptions } from '../event-store/event-store.js';
import { evolved, type Fold, type FoldLimit, isBeyond } from '../folds/folding.js';
import type { StoredEvent } from '../event-store/stored-event.js';
import { demandBeginning } from '../event-store/stream-beginning.js';
import { type FoldFollower, StreamFolds } from '../folds/stream-folds.js';
import { systemTime, type Time, turn } from '../waiting/time.js';
import { type CartDiffEntry, changesBetween } from './cart-diff.js';
import { explain, type Explanation } from './explain.js';
import { type Meter, unmetered } from './meter.js';

export interface HistoryEntry {
  readonly stored: StoredEvent;
  readonly event: Recorded<CartEvent>;
}

/** Any entry of a cart's stream. */
export interface TimelineEntry {
  readonly stored: StoredEvent;
  readonly reading: Reading<Recorded<CartEvent>>;
}

export interface TimelinePage {
  readonly rows: readonly TimelineEntry[];
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
  readonly from: ExistingCartState | null;
  readonly to: ExistingCartState | null;
  readonly changes: readonly CartDiffEntry[];
}

export interface ExplainedCart extends Explanation {
  readonly state: ExistingCartState;
}

/** A separate read costs about as much as reading this many more events. */
const MAX_GAP = 32;

/** A long history yields to other requests after this many events. */
const EVENTS_PER_TURN = 128;

export class CartHistory {
  constructor(
    private readonly store: Pick<EventStore, 'readStream'>,
    private readonly cart: Fold<CartState, CartEvent>,
    private readonly rulesInForce: () => PricingRules,
    private readonly folds = new StreamFolds(store),
    private readonly time: Pick<Time, 'soon'> = systemTime,
  ) {}

  /**
   * The cart at an instant: the fold of the longest prefix of its stream that had occurred by then
   * and, with `knownAt`, was recorded by that. Null before it was opened or recorded. Instants in
   * milliseconds since 1970.
   */
  async cartAt(
    cartId: string,
    at: number,
    knownAt = Infinity,
    meter = unmetered,
  ): Promise<ExistingCartState | null> {
    return existing(await this.fold(cartId, { occurredBy: at, recordedBy: knownAt }, meter));
  }

  /** Explains the cart's total at an instant. Null before it was opened. */
  async explanation(cartId: string, at: number, meter = unmetered): Promise<ExplainedCart | null> {
    const state = existing(await this.fold(cartId, { occurredBy: at }, meter));
    if (state === null) return null;
    meter.onCart(state.lines.length * (1 + state.coupons.length));
    const cited = await this.cited(cartId, state, meter);
    return { state, ...explain(state, cited, at, this.rulesInForce()) };
  }

  /** Null for a revision that the cart has not reached. */
  async cartAtRevision(
    cartId: string,
    revision: number,
    meter = unmetered,
  ): Promise<ExistingCartState | null> {
    if (revision < 0) return null;
    const stream = streamOf(cartId);
    const folded = await this.folds.upTo(this.cart, stream, { revision }, metering(meter));
    return folded.revision === revision ? existing(folded.state) : null;
  }

  /**
   * Resolves when the log has every event of the cart and all are readable.
   *
   * @throws UnreadableEventError, IncompleteHistoryError
   */
  async confirm(cartId: string): Promise<void> {
    await this.fold(cartId, {});
  }

  /**
   * All entries of a cart's stream, oldest first, one page at a time, including unreadable ones.
   *
   * @throws IncompleteHistoryError when the log no longer has the stream's first events
   */
  async timeline(cartId: string, range: TimelineRange, meter = unmetered): Promise<TimelinePage> {
    const [last] = await Promise.all([
      this.lastRevision(cartId),
      demandBeginning(this.store, streamOf(cartId)),
    ]);
    const totalCount = last + 1;
    const { begin, end } = boundsOf(range, totalCount);
    const rows: TimelineEntry[] = [];
    if (end > begin) {
      const options = { from: begin, maxCount: end - begin };
      for await (const stored of this.store.readStream(streamOf(cartId), options)) {
        meter.onEvent();
        rows.push({ stored, reading: read(this.cart.codec, stored) });
      }
    }
    return { rows, totalCount, hasNextPage: end < totalCount, hasPreviousPage: begin > 0 };
  }

  /** The changes between two instants, with their events. */
  async diff(cartId: string, from: number, to: number, meter = unmetered): Promise<CartDifference> {
    const { decider } = this.cart;
    const [first, last] = [Math.min(from, to), Math.max(from, to)];
    const limit = { occurredBy: first };
    const before = await this.folds.upTo(this.cart, streamOf(cartId), limit, metering(meter));
    const between: Recorded<CartEvent>[] = [];
    const range = { from: before.revision + 1 };
    let after = before.state;
    for await (const { event, stored } of this.entries(cartId, range, meter, {
      occurredBy: last,
    })) {
      between.push(event);
      after = evolved(decider, after, event, stored);
    }
    const [start, end] = from <= to ? [before.state, after] : [after, before.state];
    const states = { from: existing(start), to: existing(end) };
    for (const state of [states.from, states.to]) meter.onCart(state?.lines.length ?? 0);
    const earlier = { state: states.from, at: from };
    const later = { state: states.to, at: to };
    return { ...states, changes: changesBetween(earlier, later, between, this.rulesInForce()) };
  }

  private async fold(cartId: string, limit: FoldLimit, meter = unmetered): Promise<CartState> {
    return (await this.folds.upTo(this.cart, streamOf(cartId), limit, metering(meter))).state;
  }

  /** The events that a state cites. They are few, even for a long cart. */
  private async cited(
    cartId: string,
    state: ExistingCartState,
    meter: Meter,
  ): Promise<HistoryEntry[]> {
    const found: HistoryEntry[] = [];
    for (const { from, to } of rangesOf(citedRevisions(state))) {
      for await (const entry of this.entries(cartId, { from, maxCount: to - from + 1 }, meter)) {
        found.push(entry);
      }
    }
    return found;
  }

  /**
   * The events that the fold knows.
   *
   * @throws UnreadableEventError, IncompleteHistoryError
   */
  private async *entries(
    cartId: string,
    { from, ...options }: ReadStreamOptions & { readonly from: number },
    meter: Meter,
    limit: FoldLimit = {},
  ): AsyncIterable<HistoryEntry> {
    let next = from;
    for await (const stored of this.store.readStream(streamOf(cartId), { from, ...options })) {
      if (stored.revision !== next) throw missingEvents(streamOf(cartId), next);
      if (isBeyond(limit, stored)) return;
      meter.onEvent();
      next += 1;
      if (next % EVENTS_PER_TURN === 0) await turn(this.time);
      const event = recorded(this.cart.codec, stored);
      if (event !== undefined) yield { stored, event };
    }
  }

  private async lastRevision(cartId: string): Promise<number> {
    const backwards = this.store.readStream(streamOf(cartId), { backwards: true, maxCount: 1 });
    for await (const { revision } of backwards) return revision;
    return -1;
  }
}

function metering(meter: Meter): FoldFollower {
  return { begins: () => true, folds: () => meter.onEvent() };
}

function streamOf(cartId: string): string {
  return `cart-${cartId}`;
}

function existing(state: CartState): ExistingCartState | null {
  return state.status === 'ABSENT' ? null : state;
}

function citedRevisions({ lines, coupons }: ExistingCartState): number[] {
  const portions = lines.flatMap((line) => line.portions);
  return [...portions, ...coupons].map(({ revision }) => revision).sort((a, b) => a - b);
}

/** Ranges that cover all of these rising revisions; nearby events share a range. */
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
