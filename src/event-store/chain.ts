// Tamper evidence: every event of a stream carries the hash of what was before it, so that nothing
// in the middle can be altered, left out, put in or moved without a break that names its place.
import { hash } from 'node:crypto';
import type { EventMetadata, NewEvent, StoredEvent } from './stored-event.js';

/** The last event that a chain has come to. */
export interface ChainEnd {
  /** −1 before the first event. */
  readonly revision: number;
  /** Undefined where the stream has no chain yet. */
  readonly chain: string | undefined;
}

export const NO_CHAIN: ChainEnd = { revision: -1, chain: undefined };

type Linked = Pick<NewEvent, 'id' | 'type'> & {
  readonly data: unknown;
  readonly metadata: EventMetadata;
};

/**
 * SHA-256, base64url, of the UTF-8 bytes of a JSON array: "1" (this format), the hash before or "",
 * the stream, the revision, id and type, and as texts the JSON of the data and that of the metadata
 * without `chain`, both as they are stored. Stored format: change only by adding a version.
 */
export function linkOf(
  before: string | undefined,
  stream: string,
  revision: number,
  event: Linked,
): string {
  return linkFrom(stream, revision, event)(before);
}

/** As `linkOf`, for many that may be before one event. */
export function linkFrom(
  stream: string,
  revision: number,
  { id, type, data, metadata }: Linked,
): (before: string | undefined) => string {
  // What is undefined is left out of JSON.
  const content = [JSON.stringify(data), JSON.stringify({ ...metadata, chain: undefined })];
  const rest = JSON.stringify([stream, revision, id, type, ...content]).slice(1);
  return (before) => hash('sha256', `["1",${JSON.stringify(before ?? '')},${rest}`, 'base64url');
}

/** The events with their links; `metadata.chain` comes last, so that the rest stays as it was. */
export function chained(
  stream: string,
  after: ChainEnd,
  events: readonly NewEvent[],
): readonly NewEvent[] {
  let { chain, revision } = after;
  return events.map((event) => {
    revision += 1;
    chain = linkOf(chain, stream, revision, event);
    return { ...event, metadata: { ...event.metadata, chain } };
  });
}

/** A place where a chain does not hold. */
export interface BrokenLink {
  readonly stream: string;
  readonly revision: number;
  /** As it is stored; undefined where it is missing. */
  readonly chain: string | undefined;
  /** What it would be over what the log holds. */
  readonly link: string;
}

/** What is known of a broken link without a further look at the log. */
export function brokenLinkInWords({ stream, revision, chain }: BrokenLink): string {
  const place = `${stream}@${revision}`;
  return chain === undefined
    ? `${place}: its link of the hash chain is missing`
    : `${place}: it is not what the hash chain was made over, or what came before it is not`;
}

/** Follows the chains of many streams, each event in the order of its stream. */
export class ChainCheck {
  private readonly ends = new Map<string, ChainEnd>();
  /** Events from before their stream had a chain. */
  unchained = 0;

  /** Undefined when the event's link holds. */
  check(stored: StoredEvent): BrokenLink | undefined {
    const { stream, revision, metadata } = stored;
    const before = this.ends.get(stream)?.chain;
    const { chain } = metadata;
    // After a break it goes on from what is there, so that one alteration is named once.
    this.ends.set(stream, { revision, chain: chain ?? before });
    if (chain === undefined && before === undefined) {
      this.unchained += 1;
      return undefined;
    }
    const link = linkOf(before, stream, revision, stored);
    return chain === link ? undefined : { stream, revision, chain, link };
  }

  /** Where every stream ends, in the order of their names. */
  *endings(): Generator<readonly [stream: string, end: ChainEnd]> {
    const names = [...this.ends.keys()].sort();
    for (const name of names) yield [name, this.ends.get(name) ?? NO_CHAIN];
  }
}
