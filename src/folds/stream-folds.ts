// The fold of a stream up to any point of it, from the nearest snapshot that the log confirms.
// Whoever folds far beyond the last snapshot leaves new ones, made of what the log has just given
// and nothing else.
import { setImmediate } from 'node:timers/promises';
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

/**
 * Follows a fold. It may be begun again, from the start, when the log does not confirm a snapshot.
 */
export interface FoldFollower {
  /** After a snapshot's revision, or −1. False: it cannot follow from there. */
  begins(after: number): boolean;
  folds(stored: StoredEvent): void;
}

const EVENTS_PER_TURN = 128;

export class StreamFolds {
  private readonly taking = new Map<string, Promise<void>>();

  /** @param onFault told of what went wrong in taking a snapshot, which is taken another time */
  constructor(
    private readonly store: Pick<EventStore, 'readStream'>,
    readonly snapshots: SnapshotStore = noSnapshots,
    private readonly onFault: (fault: unknown) => void = () => undefined,
  ) {}

  /**
   * The fold of the longest part of a stream, from its start, that is within the limit.
   * @throws StoreUnavailableError, UnreadableEventError; IncompleteHistoryError also where a
   * snapshot still knows the events that the log has lost, so that the answer does not depend on it
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
    if (folded === undefined) throw new RangeError('There is no snapshot to be at odds with');
    if (folded.revision < 0) await this.demandNothingLost(stream, limit);
    return folded;
  }

  /** Takes the snapshots that are due of a stream's acknowledged events, while others go on. */
  takeSnapshots<State, Event>(fold: Fold<State, Event>, stream: string, revision: number): void {
    if (this.taking.has(stream) || !this.snapshots.isDue(fold.foldHash, stream, revision)) return;
    const taken = this.upTo(fold, stream, { revision })
      .then(() => undefined, this.onFault)
      .finally(() => this.taking.delete(stream));
    this.taking.set(stream, taken);
  }

  /** Resolves when no snapshot is being taken any more. */
  async settled(): Promise<void> {
    while (this.taking.size > 0) await Promise.all(this.taking.values());
  }

  /**
   * What lies beyond the limit shows the stream's beginning; nothing at all may be what is left of
   * it.
   */
  private async demandNothingLost(stream: string, limit: FoldLimit): Promise<void> {
    const isAll = Object.keys(limit).length === 0;
    await (isAll ? demandNeverWritten : demandBeginning)(this.store, stream);
  }

  /** Undefined when the log does not have the event that the snapshot was taken at. */
  private async readOn<State, Event>(
    fold: Fold<State, Event>,
    stream: string,
    { base, next }: Beginning,
    limit: FoldLimit,
    follower: FoldFollower | undefined,
  ): Promise<Folded<State> | undefined> {
    // Under this fold's hash lies what this very fold has made.
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
      // A long stream lets others have their turn.
      if (stored.revision % EVENTS_PER_TURN === EVENTS_PER_TURN - 1) await setImmediate();
      series?.add(folded, stored);
    }
    return isConfirmed ? folded : undefined;
  }
}

/** New snapshots at the end of a series, a batch of events at a time. */
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

/** Whether a fold ends with this very event, as far as ids and hash chains can tell. */
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
