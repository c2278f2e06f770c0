// The indexes of a log that was opened with kept ends. They were not read at the start, so they are
// read afterwards, a few streams at a time, and until then nothing is believed to be absent because
// an index does not have it.
import type { DatabaseSync } from 'node:sqlite';
import { crc32 } from 'node:zlib';
import { scavengedIn } from './log-contents.js';
import { KnownNames } from './known-names.js';
import { demandNames, disordered, endsBetween, nameless, type StreamEnds } from './stream-ends.js';

/** Bounds a step to about a millisecond. */
const STREAMS_A_STEP = 400;
const EVENTS_A_STEP = 4_000;

export class UnreadIndex {
  private readonly known: KnownNames;
  private readonly scavenged: ReadonlyMap<number, number>;
  private readonly last: number;
  private next = 1;

  /** @param names checksums of the names that the log had */
  constructor(
    private readonly file: DatabaseSync,
    private readonly ends: StreamEnds,
    names: Uint32Array,
  ) {
    this.known = new KnownNames(names);
    this.scavenged = scavengedIn(file);
    this.last = ends.last;
  }

  /**
   * For a stream that the index of names does not have.
   *
   * @throws DamageFound when the log has it
   */
  demandAbsent(stream: string): void {
    if (!this.known.has(crc32(stream))) return;
    const row = this.file.prepare('SELECT id FROM streams NOT INDEXED WHERE name = ?').get(stream);
    if (row !== undefined) nameless(Number(row['id']), stream);
  }

  /**
   * Reads the next streams of the indexes; false when there are no more.
   *
   * @throws DamageFound
   */
  readOn(): boolean {
    const from = this.next;
    if (from > this.last) return false;
    const to = this.stepFrom(from);
    this.next = to;
    // The events of a long stream are checked when they are read.
    if (this.lengthOf(from) <= EVENTS_A_STEP) this.readEnds(from, to);
    demandNames(this.file, from, to);
    return true;
  }

  private readEnds(from: number, to: number): void {
    let read = from;
    for (const { streamId, end } of endsBetween(this.file, this.scavenged, from, to)) {
      const { revision, isTombstoned } = this.ends.get(streamId) ?? {};
      const isKnown = revision === end.revision && isTombstoned === end.isTombstoned;
      if (streamId !== read || !isKnown) disordered(this.file, read);
      read += 1;
    }
    if (read !== to) disordered(this.file, read);
  }

  private stepFrom(from: number): number {
    let to = from;
    let events = 0;
    while (to <= this.last && to - from < STREAMS_A_STEP) {
      events += this.lengthOf(to);
      if (to > from && events > EVENTS_A_STEP) break;
      to += 1;
    }
    return to;
  }

  private lengthOf(streamId: number): number {
    return (this.ends.get(streamId)?.revision ?? 0) + 1;
  }
}
