// Catch-up subscriptions: what lies after a place, then what is appended, for as long as the reader
// stays. They read the log page by page, woken by each commit, so that a slow reader costs no
// memory; one that was live and falls behind is dropped, as by the real server.
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

/** How many live events may wait for a reader before the real server drops it. */
const LIVE_BUFFER = 32;
/**
 * A reader that is only held up by a busy machine reads on within this; one that does not read,
 * not.
 */
const PATIENCE_MS = 250;

/** How far a subscription is. */
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

  /** Serves the call until its reader leaves. @throws StatusError, which ends the call */
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
        const page = source.next(checkpoints.window, isLive, (found) =>
          isLive ? found.length : checkpoints.lengthOf(found),
        );
        if (page.length > 0) {
          await this.send(call, request, page, { source, checkpoints, isLive });
          // A search through a long log in which nothing is found must not keep all others waiting.
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

  /** What comes while a live reader does not read is what its buffer would have to hold. */
  private async whileBlocked(
    blocked: Promise<void>,
    live: SubscriptionSource | undefined,
    filter: ReadRequest['filter'],
  ): Promise<void> {
    const blockedAt = performance.now();
    await blocked;
    // What waits is counted in the log: dear, and of no interest for most of those who were
    // blocked.
    if (live === undefined || performance.now() - blockedAt <= PATIENCE_MS) return;
    if (wantedOf(live.waiting(), filter) > LIVE_BUFFER) throw consumerTooSlow();
  }
}

function tell(call: ReadCall, checkpoint: FilterCheckpoint | undefined): void {
  if (checkpoint !== undefined) call.write(checkpointMessage(checkpoint));
}

function wantedOf(waiting: readonly LoggedEvent[], filter: ReadRequest['filter']): number {
  return filter === undefined ? waiting.length : waiting.filter(filter.wants).length;
}
