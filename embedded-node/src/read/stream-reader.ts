// Reads pages of a stream's visible events, in either direction.
import type { Log } from '../log/log.js';
import { LAST_REVISION, type LoggedEvent } from '../log/logged-event.js';
import type { Streams, StreamView } from '../log/streams.js';

/** Number of events fetched from the file at once. */
export const PAGE = 256;

/** @param wanted number of events for a reader that skips none */
export function pageSizeFor(wanted: bigint): number {
  return wanted < PAGE ? Number(wanted) : PAGE;
}

export class StreamReader {
  constructor(
    private readonly log: Log,
    private readonly streams: Streams,
    private readonly nowMs: () => number,
  ) {}

  /**
   * Visible events from a revision upwards, lazily, without a tombstone.
   *
   * @param wanted number of events that the reader takes, to avoid fetching more
   */
  *forwards(view: StreamView, from: bigint, wanted = BigInt(PAGE)): Generator<LoggedEvent> {
    const pageSize = pageSizeFor(wanted);
    let next = from > view.firstVisible ? from : view.firstVisible;
    while (next <= BigInt(view.head.revision)) {
      const page = this.log.forwards(view.head, next, pageSize);
      for (const event of page) {
        if (event.revision === String(LAST_REVISION)) return;
        if (this.streams.isVisible(event, view, this.nowMs())) yield event;
      }
      const last = page.at(-1);
      if (last === undefined) return;
      next = BigInt(last.revision) + 1n;
    }
  }

  /**
   * Where a reader continues after a page without visible events; undefined when the page has some.
   */
  afterEmptyPage(view: StreamView, from: bigint, to: bigint): bigint | undefined {
    if (to < view.firstVisible) return view.firstVisible;
    for (const { revision } of this.forwards(view, from, 1n)) {
      return BigInt(revision) > to ? BigInt(revision) : undefined;
    }
    return BigInt(view.head.revision) + 1n;
  }

  /** Visible events from a revision downwards; it ends at the first hidden one. */
  *backwards(view: StreamView, from: bigint, wanted = BigInt(PAGE)): Generator<LoggedEvent> {
    const pageSize = pageSizeFor(wanted);
    const head = BigInt(view.head.revision);
    let next = from < head ? from : head;
    while (next >= view.firstVisible && next >= 0n) {
      const page = this.log.backwards(view.head, next, pageSize);
      for (const event of page) {
        if (BigInt(event.revision) < view.firstVisible) return;
        if (!this.streams.isVisible(event, view, this.nowMs())) return;
        yield event;
      }
      const last = page.at(-1);
      if (last === undefined) return;
      next = BigInt(last.revision) - 1n;
    }
  }
}
