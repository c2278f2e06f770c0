// The expected revision of a write, and whether the stream matches it.
import type { StreamState } from '../log/streams.js';

/** A revision, or a state. An exact 2^64 − 1 in the protocol means 'no stream'. */
export type Expectation = 'any' | 'exists' | 'no stream' | { readonly revision: bigint };

/** @param isEmpty whether the write has no events; it cannot recreate a soft-deleted stream */
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
