// Links: events of type `$>` whose data names another event as `revision@stream`.
import type { Log } from './log.js';
import type { LoggedEvent } from './logged-event.js';
import type { Streams } from './streams.js';

export interface Resolved {
  readonly event: LoggedEvent | undefined;
  readonly link: LoggedEvent | undefined;
}

const LINK_TYPE = '$>';
const NUMBER = /^\s*[+-]?\d+\s*$/;
/** Stands for the last event of a stream. */
const LAST = -1n;

export class Links {
  constructor(
    private readonly log: Log,
    private readonly streams: Streams,
    private readonly nowMs: () => number,
  ) {}

  /**
   * A dangling link keeps its link and has no event. A link without a revision is read as an
   * ordinary event; a live reader gets it as a dangling link.
   */
  resolve(record: LoggedEvent, resolveLinks: boolean, isLive = false): Resolved {
    if (!resolveLinks || record.type !== LINK_TYPE) return { event: record, link: undefined };
    const text = Buffer.from(record.data).toString('utf8');
    const [number = '', ...names] = text.split('@');
    const revision = NUMBER.test(number) ? BigInt(number) : undefined;
    if (revision === undefined || revision !== BigInt.asIntN(64, revision)) {
      return isLive ? { event: undefined, link: record } : { event: record, link: undefined };
    }
    return { event: this.target(names.join('@'), revision), link: record };
  }

  private target(stream: string, named: bigint): LoggedEvent | undefined {
    const view = this.streams.view(stream);
    if (view === null || view.isSoftDeleted || this.streams.isOverForReaders(stream)) {
      return undefined;
    }
    const revision = named === LAST ? BigInt(view.head.revision) : named;
    if (revision < view.firstVisible) return undefined;
    const event = this.log.eventAt(view.head, revision);
    return event && this.streams.isVisible(event, view, this.nowMs()) ? event : undefined;
  }
}
