// Pages of a cart's stream, as it was stored: all entries or those of some types, also as far as
// the stream was recorded at an instant. Unreadable entries are shown like all others.
import type { CartEvent } from '../domain/cart/events.js';
import type { CartState, ExistingCartState } from '../domain/cart/state.js';
import type { Recorded } from '../domain/decider.js';
import type { EventStore } from '../event-store/event-store.js';
import { read, type Reading, UnreadableEventError } from '../event-store/recorded.js';
import type { StoredEvent } from '../event-store/stored-event.js';
import { demandBeginning } from '../event-store/stream-beginning.js';
import { type Fold, type Folded, foldOn, nothingFolded } from '../folds/folding.js';
import type { StreamFolds } from '../folds/stream-folds.js';
import { type Time, turn } from '../waiting/time.js';
import { EVENTS_PER_TURN, metering, streamOf } from './cart-stream.js';
import { type Meter, unmetered } from './meter.js';
import { type PageRange, sized, type Span, spanOf } from './page-span.js';

/** Any entry of a cart's stream. */
export interface TimelineEntry {
  readonly stored: StoredEvent;
  readonly reading: Reading<Recorded<CartEvent>>;
}

export interface TimelinePage {
  /** Oldest first. */
  readonly rows: readonly TimelineEntry[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  /** On all pages; undefined with types, because `count` reads the whole stream. */
  readonly totalCount: number | undefined;
}

export interface TimelineRange extends PageRange {
  /** Event types; without them all. */
  readonly types?: ReadonlySet<string>;
  /** Ends before the first event that was recorded after this, in milliseconds since 1970. */
  readonly recordedBy?: number;
}

interface Filled extends Span {
  readonly rows: readonly StoredEvent[];
}

export class CartTimeline {
  constructor(
    private readonly store: Pick<EventStore, 'readStream'>,
    private readonly cart: Fold<CartState, CartEvent>,
    private readonly folds: StreamFolds,
    private readonly time: Pick<Time, 'soon'>,
  ) {}

  /** @throws IncompleteHistoryError when the log no longer has the stream's first events */
  async page(cartId: string, range: TimelineRange, meter = unmetered): Promise<TimelinePage> {
    const stream = streamOf(cartId);
    const [length] = await Promise.all([
      this.lengthOf(stream, range.recordedBy, meter),
      demandBeginning(this.store, stream),
    ]);
    const { types } = range;
    const asked = spanOf(range, length);
    const filled =
      types === undefined
        ? await this.all(stream, sized(asked, range), meter)
        : await this.matching(stream, asked, { ...range, types }, meter);
    const { begin, end } = filled;
    const hasAny = async (span: Span, backwards: boolean) => {
      if (types === undefined) return span.end > span.begin;
      const found = await this.scan(stream, span, { types, backwards, most: 1 }, meter);
      return found.length > 0;
    };
    return {
      rows: filled.rows.map((stored) => ({ stored, reading: read(this.cart.codec, stored) })),
      hasNextPage: await hasAny({ begin: end, end: length }, false),
      hasPreviousPage: await hasAny({ begin: 0, end: begin }, true),
      totalCount: types === undefined ? length : undefined,
    };
  }

  /** Number of entries on all pages of a range. With types, this reads the whole stream. */
  async count(
    cartId: string,
    { types, recordedBy }: TimelineRange,
    meter = unmetered,
  ): Promise<number> {
    const stream = streamOf(cartId);
    const length = await this.lengthOf(stream, recordedBy, meter);
    if (types === undefined) return length;
    return (await this.scan(stream, { begin: 0, end: length }, { types }, meter)).length;
  }

  /**
   * The cart after each of these entries, by revision. An entry that cannot be folded, and those
   * after it, have none.
   *
   * @param rows rising; the events between them are read too
   */
  async statesAfter(
    cartId: string,
    rows: readonly StoredEvent[],
    meter = unmetered,
  ): Promise<ReadonlyMap<number, ExistingCartState>> {
    const states = new Map<number, ExistingCartState>();
    try {
      let folded = await this.before(cartId, rows[0]?.revision ?? 0, meter);
      for (const stored of rows) {
        folded = foldOn(this.cart, await this.foldUpTo(cartId, folded, stored, meter), stored);
        if (folded.state.status !== 'ABSENT') states.set(stored.revision, folded.state);
      }
    } catch (error) {
      if (!(error instanceof UnreadableEventError)) throw error;
    }
    return states;
  }

  private async before(cartId: string, revision: number, meter: Meter): Promise<Folded<CartState>> {
    if (revision === 0) return nothingFolded(this.cart);
    const limit = { revision: revision - 1 };
    return this.folds.upTo(this.cart, streamOf(cartId), limit, metering(meter));
  }

  /** Folds the events between a fold and a later event. */
  private async foldUpTo(
    cartId: string,
    before: Folded<CartState>,
    { revision }: StoredEvent,
    meter: Meter,
  ): Promise<Folded<CartState>> {
    let folded = before;
    const span = { begin: before.revision + 1, end: revision };
    for await (const stored of this.entries(streamOf(cartId), span, false, meter)) {
      folded = foldOn(this.cart, folded, stored);
    }
    return folded;
  }

  private async all(stream: string, span: Span, meter: Meter): Promise<Filled> {
    const rows: StoredEvent[] = [];
    for await (const stored of this.entries(stream, span, false, meter)) rows.push(stored);
    return { rows, ...span };
  }

  /** The entries of some types, and the span that was searched for them. */
  private async matching(
    stream: string,
    asked: Span,
    { types, first, last }: TimelineRange & { readonly types: ReadonlySet<string> },
    meter: Meter,
  ): Promise<Filled> {
    const backwards = last !== undefined;
    const most = last ?? first ?? Infinity;
    const found = await this.scan(stream, asked, { types, backwards, most }, meter);
    const rows = backwards ? found.toReversed() : found;
    if (rows.length < most) return { rows, ...asked };
    return backwards
      ? { rows, begin: rows[0]?.revision ?? asked.end, end: asked.end }
      : { rows, begin: asked.begin, end: (rows.at(-1)?.revision ?? asked.begin - 1) + 1 };
  }

  private async scan(
    stream: string,
    span: Span,
    how: {
      readonly types: ReadonlySet<string>;
      readonly backwards?: boolean;
      readonly most?: number;
    },
    meter: Meter,
  ): Promise<StoredEvent[]> {
    const { types, backwards = false, most = Infinity } = how;
    const found: StoredEvent[] = [];
    if (most === 0 || types.size === 0) return found;
    for await (const stored of this.entries(stream, span, backwards, meter)) {
      if (!types.has(stored.type)) continue;
      found.push(stored);
      if (found.length === most) break;
    }
    return found;
  }

  private async *entries(
    stream: string,
    { begin, end }: Span,
    backwards: boolean,
    meter: Meter,
  ): AsyncIterable<StoredEvent> {
    if (end <= begin) return;
    const from = backwards ? end - 1 : begin;
    const options = { from, maxCount: end - begin, backwards };
    let events = 0;
    for await (const stored of this.store.readStream(stream, options)) {
      meter.onEvent();
      events += 1;
      if (events % EVENTS_PER_TURN === 0) await turn(this.time);
      yield stored;
    }
  }

  /** Number of events that were recorded by an instant; without one, of all. */
  private async lengthOf(
    stream: string,
    recordedBy: number | undefined,
    meter: Meter,
  ): Promise<number> {
    const length = (await this.lastRevision(stream)) + 1;
    if (recordedBy === undefined || length === 0) return length;
    let known = await this.foldableBy(stream, recordedBy, meter);
    for await (const stored of this.entries(stream, { begin: known, end: length }, false, meter)) {
      if (stored.recordedAt > recordedBy) break;
      known = stored.revision + 1;
    }
    return known;
  }

  /** As far as the fold gets, which snapshots shorten: an unreadable event ends it. */
  private async foldableBy(stream: string, recordedBy: number, meter: Meter): Promise<number> {
    try {
      const folded = await this.folds.upTo(this.cart, stream, { recordedBy }, metering(meter));
      return folded.revision + 1;
    } catch (error) {
      if (error instanceof UnreadableEventError) return error.revision;
      throw error;
    }
  }

  private async lastRevision(stream: string): Promise<number> {
    const backwards = this.store.readStream(stream, { backwards: true, maxCount: 1 });
    for await (const { revision } of backwards) return revision;
    return -1;
  }
}
