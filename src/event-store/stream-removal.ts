// How the store itself takes events away from a stream: a tombstone, or metadata by which it gives
// some of them to nobody any more. Names and meanings are EventStoreDB's.
import type { StoredEvent } from './stored-event.js';

export type Removal = 'deleted' | 'truncated';

const TOMBSTONE = '$streamDeleted';
const METADATA_TYPE = '$metadata';
const METADATA_PREFIX = '$$';

/** Where a stream's metadata is; of a prefix of streams, the prefix of theirs. */
export function metadataStreamOf(stream: string): string {
  return `${METADATA_PREFIX}${stream}`;
}

/** An event that the store wrote, or that is about how it keeps a stream. */
export function isOfStore({ stream, type }: Pick<StoredEvent, 'stream' | 'type'>): boolean {
  return type.startsWith('$') || stream.startsWith('$');
}

/** The stream that one of the store's own events is about. */
export function subjectOf({ stream }: Pick<StoredEvent, 'stream'>): string {
  return stream.startsWith(METADATA_PREFIX) ? stream.slice(METADATA_PREFIX.length) : stream;
}

/** What one of the store's own events takes away, or may take away later; undefined for nothing. */
export function removalOf({ type, data }: Pick<StoredEvent, 'type' | 'data'>): Removal | undefined {
  if (type === TOMBSTONE) return 'deleted';
  return type === METADATA_TYPE ? removalBy(data) : undefined;
}

/** A soft delete truncates before the largest revision that there can be. */
export function removalBy(metadata: unknown): Removal | undefined {
  if (typeof metadata !== 'object' || metadata === null) return undefined;
  const { $tb, $maxCount, $maxAge } = metadata as Readonly<Record<string, unknown>>;
  if (typeof $tb === 'number' && $tb > Number.MAX_SAFE_INTEGER) return 'deleted';
  const isTruncating = [$tb, $maxCount, $maxAge].some((one) => typeof one === 'number' && one > 0);
  return isTruncating ? 'truncated' : undefined;
}
