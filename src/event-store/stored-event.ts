// An event as the log returns it, and a new event for an append. Metadata is a stored format: add
// properties, never change their meaning.
import type { JsonObject } from '../domain/codec.js';

export interface EventMetadata {
  /** Version of the schema of the event's data; the codec needs it. */
  readonly schemaVersion: number;
  /**
   * When it happened in the business: RFC 3339, UTC, milliseconds. It never decreases within a
   * stream.
   */
  readonly occurredAt: string;
  /** Idempotency key of the command that caused it. */
  readonly commandId?: string;
  /** SHA-256 of the command's input, in hexadecimal; distinguishes a retry from a reused key. */
  readonly commandHash?: string;
  readonly actor?: { readonly kind: string; readonly subject?: string };
  /** Why the actor did it, in the actor's words; see the header `x-access-reason`. */
  readonly reason?: string;
  /**
   * Shared by all events that one request of a client led to, here and in other streams. This key
   * and the next are EventStoreDB's own names; its projection `$by_correlation_id` reads them.
   */
  readonly $correlationId?: string;
  /** Id of the event that led to this one; a client's own command has none. */
  readonly $causationId?: string;
  /**
   * The span of the append, as W3C Trace Context writes it; only where the trace was sampled. It is
   * read with `traceparentIn`.
   */
  readonly traceparent?: string;
  /** The event's link of the hash chain; see chain.ts. Events from before the chain have none. */
  readonly chain?: string;
}

/** Evidence that the service has not written the event. */
export interface Flaw {
  readonly problem: string;
  /** The metadata as stored: JSON, or text that is not JSON; undefined when there is none. */
  readonly metadata: unknown;
}

export interface StoredEvent {
  readonly stream: string;
  readonly id: string;
  readonly type: string;
  readonly revision: number;
  /** Commit position in `$all`. */
  readonly position: bigint;
  /** JSON; a string for malformed JSON; bytes where the content type is not JSON. */
  readonly data: unknown;
  /** For a flawed event, the valid parts; `recordedAt` replaces a missing occurred time. */
  readonly metadata: EventMetadata;
  /** Only on an event that the service has not written. */
  readonly flaw?: Flaw;
  /** When the store wrote it, in milliseconds since 1970. */
  readonly recordedAt: number;
}

export interface NewEvent {
  readonly id: string;
  readonly type: string;
  readonly data: JsonObject;
  readonly metadata: EventMetadata;
}

/** When the event happened in the business, in milliseconds since 1970. */
export function occurredAt({ metadata }: Pick<StoredEvent, 'metadata'>): number {
  return Date.parse(metadata.occurredAt);
}
