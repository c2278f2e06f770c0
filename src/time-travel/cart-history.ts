// The past of a cart, read from the log. It does not depend on read models, so it is correct even
// while those are wrong, late or being rebuilt.
import type { CartEvent } from '../domain/cart/events.js';
import type { CartState, ExistingCartState } from '../domain/cart/state.js';
import type { PricingRules } from '../domain/cart/pricing.js';
import type { Recorded } from '../domain/decider.js';
import { missingEvents } from '../event-store/errors.js';
import { recorded } from '../event-store/recorded.js';
import type { EventStore, ReadStreamOptions } from '../event-store/event-store.js';
import { evolved, type Fold, type FoldLimit, isBeyond, nothingFolded } from '../folds/folding.js';
import type { StoredEvent } from '../event-store/stored-event.js';
import { StreamFolds } from '../folds/stream-folds.js';
import { systemTime, type Time, turn } from '../waiting/time.js';
import { EVENTS_PER_TURN, metering, streamOf } from './cart-stream.js';
import { CartTimeline, type TimelinePage, type TimelineRange } from './cart-timeline.js';
import { type CartAt, type CartDiffEntry, changesBetween } from './cart-diff.js';
import { explain, type Explanation } from './explain.js';
import { type Meter, unmetered } from './meter.js';

export type { TimelineEntry, TimelineRange } from './cart-timeline.js';

export interface HistoryEntry {
  readonly stored: StoredEvent;
  readonly event: Recorded<CartEvent>;
}

export interface CartDifference {
  readonly from: ExistingCartState | null;
  readonly to: ExistingCartState | null;
  readonly changes: readonly CartDiffEntry[];
}

export interface ExplainedCart extends Explanation {
  readonly state: ExistingCartState;
  /** The instant of the prices, in milliseconds since 1970. */
  readonly at: number;
}

/** A separate read costs about as much as reading this many more events. */
const MAX_GAP = 32;

export class CartHistory {
  private readonly timelines: CartTimeline;

  constructor(
    private readonly store: Pick<EventStore, 'readStream'>,
    private readonly cart: Fold<CartState, CartEvent>,
    private readonly rulesInForce: () => PricingRules,
    private readonly folds = new StreamFolds(store),
    private readonly time: Pick<Time, 'soon'> = systemTime,
  ) {
    this.timelines = new CartTimeline(store, cart, folds, time);
  }

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

  /** Explains the cart's total at an instant, as `cartAt` gives it. Null before it was opened. */
  async explanation(
    cartId: string,
    at: number,
    knownAt = Infinity,
    meter = unmetered,
  ): Promise<ExplainedCart | null> {
    const state = await this.cartAt(cartId, at, knownAt, meter);
    return state && this.explained(state, at, meter);
  }

  /** Explains the total right after a revision. Null for one that the cart has not reached. */
  async explanationAtRevision(
    cartId: string,
    revision: number,
    meter = unmetered,
  ): Promise<ExplainedCart | null> {
    const state = await this.cartAtRevision(cartId, revision, meter);
    return state && this.explained(state, state.updatedAt, meter);
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
   * Entries of a cart's stream, oldest first, one page at a time, including unreadable ones.
   *
   * @throws IncompleteHistoryError when the log no longer has the stream's first events
   */
  timeline(cartId: string, range: TimelineRange, meter = unmetered): Promise<TimelinePage> {
    return this.timelines.page(cartId, range, meter);
  }

  /** Number of entries that `timeline` gives on all pages of this range. */
  countEntries(cartId: string, range: TimelineRange, meter = unmetered): Promise<number> {
    return this.timelines.count(cartId, range, meter);
  }

  /** The cart after each of these rising entries; see `CartTimeline.statesAfter`. */
  statesAfter(
    cartId: string,
    rows: readonly StoredEvent[],
    meter = unmetered,
  ): Promise<ReadonlyMap<number, ExistingCartState>> {
    return this.timelines.statesAfter(cartId, rows, meter);
  }

  /** The changes between two instants, with their events. @param knownAt as in `cartAt` */
  async diff(
    cartId: string,
    from: number,
    to: number,
    knownAt = Infinity,
    meter = unmetered,
  ): Promise<CartDifference> {
    const [first, last] = [Math.min(from, to), Math.max(from, to)];
    const earlier = { occurredBy: first, recordedBy: knownAt };
    const later = { occurredBy: last, recordedBy: knownAt };
    const { before, after, between } = await this.passage(cartId, earlier, later, meter);
    const [start, end] = from <= to ? [before, after] : [after, before];
    const states = [existing(start.state), existing(end.state)] as const;
    return this.difference(
      { state: states[0], at: from },
      { state: states[1], at: to },
      between,
      meter,
    );
  }

  /**
   * The changes from right after one revision to right after another one.
   *
   * @param from −1 for before the cart was opened
   * @returns null when the cart has not reached `to`
   */
  async diffOfRevisions(
    cartId: string,
    from: number,
    to: number,
    meter = unmetered,
  ): Promise<CartDifference | null> {
    const limits = [{ revision: from }, { revision: to }] as const;
    const { before, after, between } = await this.passage(cartId, ...limits, meter);
    if (after.revision !== to) return null;
    return this.difference(atItsTime(before.state), atItsTime(after.state), between, meter);
  }

  private difference(
    from: CartAt,
    to: CartAt,
    between: readonly Recorded<CartEvent>[],
    meter: Meter,
  ): CartDifference {
    for (const { state } of [from, to]) meter.onCart(state?.lines.length ?? 0);
    const changes = changesBetween(from, to, between, this.rulesInForce());
    return { from: from.state, to: to.state, changes };
  }

  /** The cart at two limits, and the events between them. */
  private async passage(cartId: string, first: FoldLimit, last: FoldLimit, meter: Meter) {
    const { decider } = this.cart;
    const before = await this.beginning(cartId, first, meter);
    const between: Recorded<CartEvent>[] = [];
    let { state, revision } = before;
    const range = { from: before.revision + 1 };
    for await (const { event, stored } of this.entries(cartId, range, meter, last)) {
      revision = stored.revision;
      if (event === undefined) continue;
      between.push(event);
      state = evolved(decider, state, event, stored);
    }
    return { before, after: { state, revision }, between };
  }

  private async beginning(cartId: string, limit: FoldLimit, meter: Meter) {
    if ((limit.revision ?? 0) < 0) return nothingFolded(this.cart);
    return this.folds.upTo(this.cart, streamOf(cartId), limit, metering(meter));
  }

  private async explained(
    state: ExistingCartState,
    at: number,
    meter: Meter,
  ): Promise<ExplainedCart> {
    meter.onCart(state.lines.length * (1 + state.coupons.length));
    const cited = await this.cited(state.id, state, meter);
    return { state, at, ...explain(state, cited, at, this.rulesInForce()) };
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
      const range = { from, maxCount: to - from + 1 };
      for await (const { stored, event } of this.entries(cartId, range, meter)) {
        if (event !== undefined) found.push({ stored, event });
      }
    }
    return found;
  }

  /**
   * The entries of the stream; the event is undefined where the fold does not know its type.
   *
   * @throws UnreadableEventError, IncompleteHistoryError
   */
  private async *entries(
    cartId: string,
    { from, ...options }: ReadStreamOptions & { readonly from: number },
    meter: Meter,
    limit: FoldLimit = {},
  ): AsyncIterable<{ readonly stored: StoredEvent; readonly event?: Recorded<CartEvent> }> {
    let next = from;
    for await (const stored of this.store.readStream(streamOf(cartId), { from, ...options })) {
      if (stored.revision !== next) throw missingEvents(streamOf(cartId), next);
      if (isBeyond(limit, stored)) return;
      meter.onEvent();
      next += 1;
      if (next % EVENTS_PER_TURN === 0) await turn(this.time);
      const event = recorded(this.cart.codec, stored);
      yield { stored, ...(event !== undefined && { event }) };
    }
  }
}

function existing(state: CartState): ExistingCartState | null {
  return state.status === 'ABSENT' ? null : state;
}

/** Priced at its last change, as `cartAtRevision` is. */
function atItsTime(state: CartState): CartAt {
  const cart = existing(state);
  return { state: cart, at: cart?.updatedAt ?? 0 };
}

function citedRevisions({ lines, coupons, delivery }: ExistingCartState): number[] {
  const portions = lines.flatMap((line) => line.portions);
  const charges = [delivery?.method, delivery?.tax].filter((cited) => cited != null);
  return [...portions, ...coupons, ...charges]
    .map(({ revision }) => revision)
    .sort((a, b) => a - b);
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
