// The last revision of every stream, in a few bytes per stream. One scan of the whole index reads
// them at the start, so that a page damaged later cannot make a stream look shorter.
import type { DatabaseSync } from 'node:sqlite';
import { POSITION_STEP } from './log-format.js';
import { eventsInHoles, numberIn, scavengedIn } from './log-contents.js';
import { TOMBSTONE_REVISION } from './logged-event.js';
import { DamageFound } from '../errors.js';

/** The end of a stream. */
export interface Head {
  readonly stream: string;
  readonly streamId: number;
  /** Revision of the last event, without a tombstone; −1 when there is none. */
  readonly revision: number;
  readonly isTombstoned: boolean;
}

interface End {
  readonly revision: number;
  readonly isTombstoned: boolean;
}

const ABSENT = Number.NaN;

export class StreamEnds {
  /** By the stream's number: twice its last revision, plus one if it has a tombstone. */
  private coded = new Float64Array(1024).fill(ABSENT);
  /** The values before the current transaction's changes. */
  private readonly before = new Map<number, number>();

  get(streamId: number): End | undefined {
    const code = this.coded[streamId];
    if (code === undefined || Number.isNaN(code)) return undefined;
    return { revision: Math.floor(code / 2), isTombstoned: code % 2 !== 0 };
  }

  set(streamId: number, { revision, isTombstoned }: End): void {
    if (streamId >= this.coded.length) this.grow(streamId);
    if (!this.before.has(streamId)) this.before.set(streamId, this.coded[streamId] ?? ABSENT);
    this.coded[streamId] = 2 * revision + (isTombstoned ? 1 : 0);
  }

  keepChanges(): void {
    this.before.clear();
  }

  takeBackChanges(): void {
    for (const [streamId, code] of this.before) this.coded[streamId] = code;
    this.before.clear();
  }

  private grow(streamId: number): void {
    const grown = new Float64Array(Math.max(streamId + 1, 2 * this.coded.length)).fill(ABSENT);
    grown.set(this.coded);
    this.coded = grown;
  }
}

/**
 * Reads the ends, and verifies that the indexes cover every event of the log.
 *
 * @param end position of the last event
 * @throws DamageFound
 */
export function readEnds(file: DatabaseSync, end: number): StreamEnds {
  const ends = new StreamEnds();
  const scavenged = scavengedIn(file);
  const streams = numberIn(file, 'SELECT count(*) AS n FROM streams NOT INDEXED');
  if (numberIn(file, 'SELECT coalesce(max(id), 0) AS n FROM streams') !== streams) {
    throw new DamageFound('a stream is missing from the list of streams');
  }
  let events = 0;
  let ended = 0;
  for (const group of file.prepare(GROUPS).iterate(TOMBSTONE, TOMBSTONE, TOMBSTONE)) {
    const streamId = Number(group['sid']);
    const before = scavenged.get(streamId) ?? 0;
    const count = Number(group['count']);
    const tombstones = Number(group['tombstones']);
    const first = Number(group['first'] ?? before);
    const last = Number(group['last'] ?? before - 1);
    if (streamId < 1 || streamId > streams || ends.get(streamId) !== undefined) {
      disordered(file, streamId);
    }
    if (first !== before || last - first + 1 !== count - tombstones || tombstones > 1) {
      disordered(file, streamId);
    }
    ends.set(streamId, { revision: last, isTombstoned: tombstones === 1 });
    events += count;
    ended += 1;
  }
  if (ended !== streams) {
    throw new DamageFound(`there are ${streams} streams, and ${ended} of them have events`);
  }
  demandNames(file);
  const taken = eventsInHoles(file);
  if (events + taken !== end / POSITION_STEP) {
    throw new DamageFound(
      `the index has ${events} events, a scavenge took ${taken}, and the log ends at position ${end}`,
    );
  }
  ends.keepChanges();
  return ends;
}

const TOMBSTONE = BigInt(TOMBSTONE_REVISION);

const GROUPS = `
  SELECT sid, count(*) AS count, sum(rev = ?) AS tombstones,
    min(CASE WHEN rev <> ? THEN rev END) AS first, max(CASE WHEN rev <> ? THEN rev END) AS last
  FROM events INDEXED BY sqlite_autoindex_events_1 GROUP BY sid`;

const NAMELESS = `
  SELECT s.id, s.name FROM streams s NOT INDEXED
  WHERE NOT EXISTS (
    SELECT 1 FROM streams f INDEXED BY sqlite_autoindex_streams_1
    WHERE f.name = s.name AND f.id = s.id
  ) LIMIT 1`;

/** Every stream must be found by its name. */
function demandNames(file: DatabaseSync): void {
  const lost = file.prepare(NAMELESS).get();
  if (lost === undefined) return;
  const { id, name } = lost;
  throw new DamageFound(
    `stream ${String(name)} (row ${String(id)} of streams): it is not found by its name`,
  );
}

function disordered(file: DatabaseSync, streamId: number): never {
  const row = file.prepare('SELECT name FROM streams WHERE id = ?').get(streamId);
  const name = row === undefined ? `number ${streamId}` : String(row['name']);
  throw new DamageFound(
    `stream ${name}: its revisions in the index of events have a gap or are out of order`,
  );
}
