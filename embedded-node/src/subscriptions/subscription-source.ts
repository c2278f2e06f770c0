// Where a catch-up subscription takes its records from: `$all`, or one stream with its rules of
// what can be seen.
import type { Head, Log } from '../log/log.js';
import { LAST_REVISION, type LoggedEvent, TOMBSTONE_REVISION } from '../log/logged-event.js';
import type { Start } from '../read/read-request.js';
import { streamDeleted, unexpected } from '../wire/statuses.js';
import type { Streams } from '../log/streams.js';

type LengthOf = (records: readonly LoggedEvent[]) => number;

export interface SubscriptionSource {
  /**
   * The next records in order, at most so many; empty when there are no more for now.
   * @param lengthOf how many of the records that were found are taken, if not all of them
   */
  next(maxCount: number, isLive: boolean, lengthOf?: LengthOf): readonly LoggedEvent[];
  /** Records that `next` has not given yet, as far as it matters how many there are. */
  waiting(): readonly LoggedEvent[];
  /** Whether `next` has given all that there is for now. */
  readonly isAtEnd: boolean;
  /** Whether catching up may be told; an absent stream that is followed from its start has not. */
  readonly hasBegun: boolean;
}

/** Enough to tell whether a filtered reader is behind, without reading the whole log for it. */
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
      // From beyond the end, everything that is new comes.
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
  /** Nothing comes after a tombstone for whoever began behind it. */
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

  /** While it catches up, what is hidden is left out; what comes live is given as it comes. */
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
   * Who is live is given the tombstone and then the error; who waited for the stream only the
   * error.
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
