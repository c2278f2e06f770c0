// Finite reads: a stream or `$all`, forwards or backwards.
import type { Log } from '../log/log.js';
import type { LoggedEvent } from '../log/logged-event.js';
import { NOTHING_YET, type ReadCall, sendAll } from './back-pressure.js';
import {
  eventMessage,
  firstRevisionMessage,
  lastRevisionMessage,
  notFoundMessage,
} from '../wire/read-messages.js';
import type { EventFilter } from './event-filter.js';
import type { Links } from '../log/links.js';
import type { ReadRequest, Start } from './read-request.js';
import { PAGE, pageSizeFor, type StreamReader } from './stream-reader.js';
import { streamDeleted, unexpected } from '../wire/statuses.js';
import type { Streams } from '../log/streams.js';

/** The real server's page, by which it tells whether a reader begins among events that are gone. */
const WIRE_PAGE = 32n;

export class Reads {
  constructor(
    private readonly log: Log,
    private readonly streams: Streams,
    private readonly reader: StreamReader,
    private readonly links: Links,
  ) {}

  /**
   * Sends the requested events and ends the call.
   *
   * @throws StatusError
   */
  async answer(call: ReadCall, request: ReadRequest): Promise<void> {
    const records =
      'all' in request.target
        ? this.allRecords(request.target.all, request)
        : this.streamRecords(request.target.stream, request.target.from, request);
    if (records === undefined && 'stream' in request.target) {
      call.write(notFoundMessage(request.target.stream));
    } else if (records !== undefined) {
      this.tellFirst(call, request);
      await sendAll(call, this.messages(records, request));
      this.tellLast(call, request);
    }
    call.end();
  }

  /** If the reader's first page has no events, tells it where to continue. */
  private tellFirst(
    call: ReadCall,
    { target, tellsEnds, isForwards, maxCount }: ReadRequest,
  ): void {
    if (!tellsEnds || !isForwards || !('stream' in target)) return;
    const view = this.streams.view(target.stream);
    if (view === null) return;
    const from = target.from === 'start' ? 0n : BigInt(target.from);
    const page = maxCount === undefined || maxCount > WIRE_PAGE ? WIRE_PAGE : maxCount;
    const first = this.reader.afterEmptyPage(view, from, from + page - 1n);
    if (first !== undefined && first !== from) call.write(firstRevisionMessage(first));
  }

  private tellLast(call: ReadCall, { target, tellsEnds }: ReadRequest): void {
    if (!tellsEnds || !('stream' in target)) return;
    const view = this.streams.view(target.stream);
    if (view !== null) call.write(lastRevisionMessage(view.head.revision));
  }

  private *messages(
    records: Iterable<LoggedEvent>,
    request: ReadRequest,
  ): Iterable<Uint8Array | typeof NOTHING_YET> {
    let left = request.maxCount ?? 0n;
    let skipped = 0;
    for (const record of records) {
      if (request.filter?.wants(record) === false) {
        skipped += 1;
        if (skipped % PAGE === 0) yield NOTHING_YET;
        continue;
      }
      yield eventMessage(this.links.resolve(record, request.resolveLinks), request.structuredIds);
      left -= 1n;
      if (left === 0n) return;
    }
  }

  /** Undefined for an absent stream, which is a result and not an error. */
  private streamRecords(
    stream: string,
    from: Start,
    { isForwards, maxCount = 0n }: ReadRequest,
  ): Iterable<LoggedEvent> | undefined {
    if (isForwards && from === 'end') throw unexpected();
    if (this.streams.isOverForReaders(stream)) throw streamDeleted(stream);
    const view = this.streams.view(stream);
    if (view === null || view.isSoftDeleted) return undefined;
    if (isForwards)
      return this.reader.forwards(view, from === 'start' ? 0n : BigInt(from), maxCount);
    const revision = from === 'end' ? BigInt(view.head.revision) : from === 'start' ? 0n : from;
    return this.reader.backwards(view, revision, maxCount);
  }

  private allRecords(
    from: Start,
    { isForwards, filter, maxCount = 0n }: ReadRequest,
  ): Iterable<LoggedEvent> {
    this.demandPosition(from, isForwards);
    if (from === (isForwards ? 'end' : 'start')) return [];
    const pageSize = filter === undefined ? pageSizeFor(maxCount) : PAGE;
    const pages = isForwards
      ? this.allForwards(from === 'start' ? 0 : Number(from), pageSize)
      : this.allBackwards(from === 'end' ? this.log.end : Number(from) - 1, pageSize);
    return recordsOf(pages, filter);
  }

  /**
   * A position must be the start of an event. Forwards, a position after the end returns nothing.
   */
  private demandPosition(from: Start, isForwards: boolean): void {
    if (typeof from !== 'bigint' || from === 0n) return;
    const isBeyond = from > BigInt(this.log.end);
    if (isBeyond ? !isForwards : !this.log.isPosition(Number(from))) throw unexpected();
  }

  private *allForwards(from: number, pageSize: number): Iterable<readonly LoggedEvent[]> {
    for (let next = from; ;) {
      const page = this.log.allForwards(next, pageSize);
      yield page;
      const last = page.at(-1);
      if (last === undefined || last.position >= this.log.end) return;
      next = last.position + 1;
    }
  }

  private *allBackwards(from: number, pageSize: number): Iterable<readonly LoggedEvent[]> {
    for (let next = from; ;) {
      const page = this.log.allBackwards(next, pageSize);
      yield page;
      const last = page.at(-1);
      if (last === undefined) return;
      next = last.position - 1;
    }
  }
}

function* recordsOf(
  pages: Iterable<readonly LoggedEvent[]>,
  filter: EventFilter | undefined,
): Iterable<LoggedEvent> {
  for (const page of pages) {
    filter?.testAhead(page);
    yield* page;
  }
}
