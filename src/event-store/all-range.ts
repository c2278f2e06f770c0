// A part of the log: how it is asked for, and what of the answers belongs to it.
import { type ReadAnswer, type RecordedBytes, recordsOf, storedEventOf } from './read-answer.js';
import { allReadRequest } from './read-request.js';
import type { StoredEvent } from './stored-event.js';
import { isOfStore, subjectOf } from './stream-removal.js';

export interface AllRange {
  /** A commit position; what lies after it is given. Without it, from the start. */
  readonly after?: bigint;
  /** Only streams whose names begin with one of these. */
  readonly prefixes?: readonly string[];
  /**
   * Gives the store's own events of those streams as well: deletions, changes of their metadata.
   */
  readonly withStoreEvents?: boolean;
}

export function rangeRequest({ after }: AllRange) {
  const maxCount = Number.MAX_SAFE_INTEGER;
  return allReadRequest({ from: after ?? 'start', backwards: false, maxCount });
}

/** Events of the store itself are left out unless the range asks for them. */
export function eventsWithin(
  range: AllRange,
  answers: readonly ReadAnswer[],
): readonly StoredEvent[] {
  return recordsOf(answers)
    .filter((record) => isWithin(range, record))
    .map(storedEventOf);
}

function isWithin(range: AllRange, record: RecordedBytes): boolean {
  const { after, prefixes, withStoreEvents = false } = range;
  if (!withStoreEvents && isOfStore(record)) return false;
  // A read gives the event at its start position again, which was seen.
  if (after !== undefined && record.position <= after) return false;
  if (prefixes === undefined) return true;
  const stream = subjectOf(record);
  return prefixes.some((prefix) => stream.startsWith(prefix));
}
