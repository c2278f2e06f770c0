// The refusals of single appends of a batch: a `google.rpc.Status` with the server's own message in
// it, from which the client makes its typed errors.
import protobufAny from 'google-protobuf/google/protobuf/any_pb.js';
import protobufEmpty from 'google-protobuf/google/protobuf/empty_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import code from '@eventstore/db-client/generated/code_pb.js';
import rpc from '@eventstore/db-client/generated/status_pb.js';
import { identifierMessage } from '../wire/event-messages.js';
import { MAX_APPEND_BYTES, TooLarge, StatusError } from '../wire/statuses.js';
import { AccessDenied } from '../security/stream-access.js';
import { LogDamageError, StreamDeleted, WriteFailed, WrongExpectedVersion } from '../errors.js';

type RpcCode = (typeof code.Code)[keyof typeof code.Code];

/** Why an append of a batch was refused. */
export function statusMessage(error: unknown): InstanceType<typeof rpc.Status> {
  if (error instanceof WrongExpectedVersion) {
    return packed(
      code.Code.ALREADY_EXISTS,
      'event_store.client.WrongExpectedVersion',
      wrongVersionDetails(error).serializeBinary(),
    );
  }
  if (error instanceof StreamDeleted) {
    const details = new shared.StreamDeleted();
    details.setStreamIdentifier(identifierMessage(error.stream));
    return packed(
      code.Code.NOT_FOUND,
      'event_store.client.StreamDeleted',
      details.serializeBinary(),
    );
  }
  if (error instanceof TooLarge) {
    const details = new shared.MaximumAppendSizeExceeded();
    details.setMaxappendsize(MAX_APPEND_BYTES);
    return packed(
      code.Code.INVALID_ARGUMENT,
      'event_store.client.MaximumAppendSizeExceeded',
      details.serializeBinary(),
    );
  }
  if (error instanceof AccessDenied) {
    const bytes = new shared.AccessDenied().serializeBinary();
    return packed(code.Code.PERMISSION_DENIED, 'event_store.client.AccessDenied', bytes);
  }
  if (error instanceof StatusError) {
    const bytes = new shared.BadRequest().serializeBinary();
    return packed(code.Code.INVALID_ARGUMENT, 'event_store.client.BadRequest', bytes);
  }
  if (error instanceof WriteFailed) {
    const bytes = new shared.Unknown().serializeBinary();
    const message = packed(code.Code.RESOURCE_EXHAUSTED, 'event_store.client.Unknown', bytes);
    message.setMessage(error.message);
    return message;
  }
  if (error instanceof LogDamageError) {
    const bytes = new shared.Unknown().serializeBinary();
    const message = packed(code.Code.DATA_LOSS, 'event_store.client.Unknown', bytes);
    message.setMessage(error.message);
    return message;
  }
  return packed(
    code.Code.UNKNOWN,
    'event_store.client.Unknown',
    new shared.Unknown().serializeBinary(),
  );
}

export function timedOut(): InstanceType<typeof rpc.Status> {
  return packed(
    code.Code.DEADLINE_EXCEEDED,
    'event_store.client.Timeout',
    new shared.Timeout().serializeBinary(),
  );
}

function wrongVersionDetails({ expected, current }: WrongExpectedVersion) {
  const details = new shared.WrongExpectedVersion();
  if (current === null) details.setCurrentNoStream(new protobufEmpty.Empty());
  else details.setCurrentStreamRevision(String(current));
  if (expected === 'any') details.setExpectedAny(new protobufEmpty.Empty());
  else if (expected === 'exists') details.setExpectedStreamExists(new protobufEmpty.Empty());
  else if (expected === 'no stream') details.setExpectedNoStream(new protobufEmpty.Empty());
  else details.setExpectedStreamPosition(String(expected.revision));
  return details;
}

function packed(rpcCode: RpcCode, typeName: string, value: Uint8Array) {
  const any = new protobufAny.Any();
  any.pack(value, typeName);
  const message = new rpc.Status();
  message.setCode(rpcCode);
  message.setMessage(typeName.slice(typeName.lastIndexOf('.') + 1));
  message.setDetails(any);
  return message;
}
