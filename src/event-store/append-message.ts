// Encodes an append as a batch request. The client's own classes are several times slower, and
// every command encodes one. Each append is a single message.
import {
  batchAppendReqCodec,
  type BatchOptionsMessage,
  type ProposedEventMessage,
  streamIdentifierCodec,
  uuidCodec,
} from 'embedded-eventstoredb/wire';
import { AppendTooLargeError } from './errors.js';
import type { NewEvent } from './stored-event.js';

export type ExpectedRevision = number | 'no_stream';

export interface AppendRequest {
  readonly stream: string;
  readonly events: readonly NewEvent[];
  readonly expectedRevision: ExpectedRevision;
}

/**
 * The server's deadline for an append. It is an absolute time on the server's clock, so it is much
 * longer than our own timeout: a few seconds between two clocks do no harm.
 */
const SERVER_DEADLINE_MS = 20_000;

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
  const message = batchAppendReqCodec.encode({
    correlationId: uuidCodec.encode({ string: correlationId }),
    options: optionsOf(request, now + SERVER_DEADLINE_MS),
    proposedMessages: request.events.map(proposed),
    isFinal: true,
  });
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

function optionsOf(
  { stream, expectedRevision }: AppendRequest,
  deadlineMs: number,
): BatchOptionsMessage {
  return {
    streamIdentifier: streamIdentifierCodec.encode({ streamName: stream }),
    ...(expectedRevision === 'no_stream' ? { noStream: {} } : { streamPosition: expectedRevision }),
    deadlineAt: { seconds: Math.floor(deadlineMs / 1000), nanos: (deadlineMs % 1000) * 1e6 },
  };
}

function proposed({ id, type, data, metadata }: NewEvent): ProposedEventMessage {
  return {
    id: { string: id },
    metadata: { type, 'content-type': 'application/json' },
    customMetadata: jsonBytes(metadata),
    data: jsonBytes(data),
  };
}

function jsonBytes(value: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(value), 'utf8');
}
