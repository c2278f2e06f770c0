// Compares snapshots with the log during a full read: each must equal the fold of the events before
// it. A snapshot of another log is only counted, because loading would ignore it.
import { isDeepStrictEqual } from 'node:util';
import { markOf } from '../processed-commands.js';
import { IncompleteHistoryError } from '../../event-store/errors.js';
import { type Fold, type Folded, foldOn, nothingFolded } from '../folding.js';
import { UnreadableEventError } from '../../event-store/recorded.js';
import type { Snapshots } from './snapshots.js';
import type { StoredEvent } from '../../event-store/stored-event.js';
import { isOfStore } from '../../event-store/stream-removal.js';

export type CheckableSnapshots = Pick<Snapshots, 'streams' | 'beginning' | 'marksUpTo'>;

interface Findings {
  /** Number of compared snapshots. */
  checked: number;
  /** Number of streams whose snapshots this log does not confirm. */
  ofOtherLogs: number;
  /** One line for each difference, with its place. */
  readonly differences: string[];
}

export class SnapshotCheck {
  readonly findings: Findings = { checked: 0, ofOtherLogs: 0, differences: [] };
  private readonly series = new Map<string, { follow(stored: StoredEvent): boolean }>();

  constructor(private readonly snapshots: CheckableSnapshots) {}

  /** Adds all snapshots of this fold. */
  of<State, Event>(fold: Fold<State, Event>): this {
    for (const { stream, lastRevision } of this.snapshots.streams(fold.foldHash)) {
      const series = new CheckedSeries(this.snapshots, fold, stream, lastRevision, this.findings);
      this.series.set(stream, series);
    }
    return this;
  }

  /** Passes on the events of the log, which must start at its beginning. */
  async *watch(events: AsyncIterable<StoredEvent>): AsyncGenerator<StoredEvent, void, undefined> {
    for await (const stored of events) {
      // A tombstone is in the stream that it ends.
      const series = isOfStore(stored) ? undefined : this.series.get(stored.stream);
      const goesOn = series?.follow(stored);
      if (goesOn === false) this.series.delete(stored.stream);
      yield stored;
    }
    // These snapshots end after the log's last event.
    this.findings.ofOtherLogs += this.series.size;
  }
}

class CheckedSeries<State, Event> {
  private readonly marks: number[] = [];
  private folded: Folded<State>;
  private next: number | undefined;

  constructor(
    private readonly snapshots: CheckableSnapshots,
    private readonly fold: Fold<State, Event>,
    private readonly stream: string,
    private readonly lastRevision: number,
    private readonly findings: Findings,
  ) {
    this.folded = nothingFolded(fold);
    this.next = snapshots.beginning(fold.foldHash, stream, { revision: -1 }).next;
  }

  /** False when the rest of the stream needs no comparison. */
  follow(stored: StoredEvent): boolean {
    try {
      this.folded = foldOn(this.fold, this.folded, stored);
    } catch (error) {
      // Every fold stops at this event, so no snapshot exists beyond it.
      if (error instanceof UnreadableEventError || error instanceof IncompleteHistoryError) {
        return false;
      }
      throw error;
    }
    const { revision, metadata } = stored;
    this.marks.push(markOf(metadata.commandId));
    const agrees = revision !== this.next || this.compare(revision);
    return agrees && revision < this.lastRevision;
  }

  /** False for a snapshot of another log. */
  private compare(revision: number): boolean {
    const { fold, stream, folded, findings } = this;
    const { base, next } = this.snapshots.beginning(fold.foldHash, stream, { revision });
    this.next = next;
    // The snapshot may have been discarded since.
    if (base?.folded.revision !== revision) return true;
    if (base.folded.eventId !== folded.eventId || base.folded.chain !== folded.chain) {
      findings.ofOtherLogs += 1;
      return false;
    }
    findings.checked += 1;
    const where = `snapshot of ${stream}@${revision}`;
    if (!isDeepStrictEqual(base.folded, folded)) {
      findings.differences.push(`${where} differs from its fold`);
    }
    if (revision === this.lastRevision && !this.knowsItsCommands()) {
      findings.differences.push(`${where} has other commands than the log`);
    }
    return true;
  }

  private knowsItsCommands(): boolean {
    const marks = this.snapshots.marksUpTo(this.fold.foldHash, this.stream, this.lastRevision);
    return marks === undefined || isDeepStrictEqual([...marks], this.marks);
  }
}
