// The refusals of single appends of a batch: a `google.rpc.Status` with the server's message, from
// which the client makes typed errors.
import { status as rpcCode } from '@grpc/grpc-js';
import {
  maximumAppendSizeExceededCodec,
  type StatusMessage,
  streamDeletedCodec,
  wrongExpectedVersionCodec,
  type WrongVersionMessage,
} from '../wire/codecs.js';
import { halvesOf } from '../wire/halves.js';
import { MAX_APPEND_BYTES, TooLarge, StatusError } from '../wire/statuses.js';
import { AccessDenied } from '../security/stream-access.js';
import { LogDamageError, StreamDeleted, WriteFailed, WrongExpectedVersion } from '../errors.js';

/** Why an append of a batch was refused. */
export function statusMessage(error: unknown): StatusMessage {
  if (error instanceof WrongExpectedVersion) {
    const details = wrongExpectedVersionCodec.encode(wrongVersionDetails(error));
    return packed(rpcCode.ALREADY_EXISTS, 'WrongExpectedVersion', details);
  }
  if (error instanceof StreamDeleted) {
    const streamIdentifier = { streamName: error.stream };
    const details = streamDeletedCodec.encode({ streamIdentifier });
    return packed(rpcCode.NOT_FOUND, 'StreamDeleted', details);
  }
  if (error instanceof TooLarge) {
    const details = maximumAppendSizeExceededCodec.encode({ maxAppendSize: MAX_APPEND_BYTES });
    return packed(rpcCode.INVALID_ARGUMENT, 'MaximumAppendSizeExceeded', details);
  }
  if (error instanceof AccessDenied) return packed(rpcCode.PERMISSION_DENIED, 'AccessDenied');
  if (error instanceof StatusError) return packed(rpcCode.INVALID_ARGUMENT, 'BadRequest');
  if (error instanceof WriteFailed) {
    return { ...packed(rpcCode.RESOURCE_EXHAUSTED, 'Unknown'), message: error.message };
  }
  if (error instanceof LogDamageError) {
    return { ...packed(rpcCode.DATA_LOSS, 'Unknown'), message: error.message };
  }
  return packed(rpcCode.UNKNOWN, 'Unknown');
}

export function timedOut(): StatusMessage {
  return packed(rpcCode.DEADLINE_EXCEEDED, 'Timeout');
}

function wrongVersionDetails({ expected, current }: WrongExpectedVersion): WrongVersionMessage {
  return {
    ...(current === null ? { currentNoStream: {} } : { currentStreamRevision: current }),
    ...(expected === 'any' && { expectedAny: {} }),
    ...(expected === 'exists' && { expectedStreamExists: {} }),
    ...(expected === 'no stream' && { expectedNoStream: {} }),
    ...(typeof expected === 'object' && {
      expectedStreamPosition: halvesOf(expected.revision),
    }),
  };
}

/** @param name one of the messages in EventStoreDB's shared.proto */
function packed(code: rpcCode, name: string, value: Uint8Array = new Uint8Array()): StatusMessage {
  const typeUrl = `type.googleapis.com/event_store.client.${name}`;
  return { code, message: name, details: { typeUrl, value } };
}
