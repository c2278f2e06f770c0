// Catch-up subscriptions: what lies after a place, then what is appended, for as long as the reader
// stays. They read the log page by page, woken by each commit, so that a slow reader costs no
// memory: what it has not taken yet is still only in the log.
import { randomUUID } from 'node:crypto';
import { drained, type ReadCall } from './back-pressure.js';
import {
  caughtUpMessage,
  checkpointMessage,
  confirmationMessage,
  eventMessage,
} from './event-messages.js';
import type { Links } from './links.js';
import type { Log } from './log.js';
import { LAST_REVISION, type LoggedEvent } from './logged-event.js';
import type { ReadRequest, Start } from './read-request.js';
import { streamDeleted } from './statuses.js';
import type { Streams } from './streams.js';
import type { Writer } from './writer.js';

const PAGE = 256;

/** Where a subscription takes its records from, and how it knows that there are no more for now. */
interface Source {
  /** The next records in order; empty when the subscription has caught up. */
  next(): readonly LoggedEvent[];
  /** Whether catching up may be told; an absent stream that is followed from its start has not. */
  readonly hasBegun: boolean;
}

export class CatchUp {
  constructor(
    private readonly log: Log,
    private readonly streams: Streams,
    private readonly writer: Writer,
    private readonly links: Links,
    private readonly nowMs: () => number,
  ) {}

  /** Serves the call until its reader leaves. @throws StatusError when the stream is tombstoned */
  async serve(call: ReadCall, request: ReadRequest): Promise<void> {
    const source =
      'all' in request.target
        ? new AllSource(this.log, request.target.all)
        : new StreamSource(this.log, this.streams, request.target, this.nowMs);
    const commits = new CommitSignal(this.writer, call);
    const checkpoints = new Checkpoints(request);
    try {
      call.write(confirmationMessage(randomUUID()));
      let isCaughtUp = false;
      while (!call.cancelled) {
        const records = source.next();
        if (records.length === 0) {
          if (!isCaughtUp && source.hasBegun) {
            isCaughtUp = true;
            call.write(caughtUpMessage());
          }
          await commits.next();
          continue;
        }
        await this.send(call, request, records, checkpoints);
      }
    } finally {
      commits.stop();
    }
  }

  private async send(
    call: ReadCall,
    { filter, resolveLinks, structuredIds }: ReadRequest,
    records: readonly LoggedEvent[],
    checkpoints: Checkpoints,
  ): Promise<void> {
    for (const record of records) {
      if (call.cancelled) return;
      const isWanted = filter?.wants(record) ?? true;
      const resolved = isWanted ? this.links.resolve(record, resolveLinks) : undefined;
      if (resolved && !call.write(eventMessage(resolved, structuredIds))) await drained(call);
      const checkpoint = checkpoints.after(record);
      if (checkpoint !== undefined) call.write(checkpointMessage(checkpoint));
    }
  }
}

class AllSource implements Source {
  readonly hasBegun = true;
  private nextPosition: number;

  constructor(
    private readonly log: Log,
    from: Start,
  ) {
    if (from === 'start') this.nextPosition = 0;
    else this.nextPosition = (from === 'end' ? log.end : Number(from)) + 1;
  }

  next(): readonly LoggedEvent[] {
    if (this.nextPosition > this.log.end) return [];
    const page = this.log.allForwards(this.nextPosition, PAGE);
    const last = page.at(-1);
    if (last !== undefined) this.nextPosition = last.position + 1;
    return page;
  }
}

class StreamSource implements Source {
  private nextRevision: bigint;
  private readonly isFromEnd: boolean;
  private readonly stream: string;
  private sawTombstone = false;

  constructor(
    private readonly log: Log,
    private readonly streams: Streams,
    target: { readonly stream: string; readonly from: Start },
    private readonly nowMs: () => number,
  ) {
    this.stream = target.stream;
    this.isFromEnd = target.from === 'end';
    const head = log.head(target.stream);
    if (target.from === 'start') this.nextRevision = 0n;
    else if (target.from === 'end') this.nextRevision = BigInt(head?.revision ?? -1) + 1n;
    else this.nextRevision = target.from + 1n;
    this.sawTombstone = this.isFromEnd && head?.isTombstoned === true;
    if (!this.isFromEnd && head?.isTombstoned === true) throw streamDeleted(target.stream);
  }

  get hasBegun(): boolean {
    return this.isFromEnd || this.streams.view(this.stream) !== null;
  }

  next(): readonly LoggedEvent[] {
    if (this.sawTombstone) return [];
    const head = this.log.head(this.stream);
    if (head === null) return [];
    if (head.isTombstoned && this.nextRevision > BigInt(head.revision)) return this.tombstone(head);
    const view = this.streams.view(this.stream);
    if (view === null) return [];
    if (view.firstVisible > this.nextRevision) this.nextRevision = view.firstVisible;
    if (this.nextRevision > BigInt(head.revision)) return [];
    const page = this.log
      .forwards(head.streamId, this.nextRevision, PAGE)
      .filter(({ revision }) => revision !== String(LAST_REVISION));
    const last = page.at(-1);
    if (last !== undefined) this.nextRevision = BigInt(last.revision) + 1n;
    const visible = page.filter((event) => this.streams.isVisible(event, view, this.nowMs()));
    return visible.length === 0 && page.length > 0 ? this.next() : visible;
  }

  /** A live reader is given the tombstone and, when it asks for more, told that this was the end. */
  private tombstone({ streamId }: { readonly streamId: number }): readonly LoggedEvent[] {
    if (this.nextRevision > LAST_REVISION) throw streamDeleted(this.stream);
    const event = this.log.eventAt(streamId, LAST_REVISION);
    const isFirst = this.nextRevision === 0n;
    this.nextRevision = LAST_REVISION + 1n;
    if (event === undefined || isFirst) throw streamDeleted(this.stream);
    return [event];
  }
}

/** Wakes its one waiter at each commit, and when the reader leaves. */
class CommitSignal {
  private hasNews = false;
  private wake: (() => void) | undefined;
  readonly stop: () => void;

  constructor(writer: Writer, call: ReadCall) {
    const notice = () => {
      this.hasNews = true;
      this.wake?.();
    };
    const stopListening = writer.onCommit(notice);
    call.on('cancelled', notice);
    this.stop = () => {
      stopListening();
      call.off('cancelled', notice);
    };
  }

  async next(): Promise<void> {
    if (!this.hasNews) {
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
    this.hasNews = false;
    this.wake = undefined;
  }
}

/** When a filtered subscription tells how far it has looked, although it found nothing. */
class Checkpoints {
  private looked = 0;
  private readonly every: number;

  constructor({ filter }: ReadRequest) {
    this.every = filter === undefined ? 0 : filter.window * filter.checkpointInterval;
  }

  /** The position to tell after this record, if it is time to. */
  after(record: LoggedEvent): number | undefined {
    if (this.every === 0) return undefined;
    this.looked += 1;
    if (this.looked < this.every) return undefined;
    this.looked = 0;
    return record.position;
  }
}
