// What can be seen of a stream: its head, its metadata in force and, from those, the range and age
// of visible events.
import type { Head, Log } from './log.js';
import type { LoggedEvent } from './logged-event.js';
import {
  DELETED_TB,
  isMetadataStream,
  metadataOf,
  metadataStreamOf,
  type StreamMetadata,
} from './stream-metadata.js';

export interface StreamView {
  readonly head: Head;
  readonly metadata: StreamMetadata;
  /** The first revision that can be seen by count and truncation; age is asked of each event. */
  readonly firstVisible: bigint;
  readonly isSoftDeleted: boolean;
}

/** What a write has to know of its stream. */
export interface StreamState {
  /** Null for a stream without events. */
  readonly view: StreamView | null;
  /** Also of a stream that has never had events: its metadata says so. */
  readonly isSoftDeleted: boolean;
  readonly hasMetadata: boolean;
}

/** How many streams' metadata stay parsed in memory. */
const KEPT = 50_000;

export class Streams {
  private readonly metadata = new Map<string, StreamMetadata>();

  constructor(private readonly log: Log) {}

  /** Null for a stream without any event, ever; metadata alone does not make one. */
  view(stream: string): StreamView | null {
    const head = this.log.head(stream);
    if (head === null || (head.revision < 0 && !head.isTombstoned)) return null;
    const metadata = this.metadataOf(stream);
    const byTruncation = metadata.truncateBefore ?? 0n;
    const byCount =
      metadata.maxCount === undefined ? 0n : BigInt(head.revision - metadata.maxCount + 1);
    const firstVisible = byTruncation > byCount ? byTruncation : byCount < 0n ? 0n : byCount;
    return { head, metadata, firstVisible, isSoftDeleted: this.isSoftDeleted(stream) };
  }

  isTombstoned(stream: string): boolean {
    return this.log.head(stream)?.isTombstoned === true;
  }

  state(stream: string): StreamState {
    const metadata = this.log.head(metadataStreamOf(stream));
    return {
      view: this.view(stream),
      isSoftDeleted: this.isSoftDeleted(stream),
      hasMetadata: metadata !== null && (metadata.revision >= 0 || metadata.isTombstoned),
    };
  }

  isSoftDeleted(stream: string): boolean {
    return this.metadataOf(stream).truncateBefore === DELETED_TB;
  }

  /** To readers a metadata stream ends with its stream, although it may have events still. */
  isOverForReaders(stream: string): boolean {
    return (
      this.isTombstoned(stream) ||
      (isMetadataStream(stream) && this.isOverForReaders(stream.slice(2)))
    );
  }

  /**
   * To writers it ends only if it has no events: the real server goes by the revision that it
   * knows.
   */
  isOverForWriters(stream: string): boolean {
    if (this.isTombstoned(stream)) return true;
    return this.view(stream) === null && this.isOverForReaders(stream);
  }

  /** The metadata in force, which is what its stream's last event says. */
  metadataOf(stream: string): StreamMetadata {
    // The metadata of a metadata stream is fixed: only its newest event counts.
    if (isMetadataStream(stream)) return { maxCount: 1 };
    const known = this.metadata.get(stream);
    if (known !== undefined) return known;
    const isGone = this.isTombstoned(metadataStreamOf(stream));
    const metadata = metadataOf(isGone ? undefined : this.metadataEvent(stream));
    if (this.metadata.size >= KEPT) this.metadata.clear();
    this.metadata.set(stream, metadata);
    return metadata;
  }

  metadataEvent(stream: string): LoggedEvent | undefined {
    const head = this.log.head(metadataStreamOf(stream));
    if (head === null || head.revision < 0) return undefined;
    return this.log.eventAt(head, BigInt(head.revision));
  }

  /** To be called when `$$stream` was written, or when a transaction was taken back. */
  forgetMetadata(stream?: string): void {
    if (stream === undefined) this.metadata.clear();
    else this.metadata.delete(stream);
  }

  isVisible(event: LoggedEvent, { metadata }: StreamView, nowMs: number): boolean {
    return metadata.maxAgeMs === undefined || event.createdMs > nowMs - metadata.maxAgeMs;
  }
}
