// The visible part of a stream: its head, its metadata, and the resulting range and age of visible
// events.
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
  /** The first visible revision by count and truncation; the age is checked for each event. */
  readonly firstVisible: bigint;
  readonly isSoftDeleted: boolean;
}

/** The state of a stream that a write depends on. */
export interface StreamState {
  /** Null for a stream without events. */
  readonly view: StreamView | null;
  /** Also true for a stream that never had events, if its metadata says so. */
  readonly isSoftDeleted: boolean;
  readonly hasMetadata: boolean;
}

/** Number of streams whose parsed metadata stays in memory. */
const KEPT = 50_000;

export class Streams {
  private readonly metadata = new Map<string, StreamMetadata>();

  constructor(private readonly log: Log) {}

  /** Null for a stream that never had an event; metadata alone does not create one. */
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

  /** For readers a metadata stream ends with its stream, even if it still has events. */
  isOverForReaders(stream: string): boolean {
    return (
      this.isTombstoned(stream) ||
      (isMetadataStream(stream) && this.isOverForReaders(stream.slice(2)))
    );
  }

  /** For writers it ends only if it has no events: the real server uses its last known revision. */
  isOverForWriters(stream: string): boolean {
    if (this.isTombstoned(stream)) return true;
    return this.view(stream) === null && this.isOverForReaders(stream);
  }

  /** The stream's metadata: the content of its metadata stream's last event. */
  metadataOf(stream: string): StreamMetadata {
    // The metadata of a metadata stream is fixed: only its newest event is visible.
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

  /** Call it when `$$stream` was written, or when a transaction was rolled back. */
  forgetMetadata(stream?: string): void {
    if (stream === undefined) this.metadata.clear();
    else this.metadata.delete(stream);
  }

  isVisible(event: LoggedEvent, { metadata }: StreamView, nowMs: number): boolean {
    return metadata.maxAgeMs === undefined || event.createdMs > nowMs - metadata.maxAgeMs;
  }
}
