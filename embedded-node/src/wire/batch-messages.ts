// The messages of a BatchAppend call as the node has them: an append in parts, and its one answer.
// Ids and identifiers stay in the bytes in which they are echoed.
import {
  batchAppendReqCodec,
  batchAppendRespCodec,
  type StatusMessage,
  numberOf,
  streamIdentifierCodec,
  unsigned64,
  uuidCodec,
  uuidText,
} from './codecs.js';
import type { BatchAppendReq } from './generated/messages.js';

/** The content type that makes an event's data JSON; everything else is bytes. */
export const JSON_TYPE = 'application/json';

export interface BatchRequest {
  readonly correlation: CorrelationId;
  readonly options: BatchOptions | undefined;
  readonly events: readonly ProposedMessage[];
  readonly isFinal: boolean;
}

export interface CorrelationId {
  /** A UUID message. */
  readonly bytes: Uint8Array;
  /** In lower case; empty where the request has none. */
  readonly text: string;
}

export interface BatchOptions {
  /** A StreamIdentifier message; null where the request has none. */
  readonly identifier: Uint8Array | null;
  /** Empty where the request has none. */
  readonly stream: string;
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

/** What is echoed is taken apart at once: bytes that mean nothing are no request. */
export function batchRequest(bytes: Uint8Array): BatchRequest {
  const { correlationId, options, proposedMessages, isFinal } = batchAppendReqCodec.decode(bytes);
  return {
    correlation: { bytes: correlationId, text: uuidText(uuidCodec.decode(correlationId)) },
    options: options == null ? undefined : batchOptions(options),
    events: proposedMessages.map(proposedMessage),
    isFinal,
  };
}

function batchOptions(options: BatchAppendReq.Options): BatchOptions {
  const identifier = options.streamIdentifier ?? null;
  const stream = identifier === null ? '' : streamIdentifierCodec.decode(identifier).streamName;
  return {
    identifier,
    stream,
    expectation: expectationOf(options),
    deadline: deadlineOf(options),
  };
}

function expectationOf(options: BatchAppendReq.Options): BatchOptions['expectation'] {
  switch (options.expectedStreamPosition) {
    case 'streamPosition':
      return { revision: unsigned64(options.streamPosition ?? 0) };
    case 'noStream':
      return 'no stream';
    case 'any':
      return 'any';
    case 'streamExists':
      return 'exists';
    default:
      return undefined;
  }
}

function deadlineOf(options: BatchAppendReq.Options): BatchOptions['deadline'] {
  const { deadlineOption, deadlineAt, deadlineAfter } = options;
  if (deadlineOption === 'deadlineAt') return { atMs: milliseconds(deadlineAt) };
  if (deadlineOption === 'deadlineAfter') return { afterMs: milliseconds(deadlineAfter) };
  return undefined;
}

function milliseconds(time: BatchAppendReq.ITime | null | undefined): number {
  return numberOf(time?.seconds ?? 0) * 1000 + (time?.nanos ?? 0) / 1e6;
}

function proposedMessage(message: BatchAppendReq.IProposedMessage): ProposedMessage {
  const { id, metadata, data, customMetadata } = message;
  return {
    id: id == null ? '' : uuidText(id),
    type: metadata?.['type'],
    contentType: metadata?.['content-type'],
    data: data ?? NOTHING,
    metadata: customMetadata ?? NOTHING,
  };
}

const NOTHING = new Uint8Array();

export function batchRefusal(
  correlationId: Uint8Array,
  streamIdentifier: Uint8Array | null,
  error: StatusMessage,
): Uint8Array {
  return batchAppendRespCodec.encode({ correlationId, error, streamIdentifier });
}

/**
 * @param revision null for an append of nothing to a stream that is not there
 * @param position commit position of the last event; null for a repetition that has none any more
 */
export function batchSuccess(
  correlationId: Uint8Array,
  streamIdentifier: Uint8Array | null,
  { revision, position }: { readonly revision: number | null; readonly position: number | null },
): Uint8Array {
  const place =
    position === null
      ? { noPosition: {} }
      : { position: { commitPosition: position, preparePosition: position } };
  const end = revision === null ? { noStream: {} } : { currentRevision: revision };
  const success = { ...end, ...place };
  return batchAppendRespCodec.encode({ correlationId, success, streamIdentifier });
}
