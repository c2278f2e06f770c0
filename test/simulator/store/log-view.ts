// The log as far as one node shows it: what a stream holds there, and which of it can be seen.
import {
  DELETED_TB,
  isMetadataStream,
  metadataStreamOf,
  type StreamMetadata,
} from '../../../embedded-node/src/log/stream-metadata.js';
import type { Entry } from './entry.js';
import { POSITION_STEP, type StoredLog } from './stored-log.js';

const NO_ENTRIES: readonly Entry[] = [];
const NO_METADATA: StreamMetadata = {};
const OF_METADATA_STREAMS: StreamMetadata = { maxCount: 1 };

export class LogView {
  constructor(
    readonly log: StoredLog,
    /** The position up to which events are shown, always behind a whole write. */
    readonly end: number,
    readonly nowMs: number,
  ) {}

  /** How many events a stream has; its tombstone is none of them. */
  countOf(stream: string): number {
    return this.countIn(this.entriesOf(stream));
  }

  /** Also those that are not shown yet. */
  entriesOf(stream: string): readonly Entry[] {
    return this.log.stream(stream)?.entries ?? NO_ENTRIES;
  }

  entryAt(stream: string, revision: number): Entry | undefined {
    return revision < this.countOf(stream) ? this.entriesOf(stream)[revision] : undefined;
  }

  tombstoneOf(stream: string): Entry | undefined {
    const tombstone = this.log.stream(stream)?.tombstone;
    return tombstone !== undefined && tombstone.position <= this.end ? tombstone : undefined;
  }

  isTombstoned(stream: string): boolean {
    return this.tombstoneOf(stream) !== undefined;
  }

  /** Whether a stream has or ever had an event; metadata alone does not make one. */
  isThere(stream: string): boolean {
    return this.countOf(stream) > 0 || this.isTombstoned(stream);
  }

  /** The metadata in force. */
  metadataOf(stream: string): StreamMetadata {
    // Of a metadata stream only the newest event counts, and it has no metadata of its own.
    if (isMetadataStream(stream)) return OF_METADATA_STREAMS;
    const metadataStream = metadataStreamOf(stream);
    if (this.isTombstoned(metadataStream)) return NO_METADATA;
    return this.metadataEvent(stream)?.streamMetadata ?? NO_METADATA;
  }

  metadataEvent(stream: string): Entry | undefined {
    const metadataStream = metadataStreamOf(stream);
    return this.entryAt(metadataStream, this.countOf(metadataStream) - 1);
  }

  hasMetadata(stream: string): boolean {
    return this.isThere(metadataStreamOf(stream));
  }

  isSoftDeleted(stream: string): boolean {
    return this.metadataOf(stream).truncateBefore === DELETED_TB;
  }

  /** To readers a metadata stream ends with its stream, although it may have events still. */
  isOverForReaders(stream: string): boolean {
    if (this.isTombstoned(stream)) return true;
    return isMetadataStream(stream) && this.isOverForReaders(subjectOf(stream));
  }

  /** To writers it ends only where it has no events. */
  isOverForWriters(stream: string): boolean {
    if (this.isTombstoned(stream)) return true;
    return !this.isThere(stream) && this.isOverForReaders(stream);
  }

  /** The first revision that can be seen by truncation and count; age is asked of each event. */
  firstVisible(stream: string): bigint {
    const { truncateBefore = 0n, maxCount } = this.metadataOf(stream);
    const byCount = maxCount === undefined ? 0 : Math.max(0, this.countOf(stream) - maxCount);
    return truncateBefore > byCount ? truncateBefore : BigInt(byCount);
  }

  /** Which of a stream's events are young enough to be seen. */
  ageLimitOf(stream: string): (entry: Pick<Entry, 'createdMs'>) => boolean {
    const { maxAgeMs } = this.metadataOf(stream);
    const oldestMs = maxAgeMs === undefined ? -Infinity : this.nowMs - maxAgeMs;
    return ({ createdMs }) => createdMs > oldestMs;
  }

  /** How many events of the whole log are shown. */
  get length(): number {
    return this.end / POSITION_STEP;
  }

  private countIn(entries: readonly Entry[]): number {
    const last = entries.at(-1);
    if (last === undefined || last.position <= this.end) return entries.length;
    let low = 0;
    let high = entries.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((entries[middle]?.position ?? Infinity) <= this.end) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** The stream that a metadata stream is about. */
export function subjectOf(metadataStream: string): string {
  return metadataStream.slice('$$'.length);
}
