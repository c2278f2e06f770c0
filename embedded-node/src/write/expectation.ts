// What a write expects of its stream, and whether the stream meets it.
import type { StreamState } from '../log/streams.js';

/** A revision, or a state. An exact 2^64 − 1 on the wire means 'no stream'. */
export type Expectation = 'any' | 'exists' | 'no stream' | { readonly revision: bigint };

/**
 * @param isEmpty of a write without events, which cannot bring a soft-deleted stream back as a new
 * one
 */
export function meets(
  expected: Expectation,
  { view, isSoftDeleted, hasMetadata }: StreamState,
  isEmpty = false,
): boolean {
  switch (expected) {
    case 'any':
      return true;
    case 'exists':
      return view !== null || hasMetadata;
    case 'no stream':
      return view === null || (isSoftDeleted && !isEmpty);
    default:
      return view !== null && BigInt(view.head.revision) === expected.revision;
  }
}
