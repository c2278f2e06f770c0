// Reads stored events and verifies them: each event by its checksum, `$all` by positions and the
// chain of checksums, a stream by revisions without gaps up to its end.
import type { DatabaseSync } from 'node:sqlite';
import { NOTHING_BEFORE } from './checksum.js';
import { isDamage } from './log-damage.js';
import { POSITION_STEP } from './log-format.js';
import type { Statements } from './log-statements.js';
import { type LoggedEvent, TOMBSTONE_REVISION } from './logged-event.js';
import { sizeOf } from './recent-events.js';
import { NEXT_COLUMN, placeOf, type Row, soundEventOf, type StoredEvent } from './stored-row.js';
import type { Head } from './stream-ends.js';
import { DamageFound, LogDamageError } from '../errors.js';

/** A page of large events ends early, because each slow reader holds one page in memory. */
const PAGE_BYTES = 1024 * 1024;

/** Called for each damage that a read finds, before the error is thrown. */
export type DamageListener = (damage: LogDamageError) => void;

export class LogReader {
  private readonly path: string;

  constructor(
    file: DatabaseSync,
    private readonly statements: Statements,
    private readonly onDamage: DamageListener,
  ) {
    this.path = file.location() ?? 'the log in memory';
  }

  /**
   * At most a page, and at least one event if there is one.
   *
   * @throws LogDamageError
   */
  forwards(head: Head, from: bigint, maxCount: number, maxBytes = PAGE_BYTES): LoggedEvent[] {
    return this.reading(`${this.nameOf(head)} from revision ${from}`, () => {
      const rows = this.statements.forwards.iterate(head.streamId, from, maxCount);
      let expected = Number(from);
      const { events, isWhole } = pageOf(rows, maxCount, maxBytes, (row) => {
        const { event } = soundEventOf(row, head.stream);
        expected = this.demandRevision(head, event, expected);
        return event;
      });
      if (isWhole) this.demandEnd(head, expected);
      return events;
    });
  }

  /** @throws LogDamageError */
  backwards(head: Head, from: bigint, maxCount: number): LoggedEvent[] {
    return this.reading(`${this.nameOf(head)} back from revision ${from}`, () => {
      const rows = this.statements.backwards.iterate(head.streamId, from, maxCount);
      let expected = from > BigInt(head.revision) ? head.revision : Number(from);
      const { events, isWhole } = pageOf(rows, maxCount, PAGE_BYTES, (row) => {
        const { event } = soundEventOf(row, head.stream);
        if (event.revision === TOMBSTONE_REVISION) return event;
        if (Number(event.revision) !== expected) this.missing(head, expected);
        expected -= 1;
        return event;
      });
      if (isWhole && expected >= this.scavengedBefore(head.streamId)) this.missing(head, expected);
      return events;
    });
  }

  /**
   * Undefined if a scavenge removed it or it never existed.
   *
   * @throws LogDamageError
   */
  eventAt(head: Head, revision: bigint): LoggedEvent | undefined {
    return this.reading(`${this.nameOf(head)}, revision ${revision}`, () => {
      const row = this.statements.eventAt.get(head.streamId, revision);
      if (row !== undefined) return soundEventOf(row, head.stream).event;
      const isTombstone = head.isTombstoned && String(revision) === TOMBSTONE_REVISION;
      const isWithin = revision >= 0n && revision <= BigInt(head.revision);
      if (isTombstone) this.missing(head, revision);
      if (isWithin && revision >= this.scavengedBefore(head.streamId)) this.missing(head, revision);
      return undefined;
    });
  }

  /** @param end the position of the log's last event @throws LogDamageError */
  allForwards(from: number, maxCount: number, end: number): LoggedEvent[] {
    return this.reading(`$all from position ${from}`, () => {
      let expected = Math.max(POSITION_STEP, Math.ceil(from / POSITION_STEP) * POSITION_STEP);
      let before = expected === POSITION_STEP ? NOTHING_BEFORE : undefined;
      const rows = this.statements.allForwards.iterate(from, maxCount);
      const { events, isWhole } = pageOf(rows, maxCount, PAGE_BYTES, (row) => {
        const stored = soundEventOf(row, streamIn(row));
        const { position } = stored.event;
        if (position !== expected) {
          const last = this.holeAt(expected)?.last;
          if (last === undefined || last + POSITION_STEP !== position) absent(expected);
          before = undefined;
        }
        if (before !== undefined && stored.before !== before) unchained(stored);
        before = stored.sum;
        expected = position + POSITION_STEP;
        return stored.event;
      });
      if (isWhole && expected <= end) absent(expected);
      return events;
    });
  }

  /** @param end the position of the log's last event @throws LogDamageError */
  allBackwards(from: number, maxCount: number, end: number): LoggedEvent[] {
    return this.reading(`$all back from position ${from}`, () => {
      let expected = Math.floor(Math.min(from, end) / POSITION_STEP) * POSITION_STEP;
      let later: StoredEvent | undefined;
      const rows = this.statements.allBackwards.iterate(from, maxCount);
      const { events, isWhole } = pageOf(rows, maxCount, PAGE_BYTES, (row) => {
        const stored = soundEventOf(row, streamIn(row));
        const { position } = stored.event;
        if (position !== expected) {
          const first = this.holeAt(expected)?.first;
          if (first === undefined || first - POSITION_STEP !== position) absent(expected);
          later = undefined;
        }
        if (later !== undefined && later.before !== stored.sum) unchained(later);
        later = stored;
        expected = position - POSITION_STEP;
        return stored.event;
      });
      if (isWhole && expected > 0 && this.holeAt(expected)?.first !== POSITION_STEP) {
        absent(expected);
      }
      return events;
    });
  }

  /**
   * The last event of the log with its checksum; undefined in an empty log.
   *
   * @throws LogDamageError
   */
  last(): StoredEvent | undefined {
    return this.reading('the end of $all', () => {
      const row = this.statements.allBackwards.get(Number.MAX_SAFE_INTEGER, 1);
      if (row !== undefined) return soundEventOf(row, streamIn(row));
      const position = this.statements.lastPosition.get()?.['position'];
      return typeof position === 'number' ? absent(position) : undefined;
    });
  }

  /**
   * The number of a stream; undefined for an unknown name.
   *
   * @throws LogDamageError
   */
  streamId(stream: string): number | undefined {
    return this.reading(`the number of stream ${stream}`, () => {
      const row = this.statements.streamId.get(stream);
      return row === undefined ? undefined : Number(row['id']);
    });
  }

  /** The position of the system projections. It is stored twice, because no checksum covers it. */
  projected(): number {
    return this.reading('the place of the system projections', () => {
      const { position, copy } = this.statements.projected.get() ?? {};
      if (typeof position !== 'number' || position !== copy) {
        throw new DamageFound('the place of the system projections was changed');
      }
      return position;
    });
  }

  /** Runs a read and translates a problem of the file to an error that names the place. */
  reading<Result>(what: string, read: () => Result): Result {
    try {
      return read();
    } catch (error) {
      if (error instanceof DamageFound) throw this.damage(error.message, error);
      if (isDamage(error)) throw this.damage(`${what}: ${error.message}`, error);
      throw error;
    }
  }

  /** Makes the error for a problem of the file, and reports it. */
  damage(reason: string, cause: unknown): LogDamageError {
    const damage = new LogDamageError(`The log is damaged: ${reason}, in ${this.path}`, { cause });
    this.onDamage(damage);
    return damage;
  }

  /** Checks the next revision; only a scavenge removes the first events. */
  private demandRevision(head: Head, { revision }: LoggedEvent, expected: number): number {
    if (Number(revision) === expected) return expected + 1;
    const before = expected <= head.revision ? this.scavengedBefore(head.streamId) : 0;
    const next = Math.max(expected, before);
    if (revision === TOMBSTONE_REVISION && next > head.revision) return Number.POSITIVE_INFINITY;
    if (Number(revision) !== next) this.missing(head, next);
    return next + 1;
  }

  /** No event follows a tombstone, or the last revision without one. */
  private demandEnd(head: Head, expected: number): void {
    if (expected <= head.revision) {
      const next = Math.max(expected, this.scavengedBefore(head.streamId));
      if (next <= head.revision) this.missing(head, next);
    }
    if (head.isTombstoned && expected <= Number(TOMBSTONE_REVISION)) {
      this.missing(head, TOMBSTONE_REVISION);
    }
  }

  private scavengedBefore(streamId: number): number {
    return Number(this.statements.scavenged.get(streamId)?.['before'] ?? 0);
  }

  private holeAt(position: number): { readonly first: number; readonly last: number } | undefined {
    const row = this.statements.hole.get(position);
    if (row === undefined || Number(row['last']) < position) return undefined;
    return { first: Number(row['first']), last: Number(row['last']) };
  }

  private nameOf({ stream }: Head): string {
    return `stream ${stream}`;
  }

  private missing(head: Head, revision: number | bigint | string): never {
    throw new DamageFound(`${this.nameOf(head)}, revision ${revision}: it is not there`);
  }
}

function absent(position: number): never {
  throw new DamageFound(`position ${position} (row ${position} of events): no event is there`);
}

function unchained({ event }: StoredEvent): never {
  throw new DamageFound(`${placeOf(event)}: the event before it is another than it was`);
}

interface LogPage {
  readonly events: LoggedEvent[];
  /** Whether there are no further rows. */
  readonly isWhole: boolean;
}

/** The stream of a row that was read from `$all`. */
function streamIn(row: Row): string {
  return String(row[NEXT_COLUMN]);
}

function pageOf(
  rows: Iterable<Row>,
  maxCount: number,
  maxBytes: number,
  soundEvent: (row: Row) => LoggedEvent,
): LogPage {
  const events: LoggedEvent[] = [];
  let bytes = 0;
  try {
    for (const row of rows) {
      const event = soundEvent(row);
      events.push(event);
      bytes += sizeOf(event);
      if (bytes >= maxBytes) return { events, isWhole: false };
    }
  } catch (error) {
    // Return the events before the damage; the next page starts with it and fails.
    if (events.length === 0 || !(error instanceof DamageFound || isDamage(error))) throw error;
    return { events, isWhole: false };
  }
  return { events, isWhole: events.length < maxCount };
}
