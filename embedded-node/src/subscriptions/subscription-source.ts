// The source of a catch-up subscription: `$all`, or one stream with its visibility rules.
import type { Head, Log } from '../log/log.js';
import { LAST_REVISION, type LoggedEvent, TOMBSTONE_REVISION } from '../log/logged-event.js';
import type { Start } from '../read/read-request.js';
import { streamDeleted, unexpected } from '../wire/statuses.js';
import type { Streams } from '../log/streams.js';

type LengthOf = (records: readonly LoggedEvent[]) => number;

export interface SubscriptionSource {
  /**
   * The next records in order, at most `maxCount`; empty when there are no more for now.
   *
   * @param lengthOf number of the found records to take; default: all
   */
  next(maxCount: number, isLive: boolean, lengthOf?: LengthOf): readonly LoggedEvent[];
  /** Records that `next` has not returned yet, up to the number that matters. */
  waiting(): readonly LoggedEvent[];
  /** Whether `next` has returned everything for now. */
  readonly isAtEnd: boolean;
  /**
   * Whether a caught-up message may be sent; not for an absent stream that is followed from its
   * start.
   */
  readonly hasBegun: boolean;
}

/** Enough to decide whether a filtered reader is behind, without reading the whole log. */
const COUNTED = 1_024;

export class AllSource implements SubscriptionSource {
  readonly hasBegun = true;
  private nextPosition: number;

  constructor(
    private readonly log: Log,
    from: Start,
  ) {
    if (from === 'start') this.nextPosition = 0;
    else {
      // A position after the end means all new events.
      const after = from === 'end' || from > BigInt(log.end) ? log.end : Number(from);
      if (typeof from === 'bigint' && after > 0 && !log.isPosition(after)) throw unexpected();
      this.nextPosition = after + 1;
    }
  }

  get isAtEnd(): boolean {
    return this.nextPosition > this.log.end;
  }

  next(maxCount: number, _isLive: boolean, lengthOf?: LengthOf): readonly LoggedEvent[] {
    if (this.isAtEnd) return [];
    const found = this.log.allForwards(this.nextPosition, maxCount);
    const page = lengthOf === undefined ? found : found.slice(0, lengthOf(found));
    const last = page.at(-1);
    if (last !== undefined) this.nextPosition = last.position + 1;
    return page;
  }

  waiting(): readonly LoggedEvent[] {
    return this.log.allForwards(this.nextPosition, COUNTED);
  }
}

export class StreamSource implements SubscriptionSource {
  private nextRevision: bigint;
  private readonly stream: string;
  private readonly isFromEnd: boolean;
  /** True for a reader that started after the tombstone: no events follow. */
  private isOver: boolean;

  constructor(
    private readonly log: Log,
    private readonly streams: Streams,
    { stream, from }: { readonly stream: string; readonly from: Start },
    private readonly nowMs: () => number,
  ) {
    this.stream = stream;
    this.isFromEnd = from === 'end';
    const head = log.head(stream);
    if (typeof from === 'bigint' && from >= LAST_REVISION) throw unexpected();
    if (from === 'start') this.nextRevision = 0n;
    else if (from === 'end') this.nextRevision = BigInt((head?.revision ?? -1) + 1);
    else this.nextRevision = from + 1n;
    this.isOver = streams.isOverForReaders(stream);
    if (this.isOver && !this.isFromEnd) throw streamDeleted(stream);
  }

  get isAtEnd(): boolean {
    return this.nextRevision > BigInt(this.log.head(this.stream)?.revision ?? -1);
  }

  get hasBegun(): boolean {
    if (this.isFromEnd) return true;
    const view = this.streams.view(this.stream);
    return view !== null && !view.isSoftDeleted;
  }

  next(maxCount: number, isLive: boolean): readonly LoggedEvent[] {
    if (this.isOver) return [];
    const head = this.log.head(this.stream);
    if (head === null) return [];
    if (head.isTombstoned && this.nextRevision > BigInt(head.revision)) return this.tombstone(head);
    return isLive ? this.page(head, maxCount) : this.visible(head, maxCount);
  }

  waiting(): readonly LoggedEvent[] {
    const head = this.log.head(this.stream);
    return head === null ? [] : this.log.forwards(head, this.nextRevision, COUNTED);
  }

  private page(head: Head, maxCount: number): readonly LoggedEvent[] {
    if (this.nextRevision > BigInt(head.revision)) return [];
    const page = this.log
      .forwards(head, this.nextRevision, maxCount)
      .filter(({ revision }) => revision !== TOMBSTONE_REVISION);
    const last = page.at(-1);
    if (last !== undefined) this.nextRevision = BigInt(last.revision) + 1n;
    return page;
  }

  /** Hidden events are left out while catching up; live events are all delivered. */
  private visible(head: Head, maxCount: number): readonly LoggedEvent[] {
    const view = this.streams.view(this.stream);
    if (view === null || view.isSoftDeleted) return [];
    if (view.firstVisible > this.nextRevision) this.nextRevision = view.firstVisible;
    for (;;) {
      const page = this.page(head, maxCount);
      const visible = page.filter((event) => this.streams.isVisible(event, view, this.nowMs()));
      if (visible.length > 0 || page.length === 0) return visible;
    }
  }

  /**
   * A live reader gets the tombstone and then the error; a reader that waited for the stream only
   * the error.
   */
  private tombstone(head: Head): readonly LoggedEvent[] {
    const event = this.log.eventAt(head, LAST_REVISION);
    const isGiven = this.nextRevision > LAST_REVISION;
    const hasWaited = !this.isFromEnd && head.revision < 0;
    if (isGiven || hasWaited || event === undefined) throw streamDeleted(this.stream);
    this.nextRevision = LAST_REVISION + 1n;
    return [event];
  }
}
