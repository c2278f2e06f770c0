// A range of the log: how a read requests it, and which of the answers belong to it.
import { type ReadAnswer, type RecordedBytes, recordsOf, storedEventOf } from './read-answer.js';
import { allReadRequest } from './read-request.js';
import type { StoredEvent } from './stored-event.js';
import { isOfStore, subjectOf } from './stream-removal.js';

export interface AllRange {
  /** A commit position; the range starts after it. Default: the log's start. */
  readonly after?: bigint;
  /** Only streams whose names begin with one of these. */
  readonly prefixes?: readonly string[];
  /** Only events of these types; others are not decoded. */
  readonly types?: readonly string[];
  /** Includes the store's own events about those streams: deletions and metadata changes. */
  readonly withStoreEvents?: boolean;
}

export function rangeRequest({ after }: AllRange) {
  const maxCount = Number.MAX_SAFE_INTEGER;
  return allReadRequest({ from: after ?? 'start', backwards: false, maxCount });
}

/** The store's own events are left out unless the range includes them. */
export function eventsWithin(
  range: AllRange,
  answers: readonly ReadAnswer[],
): readonly StoredEvent[] {
  return recordsOf(answers)
    .filter((record) => isWithin(range, record))
    .map(storedEventOf);
}

function isWithin(range: AllRange, record: RecordedBytes): boolean {
  const { after, prefixes, types, withStoreEvents = false } = range;
  if (!withStoreEvents && isOfStore(record)) return false;
  // A read repeats the event at its start position.
  if (after !== undefined && record.position <= after) return false;
  if (types?.includes(record.type) === false) return false;
  if (prefixes === undefined) return true;
  const stream = subjectOf(record);
  return prefixes.some((prefix) => stream.startsWith(prefix));
}
