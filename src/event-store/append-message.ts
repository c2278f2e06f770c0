// Encodes an append as a batch request. The generated classes are several times slower, and every
// command encodes one. Field numbers are those of EventStoreDB's streams.proto and shared.proto.
// Each append is a single message.
import protobuf from 'protobufjs/minimal.js';
import { AppendTooLargeError } from './errors.js';
import type { NewEvent } from './stored-event.js';

export type ExpectedRevision = number | 'no_stream';

export interface AppendRequest {
  readonly stream: string;
  readonly events: readonly NewEvent[];
  readonly expectedRevision: ExpectedRevision;
}

type Writer = InstanceType<typeof protobuf.Writer>;

/**
 * The server's deadline for an append. It is an absolute time on the server's clock, so it is much
 * longer than our own timeout: a few seconds between two clocks do no harm.
 */
const SERVER_DEADLINE_MS = 20_000;

const NO_STREAM = new Uint8Array();

/**
 * Maximum size of an append's message, in bytes. EventStoreDB accepts 1 MiB of data, metadata and
 * types by default (`MaxAppendSize`); the message also contains ids and names.
 */
export const MAX_APPEND_BYTES = 1_000_000;

/**
 * @param now in milliseconds since 1970
 * @throws TypeError for data that is not JSON, such as a bigint
 * @throws AppendTooLargeError for more than `MAX_APPEND_BYTES`
 */
export function batchRequest(
  correlationId: string,
  request: AppendRequest,
  now: number,
): Uint8Array {
  const writer = protobuf.Writer.create();
  uuid(writer.uint32(10), correlationId);
  options(writer.uint32(18), request, now + SERVER_DEADLINE_MS);
  for (const event of request.events) proposed(writer.uint32(26), event);
  const message = writer.uint32(32).bool(true).finish();
  if (message.length > MAX_APPEND_BYTES) throw new AppendTooLargeError(request.stream);
  return message;
}

/**
 * Whether the store accepts it in one append.
 *
 * @throws TypeError for data that is not JSON
 */
export function fits(request: AppendRequest): boolean {
  try {
    demandFits(request);
    return true;
  } catch (error) {
    if (error instanceof AppendTooLargeError) return false;
    throw error;
  }
}

/**
 * The size check for callers that send the append in another form.
 *
 * @throws TypeError, AppendTooLargeError as `batchRequest`
 */
export function demandFits(request: AppendRequest): void {
  batchRequest('', request, 0);
}

function uuid(writer: Writer, id: string): void {
  writer.fork().uint32(18).string(id).ldelim();
}

function options(
  writer: Writer,
  { stream, expectedRevision }: AppendRequest,
  deadlineAt: number,
): void {
  writer.fork();
  writer.uint32(10).fork().uint32(26).string(stream).ldelim();
  if (expectedRevision === 'no_stream') writer.uint32(26).bytes(NO_STREAM);
  else writer.uint32(16).uint64(expectedRevision);
  writer
    .uint32(50)
    .fork()
    .uint32(8)
    .int64(Math.floor(deadlineAt / 1000));
  writer.uint32(16).int32((deadlineAt % 1000) * 1e6);
  writer.ldelim().ldelim();
}

function proposed(writer: Writer, { id, type, data, metadata }: NewEvent): void {
  uuid(writer.fork().uint32(10), id);
  entry(writer, 'type', type);
  entry(writer, 'content-type', 'application/json');
  writer.uint32(26).string(JSON.stringify(metadata));
  writer.uint32(34).string(JSON.stringify(data)).ldelim();
}

function entry(writer: Writer, key: string, value: string): void {
  writer.uint32(18).fork().uint32(10).string(key).uint32(18).string(value).ldelim();
}
