// Folds a stream to any point, from the nearest snapshot that the log confirms. A fold far beyond
// the last snapshot stores new ones, made only of events from the log.
import { markOf } from './processed-commands.js';
import type { EventStore } from '../event-store/event-store.js';
import {
  type Fold,
  type Folded,
  type FoldLimit,
  foldOn,
  isBeyond,
  nothingFolded,
} from './folding.js';
import {
  BATCH,
  type Beginning,
  type Draft,
  noSnapshots,
  spacingAfter,
  type SnapshotStore,
} from './snapshots/snapshots.js';
import type { StoredEvent } from '../event-store/stored-event.js';
import { demandBeginning, demandNeverWritten } from '../event-store/stream-beginning.js';
import { systemTime, type Time, turn } from '../waiting/time.js';

/**
 * Observes a fold. The fold restarts from the beginning when the log does not confirm a snapshot.
 */
export interface FoldFollower {
  /** The fold starts after this revision: a snapshot's, or −1. Return false to reject the start. */
  begins(after: number): boolean;
  folds(stored: StoredEvent): void;
}

const EVENTS_PER_TURN = 128;

export class StreamFolds {
  private readonly taking = new Map<string, Promise<void>>();

  /** @param onFault called when storing a snapshot fails; a later fold stores it */
  constructor(
    private readonly store: Pick<EventStore, 'readStream'>,
    readonly snapshots: SnapshotStore = noSnapshots,
    private readonly onFault: (fault: unknown) => void = () => undefined,
    private readonly time: Pick<Time, 'soon'> = systemTime,
  ) {}

  /**
   * Folds the longest prefix of a stream within the limit.
   *
   * @throws StoreUnavailableError, UnreadableEventError
   * @throws IncompleteHistoryError also when a snapshot covers events that the log has lost, so
   * that the result does not depend on snapshots
   */
  async upTo<State, Event>(
    fold: Fold<State, Event>,
    stream: string,
    limit: FoldLimit = {},
    follower?: FoldFollower,
  ): Promise<Folded<State>> {
    const beginning = this.snapshots.beginning(fold.foldHash, stream, limit);
    const { base, next } = beginning;
    if (base !== undefined) {
      const canFollow = follower?.begins(base.folded.revision) !== false;
      const folded = canFollow && (await this.readOn(fold, stream, beginning, limit, follower));
      if (folded) {
        await demandBeginning(this.store, stream);
        return folded;
      }
      this.snapshots.discard(fold.foldHash, stream);
    }
    follower?.begins(-1);
    const fromStart = { base: undefined, next: base === undefined ? next : undefined };
    const folded = await this.readOn(fold, stream, fromStart, limit, follower);
    if (folded === undefined) throw new RangeError('The log contradicts a fold without a snapshot');
    if (folded.revision < 0) await this.demandNothingLost(stream, limit);
    return folded;
  }

  /** Takes the due snapshots of a stream's acknowledged events, in the background. */
  takeSnapshots<State, Event>(fold: Fold<State, Event>, stream: string, revision: number): void {
    if (this.taking.has(stream) || !this.snapshots.isDue(fold.foldHash, stream, revision)) return;
    const taken = this.upTo(fold, stream, { revision })
      .then(() => undefined, this.onFault)
      .finally(() => this.taking.delete(stream));
    this.taking.set(stream, taken);
  }

  /** Resolves when no snapshot is in progress. */
  async settled(): Promise<void> {
    while (this.taking.size > 0) await Promise.all(this.taking.values());
  }

  /**
   * With a limit, an empty result is normal if the stream still begins at revision 0. Without one,
   * the stream must never have been written.
   */
  private async demandNothingLost(stream: string, limit: FoldLimit): Promise<void> {
    const isAll = Object.keys(limit).length === 0;
    await (isAll ? demandNeverWritten : demandBeginning)(this.store, stream);
  }

  /** Undefined when the log does not have the snapshot's last event. */
  private async readOn<State, Event>(
    fold: Fold<State, Event>,
    stream: string,
    { base, next }: Beginning,
    limit: FoldLimit,
    follower: FoldFollower | undefined,
  ): Promise<Folded<State> | undefined> {
    // A state under this fold hash was made by this fold's code, so its type is State.
    let folded = (base?.folded ?? nothingFolded(fold)) as Folded<State>;
    const series =
      next === undefined
        ? new GrowingSeries(this.snapshots, fold.foldHash, stream, base)
        : undefined;
    const from = Math.max(0, folded.revision);
    const end = Math.min((limit.revision ?? Infinity) + 1, next ?? Infinity);
    let isConfirmed = base === undefined;
    for await (const stored of this.store.readStream(stream, { from, ...maxCountTo(from, end) })) {
      if (!isConfirmed) {
        if (!isTakenAt(folded, stored)) return undefined;
        isConfirmed = true;
        continue;
      }
      if (isBeyond(limit, stored)) break;
      folded = foldOn(fold, folded, stored);
      follower?.folds(stored);
      // Yields to the event loop during a long stream.
      if (stored.revision % EVENTS_PER_TURN === EVENTS_PER_TURN - 1) await turn(this.time);
      series?.add(folded, stored);
    }
    return isConfirmed ? folded : undefined;
  }
}

/** Adds snapshots to the end of a series, one batch of events at a time. */
class GrowingSeries {
  private end: number;
  private lastAt: number;
  private spacing: number;
  private drafts: Draft[] = [];
  private marks: number[] = [];

  constructor(
    private readonly snapshots: SnapshotStore,
    private readonly foldHash: string,
    private readonly stream: string,
    base: Beginning['base'],
  ) {
    this.end = base?.folded.revision ?? -1;
    this.lastAt = this.end;
    this.spacing = spacingAfter(base?.bytes ?? 0);
  }

  add(folded: Folded<unknown>, { metadata }: StoredEvent): void {
    this.marks.push(markOf(metadata.commandId));
    const { revision } = folded;
    if (revision - this.lastAt < this.spacing) return;
    const json = JSON.stringify(folded.state);
    this.drafts.push({ folded, json });
    this.lastAt = revision;
    this.spacing = spacingAfter(json.length);
    if (revision - this.end < BATCH) return;
    this.snapshots.carryOn(this.foldHash, this.stream, this.end, this.drafts, this.marks);
    this.end = revision;
    this.drafts = [];
    this.marks = [];
  }
}

function maxCountTo(from: number, end: number): { readonly maxCount?: number } {
  return Number.isFinite(end) ? { maxCount: end - from } : {};
}

/** Whether a folded state ends with this event, judged by id and chain hash. */
export function isTakenAt(
  { revision, eventId, chain }: Folded<unknown>,
  stored: StoredEvent,
): boolean {
  return (
    stored.revision === revision &&
    stored.id === eventId &&
    (stored.metadata.chain ?? chain) === chain
  );
}
