// Streams and events in SQLite: append-only by trigger, positions without gaps, head revisions in
// memory. All operations are synchronous, on the node's own thread.
import type { DatabaseSync } from 'node:sqlite';
import { BoundedMap } from './bounded-map.js';
import { checksumOf, NOTHING_BEFORE } from './checksum.js';
import { keepEnds } from './kept-ends.js';
import { eventsInHoles, isCheckedAtOpen } from './log-contents.js';
import { isCorrupt } from './log-damage.js';
import { POSITION_STEP } from './log-format.js';
import { type DamageListener, LogReader } from './log-reader.js';
import { prepareStatements, type Statements } from './log-statements.js';
import { type LoggedEvent, type ProposedEvent, TOMBSTONE_REVISION } from './logged-event.js';
import { openEnds } from './open-ends.js';
import { RecentEvents, sizeOf } from './recent-events.js';
import type { Head, StreamEnds } from './stream-ends.js';
import type { UnreadIndex } from './unread-index.js';
import { Witness } from './witness.js';

export { POSITION_STEP } from './log-format.js';
export type { Head } from './stream-ends.js';

export interface EventPlace {
  readonly id: string;
  readonly stream: string;
  readonly revision: number;
  readonly position: number;
}

/** Number of streams whose numbers stay in memory, least recently used first out. */
const NAMES = 50_000;

/** After so many events, the ends are kept again: a start after a kill reads at most these. */
const KEPT_EVERY = 250_000;

/** Bytes of the newest events that the start reads and verifies to load their ids. */
const NEWEST_BYTES = 32 * 1024 * 1024;

/** @throws LogDamageError in every method that reads, and in the constructor */
export class Log {
  /** The number of each stream; null for an unknown one. */
  private readonly names = new BoundedMap<string, number | null>(NAMES);
  private readonly ends: StreamEnds;
  private lastPosition: number;
  /** The checksum of the last event, for the next one's chain. */
  private lastSum: number;
  private readonly scavengedEvents: number;
  private readonly recent = new RecentEvents(POSITION_STEP);
  private readonly statements: Statements;
  private readonly reader: LogReader;
  private readonly witness: Witness | undefined;
  /** The indexes that the start did not read, until they have been read. */
  private unread: UnreadIndex | undefined;
  /** The position up to which the ends were kept last. */
  private keptAt: number;

  constructor(
    private readonly file: DatabaseSync,
    onDamage: DamageListener = () => undefined,
  ) {
    this.statements = prepareStatements(file);
    this.reader = new LogReader(file, this.statements, onDamage);
    const last = this.reader.last();
    this.lastPosition = last?.event.position ?? 0;
    this.lastSum = last?.sum ?? NOTHING_BEFORE;
    const opened = this.reader.reading('the ends of its streams', () => openEnds(file, this.end));
    this.ends = opened.ends;
    this.unread = opened.unread;
    this.keptAt = this.lastPosition;
    this.scavengedEvents = eventsInHoles(file);
    const path = file.location();
    this.witness = path === null ? undefined : new Witness(path);
  }

  /** The position of the last event; 0 for an empty log. */
  get end(): number {
    return this.lastPosition;
  }

  /**
   * Computed without counting: every position up to the end has an event, or a scavenge removed it.
   */
  get eventCount(): number {
    return this.lastPosition / POSITION_STEP - this.scavengedEvents;
  }

  /** The position of the system projections. Set it only inside a transaction. */
  get projected(): number {
    return this.reader.projected();
  }

  set projected(position: number) {
    this.statements.setProjected.run({ position });
  }

  /** Null for a stream that never existed. */
  head(stream: string): Head | null {
    let streamId = this.names.get(stream);
    if (streamId === undefined) {
      streamId = this.reader.streamId(stream) ?? this.absent(stream);
      this.names.set(stream, streamId);
    }
    const end = streamId === null ? undefined : this.ends.get(streamId);
    return end === undefined || streamId === null ? null : { stream, streamId, ...end };
  }

  /**
   * Runs `work`. Its appends become durable together when this returns, or not at all when it
   * throws.
   */
  transaction<Result>(work: () => Result): Result {
    const { lastPosition, lastSum } = this;
    this.file.exec('BEGIN IMMEDIATE');
    let result: Result;
    try {
      result = work();
      if (this.lastPosition !== lastPosition) this.witness?.prepare();
      this.file.exec('COMMIT');
    } catch (error) {
      this.lastPosition = lastPosition;
      this.lastSum = lastSum;
      this.ends.takeBackChanges();
      this.names.clear();
      this.recent.clear();
      // A full disk may have made SQLite roll back already.
      if (this.file.isTransaction) this.file.exec('ROLLBACK');
      if (isCorrupt(error)) throw this.reader.damage(`a write: ${error.message}`, error);
      throw error;
    }
    this.ends.keepChanges();
    if (this.lastPosition !== lastPosition) {
      this.witness?.keep({ position: this.lastPosition, sum: this.lastSum });
    }
    if (this.lastPosition - this.keptAt >= KEPT_EVERY * POSITION_STEP) this.keepEnds();
    return result;
  }

  /**
   * Reads a part of the indexes that the start did not read; false when nothing is left to read.
   * Damage is reported, and ends it.
   */
  readIndexOn(): boolean {
    const { unread } = this;
    if (unread === undefined) return false;
    const hasMore = this.reader.reading('the index', () => unread.readOn());
    if (!hasMore) this.unread = undefined;
    return hasMore;
  }

  /** Appends to a stream; only inside a transaction. Returns the last event's position. */
  append(stream: string, events: readonly ProposedEvent[], createdMs: number): number {
    const { streamId, revision } = this.head(stream) ?? this.createStream(stream);
    let last = revision;
    for (const event of events) {
      last += 1;
      this.insert(stream, streamId, String(last), event, createdMs);
    }
    this.ends.set(streamId, { revision: last, isTombstoned: false });
    return this.lastPosition;
  }

  /** Ends a stream for ever; only inside a transaction. Returns the tombstone's position. */
  tombstone(stream: string, event: ProposedEvent, createdMs: number): number {
    const { streamId, revision } = this.head(stream) ?? this.createStream(stream);
    this.insert(stream, streamId, TOMBSTONE_REVISION, event, createdMs);
    this.ends.set(streamId, { revision, isTombstoned: true });
    return this.lastPosition;
  }

  /**
   * Events of a stream from a revision upwards: at most a page, and at least one if there is one.
   */
  forwards(head: Head, from: bigint, maxCount: number): LoggedEvent[] {
    return this.reader.forwards(head, from, maxCount);
  }

  /** Events of a stream from a revision downwards, at most a page. */
  backwards(head: Head, from: bigint, maxCount: number): LoggedEvent[] {
    return this.reader.backwards(head, from, maxCount);
  }

  eventAt(head: Head, revision: bigint): LoggedEvent | undefined {
    return this.reader.eventAt(head, revision);
  }

  /**
   * Whether an event is or was at this position: a reader continues even after a scavenged event.
   */
  isPosition(position: number): boolean {
    return position > 0 && position <= this.lastPosition && position % POSITION_STEP === 0;
  }

  allForwards(from: number, maxCount: number): LoggedEvent[] {
    const recent = this.recent.from(from, maxCount);
    if (recent !== undefined) return recent;
    return this.reader.allForwards(from, maxCount, this.end);
  }

  allBackwards(from: number, maxCount: number): LoggedEvent[] {
    return this.reader.allBackwards(from, maxCount, this.end);
  }

  /** The places of the newest events, newest first, up to a size limit. */
  *newest(maxCount: number): Generator<EventPlace> {
    let count = 0;
    let bytes = 0;
    for (let next = this.end; count < maxCount && bytes < NEWEST_BYTES;) {
      const page = this.allBackwards(next, Math.min(NEWEST_PAGE, maxCount - count));
      for (const event of page) {
        bytes += sizeOf(event);
        count += 1;
        yield placeOf(event);
      }
      const last = page.at(-1);
      if (last === undefined) return;
      next = last.position - 1;
    }
  }

  /** The places of a stream's events from a revision upwards, regardless of their size. */
  places(head: Head, from: bigint, maxCount: number): EventPlace[] {
    const places: EventPlace[] = [];
    for (let next = from; places.length < maxCount;) {
      const page = this.forwards(head, next, maxCount - places.length);
      for (const event of page) places.push(placeOf(event));
      const last = page.at(-1);
      if (last === undefined || last.revision === TOMBSTONE_REVISION) break;
      next = BigInt(last.revision) + 1n;
    }
    return places;
  }

  close(): void {
    this.keepEnds();
    this.file.close();
    this.witness?.close();
  }

  /** Null for a stream that the index of names does not have. */
  private absent(stream: string): null {
    const { unread } = this;
    if (unread !== undefined) this.reader.reading('its name', () => unread.demandAbsent(stream));
    return null;
  }

  /** Of a large log. They are only a help for the next start: a full disk does no harm. */
  private keepEnds(): void {
    const { lastPosition: position, lastSum: sum, scavengedEvents: scavenged } = this;
    this.keptAt = position;
    try {
      const path = this.file.location();
      if (path === null || isCheckedAtOpen(this.file)) return;
      keepEnds(path, { position, sum, scavenged, ...this.ends.contents(this.file) });
    } catch {
      // The next start reads the index.
    }
  }

  private createStream(stream: string): Head {
    const streamId = Number(this.statements.createStream.run(stream).lastInsertRowid);
    this.names.set(stream, streamId);
    return { stream, streamId, revision: -1, isTombstoned: false };
  }

  private insert(
    stream: string,
    streamId: number,
    revision: string,
    proposed: ProposedEvent,
    createdMs: number,
  ): void {
    const { id, type, isJson, data, metadata } = proposed;
    const position = this.lastPosition + POSITION_STEP;
    const event = { position, stream, revision, id, type, isJson, createdMs, data, metadata };
    const sum = checksumOf(event, this.lastSum);
    this.statements.insert.run(
      position,
      streamId,
      BigInt(revision),
      id,
      type,
      isJson ? 1 : 0,
      createdMs,
      this.lastSum,
      sum,
      data,
      metadata,
    );
    this.lastPosition = position;
    this.lastSum = sum;
    this.recent.add(event);
  }
}

/** Number of newest events read at once. */
const NEWEST_PAGE = 256;

function placeOf({ id, stream, revision, position }: LoggedEvent): EventPlace {
  return { id, stream, revision: Number(revision), position };
}
