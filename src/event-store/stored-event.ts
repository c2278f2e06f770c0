// An event as the log gives it back, and as it is handed in. Metadata is a stored format: add
// properties, never change their meaning.
import type { JsonObject } from '../domain/codec.js';

export interface EventMetadata {
  /** Of the event's data; what the codec needs to read it. */
  readonly schemaVersion: number;
  /**
   * When it happened in the business: RFC 3339, UTC, milliseconds. Never decreases within a stream.
   */
  readonly occurredAt: string;
  /** The command that caused it, by its caller's idempotency key. */
  readonly commandId?: string;
  /** SHA-256 of the command's input, hexadecimal: tells a retry from a reused key. */
  readonly commandHash?: string;
  readonly actor?: { readonly kind: string; readonly subject?: string };
  /** The hash chain's link of this event; see chain.ts. Events from before it have none. */
  readonly chain?: string;
}

/** What shows that the service has not written an event. */
export interface Flaw {
  readonly problem: string;
  /** As it was stored: JSON, or a text that is none; undefined for no metadata at all. */
  readonly metadata: unknown;
}

export interface StoredEvent {
  readonly stream: string;
  readonly id: string;
  readonly type: string;
  readonly revision: number;
  /** Its commit position in `$all`. */
  readonly position: bigint;
  /**
   * JSON; a text where malformed JSON was stored as JSON, bytes where it was not stored as JSON.
   */
  readonly data: unknown;
  /**
   * Of a flawed event what is well formed, with `recordedAt` where it does not say when it
   * occurred.
   */
  readonly metadata: EventMetadata;
  /** Only of an event that the service has not written. */
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
