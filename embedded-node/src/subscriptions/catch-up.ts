// Catch-up subscriptions: the events after a place, followed by new ones, until the reader leaves.
// They read the log in pages and wait for commits, so a slow reader costs no memory. As on the real
// server, a live reader that falls behind is dropped.
import { randomUUID } from 'node:crypto';
import { setImmediate as othersTurn } from 'node:timers/promises';
import { type ReadCall, send } from '../read/back-pressure.js';
import { Checkpoints } from './checkpoints.js';
import { CommitSignal } from './commit-signal.js';
import {
  caughtUpMessage,
  type FilterCheckpoint,
  checkpointMessage,
  confirmationMessage,
  eventMessage,
} from '../wire/read-messages.js';
import type { Links } from '../log/links.js';
import type { Log } from '../log/log.js';
import type { LoggedEvent } from '../log/logged-event.js';
import type { ReadRequest } from '../read/read-request.js';
import { consumerTooSlow, nodeStops } from '../wire/statuses.js';
import type { Streams } from '../log/streams.js';
import { AllSource, type SubscriptionSource, StreamSource } from './subscription-source.js';
import type { Writer } from '../write/writer.js';

/** Maximum live events that wait for a reader; beyond it the real server drops the reader. */
const LIVE_BUFFER = 32;
/** A reader on a busy machine continues within this time; a reader that does not read does not. */
const PATIENCE_MS = 250;

/** The progress of a subscription. */
interface Progress {
  readonly source: SubscriptionSource;
  readonly checkpoints: Checkpoints;
  readonly isLive: boolean;
}

export class CatchUp {
  constructor(
    private readonly log: Log,
    private readonly streams: Streams,
    private readonly writer: Writer,
    private readonly links: Links,
    private readonly nowMs: () => number,
    private readonly stopping: AbortSignal,
  ) {}

  /**
   * Serves the call until its reader leaves.
   *
   * @throws StatusError, which ends the call
   */
  async serve(call: ReadCall, request: ReadRequest): Promise<void> {
    const source: SubscriptionSource =
      'all' in request.target
        ? new AllSource(this.log, request.target.all)
        : new StreamSource(this.log, this.streams, request.target, this.nowMs);
    const commits = new CommitSignal(this.writer, call, this.stopping);
    const checkpoints = new Checkpoints(request.filter);
    let isLive = false;
    try {
      call.write(confirmationMessage(randomUUID()));
      while (!call.cancelled) {
        if (this.stopping.aborted) throw nodeStops();
        const page = source.next(checkpoints.window, isLive, (found) => {
          request.filter?.testAhead(found);
          return isLive ? found.length : checkpoints.lengthOf(found);
        });
        if (page.length > 0) {
          await this.send(call, request, page, { source, checkpoints, isLive });
          // A search through a long log without matches must yield to other work.
          if (request.filter !== undefined) await othersTurn();
          continue;
        }
        if (!isLive && source.hasBegun) {
          isLive = true;
          call.write(caughtUpMessage());
        }
        await commits.next();
      }
    } finally {
      commits.stop();
    }
  }

  private async send(
    call: ReadCall,
    { filter, resolveLinks, structuredIds }: ReadRequest,
    page: readonly LoggedEvent[],
    { source, checkpoints, isLive }: Progress,
  ): Promise<void> {
    for (const record of page) {
      if (call.cancelled) return;
      if (filter?.wants(record) !== false) {
        const resolved = this.links.resolve(record, resolveLinks, isLive);
        const blocked = send(call, eventMessage(resolved, structuredIds));
        if (blocked !== undefined)
          await this.whileBlocked(blocked, isLive ? source : undefined, filter);
      }
      if (isLive && filter !== undefined) tell(call, checkpoints.afterLive(record));
    }
    if (!isLive) tell(call, checkpoints.afterPage(page, source.isAtEnd));
  }

  /** Events that arrive while a live reader does not read count as its buffer. */
  private async whileBlocked(
    blocked: Promise<void>,
    live: SubscriptionSource | undefined,
    filter: ReadRequest['filter'],
  ): Promise<void> {
    const blockedAt = performance.now();
    await blocked;
    // Waiting events are counted in the log. That is expensive, and unnecessary after short blocks.
    if (live === undefined || performance.now() - blockedAt <= PATIENCE_MS) return;
    if (wantedOf(live.waiting(), filter) > LIVE_BUFFER) throw consumerTooSlow();
  }
}

function tell(call: ReadCall, checkpoint: FilterCheckpoint | undefined): void {
  if (checkpoint !== undefined) call.write(checkpointMessage(checkpoint));
}

function wantedOf(waiting: readonly LoggedEvent[], filter: ReadRequest['filter']): number {
  filter?.testAhead(waiting);
  return filter === undefined ? waiting.length : waiting.filter(filter.wants).length;
}
