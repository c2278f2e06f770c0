// How the store removes events from a stream: by a tombstone, or by metadata that hides them. Names
// and meanings are EventStoreDB's.
import type { StoredEvent } from './stored-event.js';

export type Removal = 'deleted' | 'truncated';

export const TOMBSTONE = '$streamDeleted';
export const METADATA_TYPE = '$metadata';
const METADATA_PREFIX = '$$';

/**
 * The metadata stream of a stream; for a prefix of stream names, the prefix of their metadata
 * streams.
 */
export function metadataStreamOf(stream: string): string {
  return `${METADATA_PREFIX}${stream}`;
}

/** Whether the store wrote the event, or it configures how the store keeps a stream. */
export function isOfStore({ stream, type }: Pick<StoredEvent, 'stream' | 'type'>): boolean {
  return type.startsWith('$') || stream.startsWith('$');
}

/** The stream that one of the store's own events is about. */
export function subjectOf({ stream }: Pick<StoredEvent, 'stream'>): string {
  return stream.startsWith(METADATA_PREFIX) ? stream.slice(METADATA_PREFIX.length) : stream;
}

/** What an event of the store removes, now or later; undefined for nothing. */
export function removalOf({ type, data }: Pick<StoredEvent, 'type' | 'data'>): Removal | undefined {
  if (type === TOMBSTONE) return 'deleted';
  return type === METADATA_TYPE ? removalBy(data) : undefined;
}

/** A soft delete truncates before the largest possible revision. */
export function removalBy(metadata: unknown): Removal | undefined {
  if (typeof metadata !== 'object' || metadata === null) return undefined;
  const { $tb, $maxCount, $maxAge } = metadata as Readonly<Record<string, unknown>>;
  if (typeof $tb === 'number' && $tb > Number.MAX_SAFE_INTEGER) return 'deleted';
  const isTruncating = [$tb, $maxCount, $maxAge].some((one) => typeof one === 'number' && one > 0);
  return isTruncating ? 'truncated' : undefined;
}
