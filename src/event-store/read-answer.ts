// Decodes the answers to a read or a subscription. Field numbers are those of EventStoreDB's
// streams.proto and shared.proto.
import { jsonOrText, readMetadata } from './event-content.js';
import {
  commitPosition,
  eachField,
  endOfNext,
  type ProtoReader,
  readerOf,
  unsigned,
  unsigned64,
} from './proto-reader.js';
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
  const reader = readerOf(bytes);
  let answer = NOTHING;
  eachField(reader, reader.len, (field) => {
    if (field === 1) answer = eventAnswer(reader);
    else if (field === 3) answer = { kind: 'checkpoint', position: commitPosition(reader) };
    else if (field === 4 || field === 8) {
      answer = { kind: field === 4 ? 'stream not found' : 'caught up' };
      return false;
    } else return false;
    return true;
  });
  return answer;
}

/**
 * A link to a missing event has no event field. Such links are in streams that the service never
 * reads.
 */
function eventAnswer(reader: ProtoReader): ReadAnswer {
  let answer = NOTHING;
  eachField(reader, endOfNext(reader), (field) => {
    if (field !== 1) return false;
    answer = { kind: 'event', record: recordedBytes(reader) };
    return true;
  });
  return answer;
}

function recordedBytes(reader: ProtoReader): RecordedBytes {
  const record = {
    stream: '',
    id: '',
    type: '',
    revision: 0,
    position: 0n,
    recordedAt: 0,
    isJson: false,
    data: NO_BYTES as Uint8Array,
    metadata: NO_BYTES as Uint8Array,
  };
  eachField(reader, endOfNext(reader), (field) => {
    if (field === 1) record.id = textField(reader, 2);
    else if (field === 2) record.stream = textField(reader, 3);
    else if (field === 3) record.revision = unsigned(reader);
    else if (field === 5) record.position = unsigned64(reader);
    else if (field === 6) property(reader, record);
    else if (field === 7) record.metadata = reader.bytes();
    else if (field === 8) record.data = reader.bytes();
    else return false;
    return true;
  });
  return record;
}

/** One entry of the event's property map. */
function property(
  reader: ProtoReader,
  record: { type: string; recordedAt: number; isJson: boolean },
): void {
  let key = '';
  let value = '';
  eachField(reader, endOfNext(reader), (field) => {
    if (field === 1) key = reader.string();
    else if (field === 2) value = reader.string();
    else return false;
    return true;
  });
  if (key === 'type') record.type = value;
  else if (key === 'content-type') record.isJson = value === 'application/json';
  // In units of 100 ns since 1970; the last four digits are fractions of a millisecond.
  else if (key === 'created') record.recordedAt = Number(value.slice(0, -4));
}

/** A text field of an embedded message. */
function textField(reader: ProtoReader, wanted: number): string {
  let text = '';
  eachField(reader, endOfNext(reader), (field) => {
    if (field !== wanted) return false;
    text = reader.string();
    return true;
  });
  return text;
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
