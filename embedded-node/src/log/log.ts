// Streams and events in SQLite: append-only by trigger, positions without gaps, head revisions in
// memory. Everything here is synchronous and runs on the node's own thread.
import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import { BoundedMap } from './bounded-map.js';
import { prepareStatements } from './log-statements.js';
import { type LoggedEvent, type ProposedEvent, TOMBSTONE_REVISION } from './logged-event.js';
import { RecentEvents, sizeOf } from './recent-events.js';

/** The end of a stream. */
export interface Head {
  readonly streamId: number;
  /** Of the last event, not counting a tombstone; −1 when there is none. */
  readonly revision: number;
  readonly isTombstoned: boolean;
}

export interface EventPlace {
  readonly id: string;
  readonly stream: string;
  readonly revision: number;
  readonly position: number;
}

/**
 * From one event's position to the next one's. There are places in between at which no event begins,
 * as in the real server's log, whose positions are bytes.
 */
export const POSITION_STEP = 64;

/** How many heads stay in memory, those used last. */
const HEADS = 200_000;

/** A page ends early when its events are large: of many slow readers, each holds one. */
const PAGE_BYTES = 1024 * 1024;

export class Log {
  private readonly heads = new BoundedMap<string, Head | null>(HEADS);
  private lastPosition: number;
  private readonly scavengedEvents: number;
  private readonly recent = new RecentEvents(POSITION_STEP);
  private readonly statements: ReturnType<typeof prepareStatements>;

  constructor(private readonly file: DatabaseSync) {
    this.statements = prepareStatements(file);
    this.lastPosition = Number(this.statements.lastPosition.get()?.['position'] ?? 0);
    this.scavengedEvents = Number(this.statements.allScavenged.get()?.['events'] ?? 0);
  }

  /** The position of the last event; 0 for an empty log. */
  get end(): number {
    return this.lastPosition;
  }

  /** Known without counting: every place up to the end has its event, or a scavenge took it. */
  get eventCount(): number {
    return this.lastPosition / POSITION_STEP - this.scavengedEvents;
  }

  /** How far the system projections have come; set only inside a transaction. */
  get projected(): number {
    return Number(this.statements.projected.get()?.['position'] ?? 0);
  }

  set projected(position: number) {
    this.statements.setProjected.run(position);
  }

  /** Null for a stream that never was. */
  head(stream: string): Head | null {
    const known = this.heads.get(stream);
    if (known !== undefined) return known;
    const row = this.statements.streamId.get(stream);
    const head = row === undefined ? null : this.coldHead(Number(row['id']));
    this.heads.set(stream, head);
    return head;
  }

  /**
   * Runs `work`, whose appends become durable together when this returns, or not at all when it
   * throws.
   */
  transaction<Result>(work: () => Result): Result {
    const positionBefore = this.lastPosition;
    this.file.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      this.file.exec('COMMIT');
      return result;
    } catch (error) {
      this.lastPosition = positionBefore;
      this.heads.clear();
      this.recent.clear();
      // A disk that is full may have made SQLite roll back already.
      if (this.file.isTransaction) this.file.exec('ROLLBACK');
      throw error;
    }
  }

  /** Appends to the end of a stream; only inside a transaction. Gives the last event's position. */
  append(stream: string, events: readonly ProposedEvent[], createdMs: number): number {
    const head = this.head(stream) ?? this.createStream(stream);
    const { streamId } = head;
    let { revision } = head;
    for (const event of events) {
      revision += 1;
      this.insert(stream, streamId, BigInt(revision), event, createdMs);
    }
    this.heads.set(stream, { streamId, revision, isTombstoned: false });
    return this.lastPosition;
  }

  /** Ends a stream for ever; only inside a transaction. Gives the tombstone's position. */
  tombstone(stream: string, event: ProposedEvent, createdMs: number): number {
    const { streamId, revision } = this.head(stream) ?? this.createStream(stream);
    this.insert(stream, streamId, BigInt(TOMBSTONE_REVISION), event, createdMs);
    this.heads.set(stream, { streamId, revision, isTombstoned: true });
    return this.lastPosition;
  }

  /** Events of a stream from a revision upwards: at least one, if there is one, and at most a page. */
  forwards(streamId: number, from: bigint, maxCount: number): LoggedEvent[] {
    return pageOf(this.statements.forwards.iterate(streamId, from, maxCount));
  }

  /** Events of a stream from a revision downwards, at most a page. */
  backwards(streamId: number, from: bigint, maxCount: number): LoggedEvent[] {
    return pageOf(this.statements.backwards.iterate(streamId, from, maxCount));
  }

  eventAt(streamId: number, revision: bigint): LoggedEvent | undefined {
    const row = this.statements.eventAt.get(streamId, revision);
    return row === undefined ? undefined : eventOf(row);
  }

  /**
   * Whether an event begins at this position, or did until a scavenge: whoever had come as far as
   * that event goes on from there.
   */
  isPosition(position: number): boolean {
    return position > 0 && position <= this.lastPosition && position % POSITION_STEP === 0;
  }

  allForwards(from: number, maxCount: number): LoggedEvent[] {
    const recent = this.recent.from(from, maxCount);
    if (recent !== undefined) return recent;
    return pageOf(this.statements.allForwards.iterate(from, maxCount));
  }

  allBackwards(from: number, maxCount: number): LoggedEvent[] {
    return pageOf(this.statements.allBackwards.iterate(from, maxCount));
  }

  /** Where the newest events are, newest first, without what they say: that may be a lot. */
  newest(maxCount: number): EventPlace[] {
    return this.statements.newest.all(maxCount).map(placeOf);
  }

  /** Where the events of a stream are from a revision upwards, however large they are. */
  places(streamId: number, from: bigint, maxCount: number): EventPlace[] {
    return this.statements.places.all(streamId, from, maxCount).map(placeOf);
  }

  close(): void {
    this.file.close();
  }

  private createStream(stream: string): Head {
    const { lastInsertRowid } = this.statements.createStream.run(stream);
    return { streamId: Number(lastInsertRowid), revision: -1, isTombstoned: false };
  }

  private insert(
    stream: string,
    streamId: number,
    revision: bigint,
    event: ProposedEvent,
    createdMs: number,
  ): void {
    const { id, type, isJson, data, metadata } = event;
    const position = this.lastPosition + POSITION_STEP;
    const json = isJson ? 1 : 0;
    this.statements.insert.run(
      position,
      streamId,
      revision,
      id,
      type,
      json,
      createdMs,
      data,
      metadata,
    );
    this.lastPosition = position;
    this.recent.add({
      position,
      stream,
      revision: String(revision),
      id,
      type,
      isJson,
      createdMs,
      data,
      metadata,
    });
  }

  private coldHead(streamId: number): Head {
    const rows = this.statements.lastRevisions.all(streamId);
    const isTombstoned = rows[0]?.['revision'] === TOMBSTONE_REVISION;
    const last = isTombstoned ? rows[1] : rows[0];
    const revision = Number(last?.['revision'] ?? this.scavengedBefore(streamId) - 1);
    return { streamId, revision, isTombstoned };
  }

  /** The first revision that no scavenge has taken away. */
  private scavengedBefore(streamId: number): number {
    return Number(this.statements.scavenged.get(streamId)?.['before'] ?? 0);
  }
}

type Row = Record<string, SQLOutputValue>;

function pageOf(rows: Iterable<Row>): LoggedEvent[] {
  const page: LoggedEvent[] = [];
  let bytes = 0;
  for (const row of rows) {
    const event = eventOf(row);
    page.push(event);
    bytes += sizeOf(event);
    if (bytes >= PAGE_BYTES) break;
  }
  return page;
}

function placeOf(row: Row): EventPlace {
  return {
    id: String(row['id']),
    stream: String(row['stream']),
    revision: Number(row['revision']),
    position: Number(row['position']),
  };
}

function eventOf(row: Row): LoggedEvent {
  return {
    position: Number(row['position']),
    stream: String(row['stream']),
    revision: String(row['revision']),
    id: String(row['id']),
    type: String(row['type']),
    isJson: row['json'] === 1,
    createdMs: Number(row['created']),
    data: bytesOf(row['data']),
    metadata: bytesOf(row['meta']),
  };
}

const NO_BYTES = new Uint8Array();

function bytesOf(value: SQLOutputValue | undefined): Uint8Array {
  return value instanceof Uint8Array ? value : NO_BYTES;
}
