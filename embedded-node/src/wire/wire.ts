// The messages that are nearly all of a node's traffic (an append, its success, an event that is
// read), between bytes and plain values. Generated classes would cost several times as much; every
// other message is theirs. Field numbers are those of EventStoreDB's streams.proto and
// shared.proto.
import protobuf from 'protobufjs/minimal.js';
import type { LoggedEvent } from '../log/logged-event.js';

const { Reader, Writer } = protobuf;
type ReaderLike = InstanceType<typeof Reader>;
type WriterLike = InstanceType<typeof Writer>;

/** The content type that makes an event's data JSON; everything else is bytes. */
export const JSON_TYPE = 'application/json';
const BYTES_TYPE = 'application/octet-stream';

/**
 * One message of a BatchAppend call. Ids and identifiers stay in the bytes in which they are
 * echoed.
 */
export interface BatchRequest {
  /** A UUID message; undefined where the request has none. */
  readonly correlationId: Uint8Array | undefined;
  readonly options: BatchOptions | undefined;
  readonly events: readonly ProposedMessage[];
  readonly isFinal: boolean;
}

export interface BatchOptions {
  /** A StreamIdentifier message. */
  readonly identifier: Uint8Array | undefined;
  readonly expectation: { readonly revision: bigint } | 'no stream' | 'any' | 'exists' | undefined;
  /**
   * When the append is given up: a time, in milliseconds since 1970, or so many of them from now.
   */
  readonly deadline: { readonly atMs: number } | { readonly afterMs: number } | undefined;
}

/** An event as it was proposed, before it is known to have what an event must have. */
export interface ProposedMessage {
  /** As text, in lower case where it came as text; empty where it is missing. */
  readonly id: string;
  readonly type: string | undefined;
  readonly contentType: string | undefined;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
}

const NOTHING = new Uint8Array();

/** Calls back for each field of the message that `reader` is at, up to `end`. @throws RangeError */
function eachField(
  reader: ReaderLike,
  end: number,
  take: (field: number, wireType: number) => boolean,
): void {
  while (reader.pos < end) {
    const tag = reader.uint32();
    const wireType = tag & 7;
    if (!take(tag >>> 3, wireType)) reader.skipType(wireType);
  }
  if (reader.pos !== end) throw new RangeError('A field reaches beyond its message');
}

/** @throws when the bytes are no message */
export function batchRequest(bytes: Uint8Array): BatchRequest {
  const reader = Reader.create(bytes);
  const events: ProposedMessage[] = [];
  let correlationId: Uint8Array | undefined;
  let options: BatchOptions | undefined;
  let isFinal = false;
  eachField(reader, reader.len, (field) => {
    if (field === 1) correlationId = wholeUuid(reader.bytes());
    else if (field === 2) options = batchOptions(reader);
    else if (field === 3) events.push(proposedMessage(reader));
    else if (field === 4) isFinal = reader.bool();
    else return false;
    return true;
  });
  return { correlationId, options, events, isFinal };
}

function batchOptions(reader: ReaderLike): BatchOptions {
  const end = reader.uint32() + reader.pos;
  let identifier: Uint8Array | undefined;
  let expectation: BatchOptions['expectation'];
  let deadline: BatchOptions['deadline'];
  eachField(reader, end, (field, wireType) => {
    if (field === 1) identifier = wholeIdentifier(reader.bytes());
    else if (field === 2) expectation = { revision: unsigned(reader) };
    else if (field === 6) deadline = { atMs: timeMs(reader) };
    else if (field === 7) deadline = { afterMs: timeMs(reader) };
    else {
      const name = ({ 3: 'no stream', 4: 'any', 5: 'exists' } as const)[field];
      if (name === undefined) return false;
      expectation = name;
      reader.skipType(wireType);
    }
    return true;
  });
  return { identifier, expectation, deadline };
}

/** A Timestamp or a Duration: both are seconds and nanoseconds. */
function timeMs(reader: ReaderLike): number {
  const end = reader.uint32() + reader.pos;
  let seconds = 0;
  let nanos = 0;
  eachField(reader, end, (field) => {
    if (field === 1) seconds = Number(reader.int64());
    else if (field === 2) nanos = reader.int32();
    else return false;
    return true;
  });
  return seconds * 1000 + nanos / 1e6;
}

function proposedMessage(reader: ReaderLike): ProposedMessage {
  const end = reader.uint32() + reader.pos;
  const message = {
    id: '',
    type: undefined as string | undefined,
    contentType: undefined as string | undefined,
    data: NOTHING as Uint8Array,
    metadata: NOTHING as Uint8Array,
  };
  eachField(reader, end, (field) => {
    if (field === 1) message.id = uuidIn(reader.bytes());
    else if (field === 2) {
      const [key, value] = mapEntry(reader);
      if (key === 'type') message.type = value;
      else if (key === 'content-type') message.contentType = value;
    } else if (field === 3) message.metadata = reader.bytes();
    else if (field === 4) message.data = reader.bytes();
    else return false;
    return true;
  });
  return message;
}

function mapEntry(reader: ReaderLike): readonly [string, string] {
  const end = reader.uint32() + reader.pos;
  let key = '';
  let value = '';
  eachField(reader, end, (field) => {
    if (field === 1) key = reader.string();
    else if (field === 2) value = reader.string();
    else return false;
    return true;
  });
  return [key, value];
}

/** What a UUID message says, as text, in whichever of its two forms it came. */
export function uuidIn(bytes: Uint8Array): string {
  const reader = Reader.create(bytes);
  let text = '';
  eachField(reader, reader.len, (field) => {
    if (field === 1) text = structuredUuid(reader);
    else if (field === 2) text = reader.string().toLowerCase();
    else return false;
    return true;
  });
  return text;
}

function structuredUuid(reader: ReaderLike): string {
  const end = reader.uint32() + reader.pos;
  const halves = [0n, 0n];
  eachField(reader, end, (field) => {
    if (field !== 1 && field !== 2) return false;
    halves[field - 1] = unsigned(reader);
    return true;
  });
  const hex = halves.map((half) => half.toString(16).padStart(16, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** The 64 bits at hand, whatever their sign was meant to be. */
function unsigned(reader: ReaderLike): bigint {
  const value = reader.uint64();
  if (typeof value === 'number') return BigInt(value);
  const lower = BigInt(value.low >>> 0);
  return value.high === 0 ? lower : (BigInt(value.high >>> 0) << 32n) | lower;
}

/** What a StreamIdentifier message says; empty where there is none. */
export function streamNameIn(identifier: Uint8Array | undefined): string {
  if (identifier === undefined) return '';
  const reader = Reader.create(identifier);
  let name = '';
  eachField(reader, reader.len, (field) => {
    if (field !== 3) return false;
    name = reader.string();
    return true;
  });
  return name;
}

/** What is echoed is taken apart at once: bytes that mean nothing are no request. */
function wholeUuid(bytes: Uint8Array): Uint8Array {
  uuidIn(bytes);
  return bytes;
}

function wholeIdentifier(bytes: Uint8Array): Uint8Array {
  streamNameIn(bytes);
  return bytes;
}

/** @param reason a message of google.rpc.Status */
export function batchRefusal(
  correlationId: Uint8Array,
  identifier: Uint8Array | undefined,
  reason: Uint8Array,
): Uint8Array {
  const writer = Writer.create();
  writer.uint32(10).bytes(correlationId).uint32(18).bytes(reason);
  if (identifier !== undefined) writer.uint32(34).bytes(identifier);
  return writer.finish();
}

/**
 * @param position commit position of the last event; null for a repetition that has none any more
 */
export function batchSuccess(
  correlationId: Uint8Array,
  identifier: Uint8Array | undefined,
  { revision, position }: { readonly revision: number; readonly position: number | null },
): Uint8Array {
  const writer = Writer.create();
  writer.uint32(10).bytes(correlationId);
  writer.uint32(26).fork();
  writer.uint32(8).uint64(revision);
  if (position === null) writer.uint32(34).bytes(NOTHING);
  else writer.uint32(26).fork().uint32(8).uint64(position).uint32(16).uint64(position).ldelim();
  writer.ldelim();
  if (identifier !== undefined) writer.uint32(34).bytes(identifier);
  return writer.finish();
}

/**
 * An event as it is given to a reader; `link` is the record that led to it, where links are
 * resolved.
 */
export function readEvent(
  {
    event,
    link,
  }: { readonly event?: LoggedEvent | undefined; readonly link?: LoggedEvent | undefined },
  structuredIds: boolean,
): Uint8Array {
  const writer = Writer.create();
  writer.uint32(10).fork();
  if (event !== undefined) recordedEvent(writer.uint32(10), event, structuredIds);
  if (link !== undefined) recordedEvent(writer.uint32(18), link, structuredIds);
  const record = link ?? event;
  if (record !== undefined) writer.uint32(24).uint64(record.position);
  return writer.ldelim().finish();
}

function recordedEvent(writer: WriterLike, event: LoggedEvent, structuredIds: boolean): void {
  const { id, stream, revision, position, data, metadata, type, createdMs, isJson } = event;
  writer.fork().uint32(10).fork();
  if (structuredIds) uuidHalves(writer.uint32(10), id);
  else writer.uint32(18).string(id);
  writer.ldelim();
  writer.uint32(18).fork().uint32(26).string(stream).ldelim();
  // A tombstone's revision is beyond what a number holds exactly; the writer takes it as text.
  writer.uint32(24).uint64(revision.length < 16 ? Number(revision) : revision);
  writer.uint32(32).uint64(position).uint32(40).uint64(position);
  entry(writer, 'type', type);
  // The protocol counts time in steps of 100 ns since 1970.
  entry(writer, 'created', `${createdMs}0000`);
  entry(writer, 'content-type', isJson ? JSON_TYPE : BYTES_TYPE);
  writer.uint32(58).bytes(metadata).uint32(66).bytes(data).ldelim();
}

function entry(writer: WriterLike, key: string, value: string): void {
  writer.uint32(50).fork().uint32(10).string(key).uint32(18).string(value).ldelim();
}

function uuidHalves(writer: WriterLike, id: string): void {
  const digits = id.replaceAll('-', '');
  const word = (from: number) => Number.parseInt(digits.slice(from, from + 8), 16);
  const half = (from: number) => ({ high: word(from), low: word(from + 8), unsigned: true });
  writer.fork().uint32(8).int64(half(0)).uint32(16).int64(half(16)).ldelim();
}
