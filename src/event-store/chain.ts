// Tamper evidence: each event of a stream carries the hash of the events before it. An event that
// is altered, removed, inserted or moved breaks the chain at a known place.
import { hash } from 'node:crypto';
import { SpilledMap } from '../files/spilled-map.js';
import type { EventMetadata, NewEvent, StoredEvent } from './stored-event.js';

/** The last event of a chain. */
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
 * SHA-256, in base64url, of the UTF-8 bytes of a JSON array: "1" (the format), the previous hash or
 * "", the stream, the revision, the id, the type, and two texts: the JSON of the data, and the JSON
 * of the metadata without `chain`, both as stored. Stored format: change only by adding a version.
 */
export function linkOf(
  before: string | undefined,
  stream: string,
  revision: number,
  event: Linked,
): string {
  return linkFrom(stream, revision, event)(before);
}

/** As `linkOf`, for several possible previous hashes of one event. */
export function linkFrom(
  stream: string,
  revision: number,
  { id, type, data, metadata }: Linked,
): (before: string | undefined) => string {
  // JSON leaves out undefined properties.
  const content = [JSON.stringify(data), JSON.stringify({ ...metadata, chain: undefined })];
  const rest = JSON.stringify([stream, revision, id, type, ...content]).slice(1);
  return (before) => hash('sha256', `["1",${JSON.stringify(before ?? '')},${rest}`, 'base64url');
}

/**
 * Adds the links to the events. `metadata.chain` comes last, so the JSON of the other metadata is
 * unchanged.
 */
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

/** A place where a chain is broken. */
export interface BrokenLink {
  readonly stream: string;
  readonly revision: number;
  /** The stored hash; undefined where it is missing. */
  readonly chain: string | undefined;
  /** The hash of the log's content. */
  readonly link: string;
}

/** Describes a broken link without another read of the log. */
export function brokenLinkInWords({ stream, revision, chain }: BrokenLink): string {
  const place = `${stream}@${revision}`;
  return chain === undefined
    ? `${place}: its link of the hash chain is missing`
    : `${place}: it does not match the hash chain, or an event before it does not`;
}

/** Follows the chains of any number of streams. The events of each stream must be in order. */
export class ChainCheck {
  private readonly ends = new SpilledMap<ChainEnd>();
  /** Number of events from before their stream had a chain. */
  unchained = 0;

  /** Undefined when the event's link is correct. */
  check(stored: StoredEvent): BrokenLink | undefined {
    const { stream, revision, metadata } = stored;
    const before = this.ends.get(stream)?.chain;
    const { chain } = metadata;
    // After a break the chain continues from the stored hash, so one change is reported once.
    this.ends.set(stream, { revision, chain: chain ?? before });
    if (chain === undefined && before === undefined) {
      this.unchained += 1;
      return undefined;
    }
    const link = linkOf(before, stream, revision, stored);
    return chain === link ? undefined : { stream, revision, chain, link };
  }

  /** The last event of a stream so far. */
  endOf(stream: string): ChainEnd {
    return this.ends.get(stream) ?? NO_CHAIN;
  }

  /** Number of streams. */
  count(): number {
    return this.ends.count();
  }

  /** The end of every stream, in the order of names. */
  endings(): Iterable<readonly [stream: string, end: ChainEnd]> {
    return this.ends.sorted();
  }

  close(): void {
    this.ends.close();
  }
}
