// The last revision of every stream, in a few bytes per stream. They are read at the start, so that
// a page damaged later cannot make a stream look shorter.
import type { DatabaseSync } from 'node:sqlite';
import { crc32 } from 'node:zlib';
import type { KeptEnds } from './kept-ends.js';
import { POSITION_STEP } from './log-format.js';
import { eventsInHoles, namesFrom, numberIn, scavengedIn } from './log-contents.js';
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
  /** Checksums of names, by the stream's number; 0 where a name was not read yet. */
  private names = new Uint32Array(1024);
  /** The values before the current transaction's changes. */
  private readonly before = new Map<number, number>();
  /** The highest number of a stream. */
  last = 0;

  static of({ codes, names }: Pick<KeptEnds, 'codes' | 'names'>): StreamEnds {
    const ends = new StreamEnds();
    ends.last = Math.max(0, codes.length - 1);
    ends.grow(codes.length);
    ends.coded.set(codes);
    ends.names.set(names);
    return ends;
  }

  get(streamId: number): End | undefined {
    const code = this.coded[streamId];
    if (code === undefined || Number.isNaN(code)) return undefined;
    return { revision: Math.floor(code / 2), isTombstoned: code % 2 !== 0 };
  }

  set(streamId: number, { revision, isTombstoned }: End): void {
    if (streamId >= this.coded.length) this.grow(streamId);
    if (!this.before.has(streamId)) this.before.set(streamId, this.coded[streamId] ?? ABSENT);
    this.coded[streamId] = 2 * revision + (isTombstoned ? 1 : 0);
    if (streamId > this.last) this.last = streamId;
  }

  keepChanges(): void {
    this.before.clear();
  }

  takeBackChanges(): void {
    for (const [streamId, code] of this.before) {
      this.coded[streamId] = code;
      if (Number.isNaN(code)) this.last = Math.min(this.last, streamId - 1);
    }
    this.before.clear();
  }

  /** All of them, to keep in a file. */
  contents(file: DatabaseSync): Pick<KeptEnds, 'codes' | 'names'> {
    const count = this.last + 1;
    const unread = this.names.indexOf(0, 1);
    if (unread > 0 && unread < count) {
      for (const { id, name } of namesFrom(file, unread)) this.names[id] = crc32(name);
    }
    return { codes: this.coded.subarray(0, count), names: this.names.subarray(0, count) };
  }

  private grow(streamId: number): void {
    const size = Math.max(streamId + 1, 2 * this.coded.length);
    const grown = new Float64Array(size).fill(ABSENT);
    grown.set(this.coded);
    this.coded = grown;
    const names = new Uint32Array(size);
    names.set(this.names);
    this.names = names;
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
  const streams = numberIn(file, 'SELECT count(*) AS n FROM streams NOT INDEXED');
  if (numberIn(file, 'SELECT coalesce(max(id), 0) AS n FROM streams') !== streams) {
    throw new DamageFound('a stream is missing from the list of streams');
  }
  let events = 0;
  let ended = 0;
  for (const each of endsBetween(file, scavengedIn(file), 0, Number.MAX_SAFE_INTEGER)) {
    const { streamId } = each;
    if (streamId < 1 || streamId > streams || ends.get(streamId) !== undefined) {
      disordered(file, streamId);
    }
    ends.set(streamId, each.end);
    events += each.events;
    ended += 1;
  }
  if (ended !== streams) {
    throw new DamageFound(`there are ${streams} streams, and ${ended} of them have events`);
  }
  demandNames(file, 0, Number.MAX_SAFE_INTEGER);
  const taken = eventsInHoles(file);
  if (events + taken !== end / POSITION_STEP) {
    throw new DamageFound(
      `the index has ${events} events, a scavenge took ${taken}, and the log ends at position ${end}`,
    );
  }
  ends.keepChanges();
  return ends;
}

interface IndexedEnd {
  readonly streamId: number;
  readonly end: End;
  readonly events: number;
}

/**
 * The ends of the streams with these numbers, by the index of events.
 *
 * @param scavenged by stream, the first revision that no scavenge removed
 * @param to exclusive
 * @throws DamageFound
 */
export function* endsBetween(
  file: DatabaseSync,
  scavenged: ReadonlyMap<number, number>,
  from: number,
  to: number,
): Generator<IndexedEnd> {
  const groups = file.prepare(GROUPS).iterate(TOMBSTONE, TOMBSTONE, TOMBSTONE, from, to);
  for (const group of groups) {
    const streamId = Number(group['sid']);
    const before = scavenged.get(streamId) ?? 0;
    const events = Number(group['count']);
    const tombstones = Number(group['tombstones']);
    const first = Number(group['first'] ?? before);
    const last = Number(group['last'] ?? before - 1);
    if (first !== before || last - first + 1 !== events - tombstones || tombstones > 1) {
      disordered(file, streamId);
    }
    yield { streamId, end: { revision: last, isTombstoned: tombstones === 1 }, events };
  }
}

const TOMBSTONE = BigInt(TOMBSTONE_REVISION);

const GROUPS = `
  SELECT sid, count(*) AS count, sum(rev = ?) AS tombstones,
    min(CASE WHEN rev <> ? THEN rev END) AS first, max(CASE WHEN rev <> ? THEN rev END) AS last
  FROM events INDEXED BY sqlite_autoindex_events_1 WHERE sid >= ? AND sid < ? GROUP BY sid`;

const NAMELESS = `
  SELECT s.id, s.name FROM streams s NOT INDEXED
  WHERE s.id >= ? AND s.id < ? AND NOT EXISTS (
    SELECT 1 FROM streams f INDEXED BY sqlite_autoindex_streams_1
    WHERE f.name = s.name AND f.id = s.id
  ) LIMIT 1`;

/**
 * Every stream with these numbers must be found by its name.
 *
 * @param to exclusive
 * @throws DamageFound
 */
export function demandNames(file: DatabaseSync, from: number, to: number): void {
  const lost = file.prepare(NAMELESS).get(from, to);
  if (lost !== undefined) nameless(Number(lost['id']), String(lost['name']));
}

export function nameless(streamId: number, stream: string): never {
  throw new DamageFound(
    `stream ${stream} (row ${streamId} of streams): it is not found by its name`,
  );
}

export function disordered(file: DatabaseSync, streamId: number): never {
  const row = file.prepare('SELECT name FROM streams WHERE id = ?').get(streamId);
  const name = row === undefined ? `number ${streamId}` : String(row['name']);
  throw new DamageFound(
    `stream ${name}: its revisions in the index of events have a gap or are out of order`,
  );
}
