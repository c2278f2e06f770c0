// Reads that end: a stream or `$all`, forwards or backwards.
import type { Log } from './log.js';
import type { LoggedEvent } from './logged-event.js';
import { type ReadCall, sendAll } from './back-pressure.js';
import { eventMessage, notFoundMessage, type ReadResp } from './event-messages.js';
import type { Links } from './links.js';
import type { ReadRequest, Start } from './read-request.js';
import type { StreamReader } from './stream-reader.js';
import { streamDeleted, unexpected } from './statuses.js';
import type { Streams } from './streams.js';

const PAGE = 256;

export class Reads {
  constructor(
    private readonly log: Log,
    private readonly streams: Streams,
    private readonly reader: StreamReader,
    private readonly links: Links,
  ) {}

  /** Sends what was asked for and ends the call. @throws StatusError */
  async answer(call: ReadCall, request: ReadRequest): Promise<void> {
    const records =
      'all' in request.target
        ? this.allRecords(request.target.all, request)
        : this.streamRecords(request.target.stream, request.target.from, request);
    if (records === undefined && 'stream' in request.target) {
      call.write(notFoundMessage(request.target.stream));
    } else if (records !== undefined) {
      await sendAll(call, this.messages(records, request));
    }
    call.end();
  }

  private *messages(records: Iterable<LoggedEvent>, request: ReadRequest): Iterable<ReadResp> {
    let left = request.maxCount ?? 0n;
    for (const record of records) {
      if (request.filter?.wants(record) === false) continue;
      yield eventMessage(this.links.resolve(record, request.resolveLinks), request.structuredIds);
      left -= 1n;
      if (left === 0n) return;
    }
  }

  /** Undefined for a stream that is not there, which is an answer and not a failure. */
  private streamRecords(
    stream: string,
    from: Start,
    { isForwards }: ReadRequest,
  ): Iterable<LoggedEvent> | undefined {
    if (this.streams.isTombstoned(stream)) throw streamDeleted(stream);
    const view = this.streams.view(stream);
    if (isForwards && from === 'end') throw unexpected();
    if (view === null || view.isSoftDeleted) return undefined;
    if (isForwards) return this.reader.forwards(view, from === 'start' ? 0n : BigInt(from));
    const revision = from === 'end' ? BigInt(view.head.revision) : from === 'start' ? 0n : from;
    return this.reader.backwards(view, revision);
  }

  private allRecords(from: Start, { isForwards }: ReadRequest): Iterable<LoggedEvent> {
    if (isForwards) {
      if (from === 'end') throw unexpected();
      return this.allForwards(from === 'start' ? 0 : Number(from));
    }
    if (from === 'start') return [];
    if (from !== 'end' && from > BigInt(this.log.end)) throw unexpected();
    return this.allBackwards(from === 'end' ? this.log.end : Number(from) - 1);
  }

  private *allForwards(from: number): Iterable<LoggedEvent> {
    for (let next = from; ;) {
      const page = this.log.allForwards(next, PAGE);
      yield* page;
      const last = page.at(-1);
      if (last === undefined || page.length < PAGE) return;
      next = last.position + 1;
    }
  }

  private *allBackwards(from: number): Iterable<LoggedEvent> {
    for (let next = from; ;) {
      const page = this.log.allBackwards(next, PAGE);
      yield* page;
      const last = page.at(-1);
      if (last === undefined || page.length < PAGE) return;
      next = last.position - 1;
    }
  }
}
