// Where a subscription takes its events from: `$all`, or one stream with its rules of what can be
// seen.
import { LAST_REVISION } from '../../../embedded-node/src/log/logged-event.js';
import type { Start } from '../../../embedded-node/src/read/read-request.js';
import { streamDeleted, unexpected } from '../../../embedded-node/src/wire/statuses.js';
import type { Entry } from './entry.js';
import type { LogView } from './log-view.js';
import { POSITION_STEP } from './stored-log.js';

type LengthOf = (entries: readonly Entry[]) => number;

export interface Source {
  /** The next events in order, of which `lengthOf` are taken; empty while there are no more. */
  next(view: LogView, maxCount: number, isLive: boolean, lengthOf: LengthOf): readonly Entry[];
  /** Whether `next` has given all that there is for now. */
  isAtEnd(view: LogView): boolean;
  /** Whether catching up may be told; an absent stream that is followed from its start has not. */
  hasBegun(view: LogView): boolean;
  /** Where it is now is where `goBack` goes back to. */
  keepPlace(): void;
  /** False where it is at that place already. */
  goBack(): boolean;
}

export class AllSource implements Source {
  private nextIndex: number;
  private keptIndex: number;

  constructor({ end }: LogView, from: Start) {
    if (from === 'start') this.nextIndex = 0;
    else {
      // From beyond the end, everything that is new comes.
      const after = from === 'end' || from > BigInt(end) ? end : Number(from);
      if (after % POSITION_STEP !== 0) throw unexpected();
      this.nextIndex = after / POSITION_STEP;
    }
    this.keptIndex = this.nextIndex;
  }

  next({ log, length }: LogView, maxCount: number, _isLive: boolean, lengthOf: LengthOf) {
    const end = Math.min(length, this.nextIndex + maxCount);
    const found = log.entries.slice(this.nextIndex, end);
    const page = found.slice(0, lengthOf(found));
    this.nextIndex += page.length;
    return page;
  }

  isAtEnd({ length }: LogView): boolean {
    return this.nextIndex >= length;
  }

  hasBegun(): boolean {
    return true;
  }

  keepPlace(): void {
    this.keptIndex = this.nextIndex;
  }

  goBack(): boolean {
    if (this.nextIndex === this.keptIndex) return false;
    this.nextIndex = this.keptIndex;
    return true;
  }
}

export class StreamSource implements Source {
  private nextRevision: bigint;
  private readonly stream: string;
  private readonly isFromEnd: boolean;
  /** Nothing comes after a tombstone for a reader who begins behind it. */
  private readonly isOver: boolean;

  constructor(view: LogView, { stream, from }: { readonly stream: string; readonly from: Start }) {
    this.stream = stream;
    this.isFromEnd = from === 'end';
    if (typeof from === 'bigint' && from >= LAST_REVISION) throw unexpected();
    if (from === 'start') this.nextRevision = 0n;
    else if (from === 'end') this.nextRevision = BigInt(view.countOf(stream));
    else this.nextRevision = from + 1n;
    this.isOver = view.isOverForReaders(stream);
    if (this.isOver && !this.isFromEnd) throw streamDeleted(stream);
  }

  isAtEnd(view: LogView): boolean {
    return this.nextRevision >= BigInt(view.countOf(this.stream));
  }

  hasBegun(view: LogView): boolean {
    return this.isFromEnd || (view.isThere(this.stream) && !view.isSoftDeleted(this.stream));
  }

  /** Streams have no checkpoints. */
  keepPlace(): void {}

  goBack(): boolean {
    return false;
  }

  next(view: LogView, maxCount: number, isLive: boolean): readonly Entry[] {
    if (this.isOver) return [];
    const tombstone = view.tombstoneOf(this.stream);
    if (tombstone !== undefined && this.isAtEnd(view)) return this.end(view, tombstone);
    return isLive ? this.page(view, maxCount) : this.visible(view, maxCount);
  }

  private page(view: LogView, maxCount: number): readonly Entry[] {
    const { stream, nextRevision: from } = this;
    if (this.isAtEnd(view)) return [];
    const end = Math.min(view.countOf(stream), Number(from) + maxCount);
    this.nextRevision = BigInt(end);
    return view.log.stream(stream)?.entries.slice(Number(from), end) ?? [];
  }

  /** While it catches up, what is hidden is left out; what comes live is given as it comes. */
  private visible(view: LogView, maxCount: number): readonly Entry[] {
    if (!view.isThere(this.stream) || view.isSoftDeleted(this.stream)) return [];
    const first = view.firstVisible(this.stream);
    if (first > this.nextRevision) this.nextRevision = first;
    const isYoungEnough = view.ageLimitOf(this.stream);
    for (;;) {
      const page = this.page(view, maxCount);
      const visible = page.filter(isYoungEnough);
      if (visible.length > 0 || page.length === 0) return visible;
    }
  }

  /** A live reader is given the tombstone, then the error; one who waited for the stream, the error. */
  private end(view: LogView, tombstone: Entry): readonly Entry[] {
    const isGiven = this.nextRevision > LAST_REVISION;
    const hasWaited = !this.isFromEnd && view.countOf(this.stream) === 0;
    if (isGiven || hasWaited) throw streamDeleted(this.stream);
    this.nextRevision = LAST_REVISION + 1n;
    return [tombstone];
  }
}
