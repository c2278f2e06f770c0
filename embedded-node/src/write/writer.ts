// Every write of the node: appends, soft deletes and tombstones. All writes that arrive during a
// commit share the next transaction, so one `fsync` serves them all. Each is answered after its
// commit is on disk.
import { randomUUID } from 'node:crypto';
import { type Expectation, meets } from './expectation.js';
import { jsonObjectOf } from '../log/json-object.js';
import { type Log, POSITION_STEP } from '../log/log.js';
import type { ProposedEvent } from '../log/logged-event.js';
import type { Activity } from '../operations/activity.js';
import { BackgroundWork } from './background-work.js';
import { RecentIds } from './recent-ids.js';
import { repetitionOf } from './repetition.js';
import { DELETED_TB, isMetadataStream, metadataStreamOf } from '../log/stream-metadata.js';
import type { StreamState, Streams } from '../log/streams.js';
import { LogDamageError, StreamDeleted, WriteFailed, WrongExpectedVersion } from '../errors.js';
import { reasonOf } from '../reason-of.js';

export interface Written {
  /** Revision of the last event; null for a stream that has none. */
  readonly revision: number | null;
  /** Null for a repetition whose events are no longer visible. */
  readonly position: number | null;
}

interface Pending {
  readonly work: () => Written;
  /** At least one for a write of a client, none for the node's own work. */
  readonly clientEvents: number;
  readonly resolve: (written: Written) => void;
  readonly reject: (error: unknown) => void;
}

/** How long a commit waits for as many writes as the last one had, in milliseconds. */
const PATIENCE_MS = 1;

type WriteOutcome = { readonly written: Written } | { readonly error: unknown };

export class Writer {
  private pending: Pending[] = [];
  private isScheduled = false;
  private readonly background = new BackgroundWork<Pending>(() => {
    if (!this.isScheduled) this.commit();
  });
  /** Number of clients' writes in the last commit. */
  private lastBatch = 0;
  private patience: NodeJS.Timeout | undefined;
  private readonly listeners = new Set<() => void>();
  private readonly recent: RecentIds;
  private emptyAt = 0;
  private emptyWrites = 0;

  constructor(
    private readonly log: Log,
    private readonly streams: Streams,
    private readonly nowMs: () => number,
    private readonly activity: Activity,
  ) {
    this.recent = new RecentIds(log);
  }

  /** @throws WrongExpectedVersion, StreamDeleted, WriteFailed */
  append(
    stream: string,
    events: readonly ProposedEvent[],
    expected: Expectation,
  ): Promise<Written> {
    const work = () => this.appendNow(stream, events, expected);
    return this.enqueueOfClient(work, events.length);
  }

  /**
   * Hides all events of a stream. A later append makes it visible again, and its revisions
   * continue.
   */
  softDelete(stream: string, expected: Expectation): Promise<Written> {
    return this.enqueueOfClient(() => this.softDeleteNow(stream, expected));
  }

  /** Ends a stream for ever. */
  tombstone(stream: string, expected: Expectation): Promise<Written> {
    return this.enqueueOfClient(() => this.tombstoneNow(stream, expected));
  }

  /** The node's own work, in the next transaction, without expected revisions. */
  async system(work: () => void): Promise<void> {
    await this.enqueue(ofNode(work));
  }

  /** How many events one background work should write; undefined while no client writes. */
  get backgroundShare(): number | undefined {
    return this.background.share;
  }

  /**
   * As `system`, for work that can wait. While clients write, one such work at a time joins a
   * commit of theirs, so that they do not wait for one more `fsync`.
   */
  async inBackground(work: () => void): Promise<void> {
    if (!this.background.areClientsWriting) return this.system(work);
    await new Promise<Written>((resolve, reject) => {
      this.background.add({ work: ofNode(work), clientEvents: 0, resolve, reject });
    });
  }

  /**
   * Appends within the work of `system`. Demand before that the stream is not tombstoned: what was
   * appended before an error stays.
   */
  appendWithin(stream: string, events: readonly ProposedEvent[]): Written {
    return this.appendNow(stream, events, 'any');
  }

  /** Calls back after each commit. Returns a function that unsubscribes. */
  onCommit(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private enqueueOfClient(work: () => Written, events = 1): Promise<Written> {
    this.background.clientWrites();
    return this.enqueue(work, Math.max(1, events));
  }

  private enqueue(work: () => Written, clientEvents = 0): Promise<Written> {
    return new Promise((resolve, reject) => {
      this.pending.push({ work, clientEvents, resolve, reject });
      if (!this.isScheduled) {
        this.isScheduled = true;
        // The sockets are read once more before this runs, so waiting writes join the commit.
        setImmediate(() => this.commitOrWait());
      } else if (this.patience !== undefined && this.isGathered()) this.commit();
    });
  }

  /**
   * When many clients write, those that the last commit answered are about to write again. A short
   * wait gathers their writes in one commit. A single writer never waits.
   */
  private commitOrWait(): void {
    if (this.isGathered()) this.commit();
    else this.patience = setTimeout(() => this.commit(), PATIENCE_MS);
  }

  private isGathered(): boolean {
    return this.pending.length >= this.lastBatch;
  }

  private commit(): void {
    clearTimeout(this.patience);
    this.patience = undefined;
    this.isScheduled = false;
    const batch = [...this.pending, ...this.background.take()];
    this.pending = [];
    const ofClients = batch.map(({ clientEvents }) => clientEvents).filter((events) => events > 0);
    this.lastBatch = ofClients.length;
    this.background.committed(ofClients.reduce((sum, events) => sum + events, 0));
    let outcomes: WriteOutcome[];
    try {
      outcomes = this.log.transaction(() => batch.map(({ work }) => this.outcomeOf(work)));
    } catch (cause) {
      this.activity.failedCommits.add(1);
      this.recent.clear();
      this.streams.forgetMetadata();
      const error =
        cause instanceof LogDamageError
          ? cause
          : new WriteFailed(`The log could not be written: ${reasonOf(cause)}`, { cause });
      for (const { reject } of batch) reject(error);
      return;
    }
    this.activity.commits.add(1);
    this.activity.writes.add(batch.length);
    batch.forEach(({ resolve, reject }, index) => {
      const outcome = outcomes[index];
      if (outcome !== undefined && 'written' in outcome) resolve(outcome.written);
      else reject(outcome?.error);
    });
    for (const listener of this.listeners) listener();
  }

  private outcomeOf(work: () => Written): WriteOutcome {
    const { end } = this.log;
    try {
      return { written: work() };
    } catch (error) {
      const isRefused = error instanceof WrongExpectedVersion || error instanceof StreamDeleted;
      // Damage found before this write changed anything concerns only this write.
      const hasMetDamage = error instanceof LogDamageError && this.log.end === end;
      if (isRefused || hasMetDamage) return { error };
      throw error;
    }
  }

  private appendNow(
    stream: string,
    events: readonly ProposedEvent[],
    expected: Expectation,
  ): Written {
    const state = this.writable(stream, expected);
    const { view } = state;
    const current = view?.head.revision ?? null;
    const repeated = repetitionOf(this.log, this.recent, view, stream, events, expected);
    if (repeated === 'partly') throw new WrongExpectedVersion(stream, expected, current);
    if (repeated !== null) return repeated;
    if (!meets(expected, state, events.length === 0)) {
      throw new WrongExpectedVersion(stream, expected, current);
    }
    const original = isMetadataStream(stream) ? stream.slice(2) : undefined;
    const wasDeleted = original !== undefined && this.streams.isSoftDeleted(original);
    const written = this.write(stream, events, current);
    if (original !== undefined) this.streams.forgetMetadata(original);
    // Setting metadata on a soft-deleted stream must not make its events visible: `$tb` is added.
    if (original !== undefined && wasDeleted) this.truncateAtEnd(original);
    // After a soft delete, only the new events of the stream are visible.
    else if (state.isSoftDeleted) this.truncate(stream, (current ?? -1) + 1);
    return written;
  }

  /**
   * A stream that accepts writes.
   *
   * @throws StreamDeleted
   */
  private writable(stream: string, expected: Expectation): StreamState {
    const state = this.streams.state(stream);
    const isDeleted = expected === 'exists' && state.isSoftDeleted;
    if (isDeleted || this.streams.isOverForWriters(stream)) throw new StreamDeleted(stream);
    return state;
  }

  private write(stream: string, events: readonly ProposedEvent[], current: number | null): Written {
    if (events.length === 0) return this.writtenNothing(current);
    const position = this.log.append(stream, events, this.nowMs());
    const revision = (current ?? -1) + events.length;
    this.recent.add(stream, events, position);
    return { revision, position };
  }

  /** An append of nothing gets a position between the last event and the next. */
  private writtenNothing(current: number | null): Written {
    if (this.emptyAt !== this.log.end) this.emptyWrites = 0;
    this.emptyAt = this.log.end;
    this.emptyWrites = Math.min(this.emptyWrites + 1, POSITION_STEP - 1);
    return { revision: current, position: this.log.end + this.emptyWrites };
  }

  private softDeleteNow(stream: string, expected: Expectation): Written {
    const state = this.writable(stream, expected);
    const current = state.view?.head.revision ?? null;
    const isThere = state.view !== null || state.hasMetadata;
    if (!isThere || !meets(expected, state)) {
      throw new WrongExpectedVersion(stream, expected, current);
    }
    const metadataStream = metadataStreamOf(stream);
    if (this.streams.isTombstoned(metadataStream)) throw new StreamDeleted(metadataStream);
    const position = this.writeMetadata(stream, `{"$tb":${DELETED_TB}}`);
    return { revision: current, position };
  }

  private tombstoneNow(stream: string, expected: Expectation): Written {
    const state = this.writable(stream, expected);
    const current = state.view?.head.revision ?? null;
    if (!meets(expected, state)) throw new WrongExpectedVersion(stream, expected, current);
    const event = { ...systemEvent('$streamDeleted', ''), isJson: false };
    const position = this.log.tombstone(stream, event, this.nowMs());
    if (isMetadataStream(stream)) this.streams.forgetMetadata(stream.slice(2));
    return { revision: current, position };
  }

  private truncateAtEnd(stream: string): void {
    this.truncate(stream, (this.streams.view(stream)?.head.revision ?? -1) + 1);
  }

  /** The other metadata stays unchanged. */
  private truncate(stream: string, firstVisible: number): void {
    const event = this.streams.metadataEvent(stream);
    const json = event && jsonObjectOf(event.data);
    if (json === undefined) return;
    this.writeMetadata(stream, JSON.stringify({ ...json, $tb: firstVisible }));
  }

  private writeMetadata(stream: string, json: string): number {
    const events = [systemEvent('$metadata', json)];
    const position = this.log.append(metadataStreamOf(stream), events, this.nowMs());
    this.streams.forgetMetadata(stream);
    return position;
  }
}

function systemEvent(type: string, json: string): ProposedEvent {
  const data = Buffer.from(json, 'utf8');
  return { id: randomUUID(), type, isJson: true, data, metadata: new Uint8Array() };
}

function ofNode(work: () => void): () => Written {
  return () => {
    work();
    return { revision: null, position: null };
  };
}
