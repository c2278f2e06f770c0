// What a write expects of its stream, and whether the stream is so.
import type { StreamView } from '../log/streams.js';

/** A revision, or a state. An exact 2^64 − 1 on the wire means 'no stream'. */
export type Expectation = 'any' | 'exists' | 'no stream' | { readonly revision: bigint };

export function meets(
  expected: Expectation,
  view: StreamView | null,
  hasMetadata: boolean,
): boolean {
  switch (expected) {
    case 'any':
      return true;
    case 'exists':
      return view !== null || hasMetadata;
    case 'no stream':
      return view === null || view.isSoftDeleted;
    default:
      return view !== null && BigInt(view.head.revision) === expected.revision;
  }
}
