// Decodes the answers to a read or a subscription.
import {
  type RecordedEventMessage,
  numberOf,
  readRespCodec,
  unsigned64,
  uuidText,
} from 'embedded-eventstoredb/wire';
import { jsonOrText, readMetadata } from './event-content.js';
import type { StoredEvent } from './stored-event.js';

/** An event with its content undecoded: many events are skipped by their stream name. */
export interface RecordedBytes {
  readonly stream: string;
  readonly id: string;
  readonly type: string;
  readonly revision: number;
  /** Commit position in `$all`. */
  readonly position: bigint;
  /** In milliseconds since 1970. */
  readonly recordedAt: number;
  readonly isJson: boolean;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
}

export type ReadAnswer =
  | { readonly kind: 'event'; readonly record: RecordedBytes }
  | { readonly kind: 'checkpoint'; readonly position: bigint }
  | { readonly kind: 'caught up' | 'stream not found' | 'nothing of interest' };

const NOTHING: ReadAnswer = { kind: 'nothing of interest' };
const NO_BYTES = new Uint8Array();

/** @throws RangeError for bytes that are not a message */
export function readAnswer(bytes: Uint8Array): ReadAnswer {
  const answer = readRespCodec.decode(bytes);
  switch (answer.content) {
    case 'event': {
      // A link to a missing event has no event. Such links are in streams that the service never
      // reads.
      const record = answer.event?.event;
      return record == null ? NOTHING : { kind: 'event', record: recordedBytes(record) };
    }
    case 'checkpoint':
      return { kind: 'checkpoint', position: unsigned64(answer.checkpoint?.commitPosition ?? 0) };
    case 'streamNotFound':
      return { kind: 'stream not found' };
    case 'caughtUp':
      return { kind: 'caught up' };
    default:
      return NOTHING;
  }
}

/** An answer to a consumer of a persistent subscription. */
export interface GroupAnswer {
  readonly answer: ReadAnswer;
  /** The link that led to the event, as of a replayed one: the store asks for its id. */
  readonly linkId: string | undefined;
}

export function groupAnswer(bytes: Uint8Array): GroupAnswer {
  const id = readRespCodec.decode(bytes).event?.link?.id;
  return { answer: readAnswer(bytes), linkId: id == null ? undefined : uuidText(id) };
}

function recordedBytes(record: RecordedEventMessage): RecordedBytes {
  const { id, streamIdentifier, streamRevision, commitPosition, metadata } = record;
  return {
    stream: streamIdentifier?.streamName ?? '',
    id: id == null ? '' : uuidText(id),
    type: metadata?.['type'] ?? '',
    // A tombstone's is rounded; the service never reads it.
    revision: numberOf(streamRevision ?? 0),
    position: unsigned64(commitPosition ?? 0),
    // In units of 100 ns since 1970; the last four digits are fractions of a millisecond.
    recordedAt: Number(metadata?.['created']?.slice(0, -4) ?? 0),
    isJson: metadata?.['content-type'] === 'application/json',
    data: record.data ?? NO_BYTES,
    metadata: record.customMetadata ?? NO_BYTES,
  };
}

/** The events among the answers; none for an absent stream. */
export function recordsOf(answers: readonly ReadAnswer[]): readonly RecordedBytes[] {
  return answers.flatMap((answer) => (answer.kind === 'event' ? [answer.record] : []));
}

/** Never throws: an event that the service cannot have written gets a `flaw`. */
export function storedEventOf(record: RecordedBytes): StoredEvent {
  const { stream, id, type, revision, position, recordedAt } = record;
  const { metadata, problem, stored } = readMetadata(record.metadata, recordedAt);
  const data = record.isJson ? jsonOrText(record.data) : record.data;
  const event = { stream, id, type, revision, position, data, metadata, recordedAt };
  return problem === undefined ? event : { ...event, flaw: { problem, metadata: stored } };
}
