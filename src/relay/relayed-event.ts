// An event as a record, and back. The value is the event's data as it is in the log, so personal
// data stays encrypted. What consumers read is a stored format: add headers, never change one.
import type { EventMetadata, StoredEvent } from '../event-store/stored-event.js';
import { traceparentIn } from '../tracing/traceparent.js';
import type { NewRecord, TopicRecord } from './topics.js';

/** What the relay notes in each record, to go on after a crash. */
export interface RelayNote {
  /** Id of the log's first event: records of other logs, and of strangers, have another. */
  readonly log: string;
  /** Counts the relays of a log; a later one has a higher number. */
  readonly epoch: number;
  /** Every event up to this position was in its topic before this record was written. */
  readonly completeTo: bigint;
  /** `layoutMark` of the relay. */
  readonly layout: string;
}

export interface RelayedEvent {
  readonly event: StoredEvent;
  readonly note: RelayNote;
}

type Header = readonly [name: string, value: string];

const JSON_TYPE = 'application/json';
const BYTES_TYPE = 'application/octet-stream';
/** Postgres, JavaScript and most consumers keep an integer of this many digits. */
const POSITION = /^-?\d{1,20}$/;

export function recordOf(
  event: StoredEvent,
  place: Pick<NewRecord, 'topic' | 'partition'>,
  note: RelayNote,
): NewRecord {
  const { stream, id, type, revision, position, metadata, flaw, recordedAt } = event;
  const isBytes = event.data instanceof Uint8Array;
  const headers: Header[] = [
    ['id', id],
    ['type', type],
    ['revision', String(revision)],
    ['position', String(position)],
    ['schema-version', String(metadata.schemaVersion)],
    ['occurred-at', metadata.occurredAt],
    ['recorded-at', new Date(recordedAt).toISOString()],
    ['content-type', isBytes ? BYTES_TYPE : JSON_TYPE],
    ...given('correlation-id', metadata.$correlationId),
    ...given('causation-id', metadata.$causationId),
    // By the name of W3C Trace Context, under which consumers look for it.
    ...given('traceparent', traceparentIn(metadata)),
    ...given('flaw', flaw?.problem),
    ['cartograph-log', note.log],
    ['relay-epoch', String(note.epoch)],
    ['relay-complete-to', String(note.completeTo)],
    ['relay-layout', note.layout],
  ];
  const value = isBytes ? Buffer.from(event.data) : Buffer.from(JSON.stringify(event.data));
  return { ...place, key: stream, value, headers, timestamp: recordedAt };
}

function given(name: string, value: string | undefined): readonly Header[] {
  return value === undefined ? [] : [[name, value]];
}

/** Undefined for a record that no relay of this log has written. Never throws. */
export function relayedEventOf(record: TopicRecord, log: string): RelayedEvent | undefined {
  const { key: stream, value, headers } = record;
  if (headers.get('cartograph-log') !== log || stream === undefined) return undefined;
  const text = (name: string) => headers.get(name);
  const position = positionIn(text('position'));
  const completeTo = positionIn(text('relay-complete-to'));
  const revision = countIn(text('revision'));
  const epoch = countIn(text('relay-epoch'));
  const recordedAt = Date.parse(text('recorded-at') ?? '');
  const [id, type] = [text('id'), text('type')];
  const isWhole = id !== undefined && type !== undefined && !Number.isNaN(recordedAt);
  if (position === undefined || completeTo === undefined || !isWhole) return undefined;
  if (revision === undefined || epoch === undefined) return undefined;
  const problem = text('flaw');
  const flaw = problem === undefined ? {} : { flaw: { problem, metadata: undefined } };
  const data = dataOf(value, text('content-type'));
  const metadata = metadataOf(headers);
  return {
    event: { stream, id, type, revision, position, data, metadata, recordedAt, ...flaw },
    note: { log, epoch, completeTo, layout: text('relay-layout') ?? '' },
  };
}

function dataOf(value: Buffer | undefined, contentType: string | undefined): unknown {
  if (value === undefined || contentType === BYTES_TYPE) return value;
  try {
    return JSON.parse(value.toString()) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) return value.toString();
    throw error;
  }
}

function metadataOf(headers: TopicRecord['headers']): EventMetadata {
  const correlation = headers.get('correlation-id');
  const causation = headers.get('causation-id');
  const traceparent = headers.get('traceparent');
  return {
    schemaVersion: Number(headers.get('schema-version')),
    occurredAt: headers.get('occurred-at') ?? '',
    ...(correlation !== undefined && { $correlationId: correlation }),
    ...(causation !== undefined && { $causationId: causation }),
    ...(traceparent !== undefined && { traceparent }),
  };
}

function positionIn(text: string | undefined): bigint | undefined {
  return text !== undefined && POSITION.test(text) ? BigInt(text) : undefined;
}

function countIn(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
