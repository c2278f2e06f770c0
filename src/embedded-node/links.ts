// Links: events of type `$>` whose data names another event as `revision@stream`.
import type { Log } from './log.js';
import type { LoggedEvent } from './logged-event.js';
import type { Streams } from './streams.js';

export interface Resolved {
  readonly event: LoggedEvent | undefined;
  readonly link: LoggedEvent | undefined;
}

const LINK_TYPE = '$>';
const LINK = /^(\d+)@(.+)$/s;

export class Links {
  constructor(
    private readonly log: Log,
    private readonly streams: Streams,
    private readonly nowMs: () => number,
  ) {}

  /** A link that leads nowhere keeps its link and has no event; a malformed one is an ordinary event. */
  resolve(record: LoggedEvent, resolveLinks: boolean): Resolved {
    if (!resolveLinks || record.type !== LINK_TYPE) return { event: record, link: undefined };
    const [, revision, stream] = LINK.exec(Buffer.from(record.data).toString('utf8')) ?? [];
    if (revision === undefined || stream === undefined) return { event: record, link: undefined };
    return { event: this.target(stream, BigInt(revision)), link: record };
  }

  private target(stream: string, revision: bigint): LoggedEvent | undefined {
    const view = this.streams.view(stream);
    if (view === null || view.head.isTombstoned || revision < view.firstVisible) return undefined;
    const event = this.log.eventAt(view.head.streamId, revision);
    return event && this.streams.isVisible(event, view, this.nowMs()) ? event : undefined;
  }
}
