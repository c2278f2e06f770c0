// A part of the log: how it is asked for, and what of the answers belongs to it.
import { type ReadAnswer, type RecordedBytes, recordsOf, storedEventOf } from './read-answer.js';
import { allReadRequest } from './read-request.js';
import type { StoredEvent } from './stored-event.js';

export interface AllRange {
  /** A commit position; what lies after it is given. Without it, from the start. */
  readonly after?: bigint;
  /** Only streams whose names begin with one of these. */
  readonly prefixes?: readonly string[];
}

export function rangeRequest({ after }: AllRange) {
  const maxCount = Number.MAX_SAFE_INTEGER;
  return allReadRequest({ from: after ?? 'start', backwards: false, maxCount });
}

/** Events of the store itself are left out. @throws MalformedMetadataError */
export function eventsWithin(
  range: AllRange,
  answers: readonly ReadAnswer[],
): readonly StoredEvent[] {
  return recordsOf(answers)
    .filter((record) => isWithin(range, record))
    .map(storedEventOf);
}

function isWithin({ after, prefixes }: AllRange, { stream, type, position }: RecordedBytes) {
  if (type.startsWith('$') || stream.startsWith('$')) return false;
  // A read gives the event at its start position again, which was seen.
  if (after !== undefined && position <= after) return false;
  return prefixes === undefined || prefixes.some((prefix) => stream.startsWith(prefix));
}
