// An append as the message that a batch call carries. Everything is sent in one message: an append
// is bounded by the server's own limit (1 MiB unless configured), far below what a message may be.
import protobufEmpty from 'google-protobuf/google/protobuf/empty_pb.js';
import protobufTimestamp from 'google-protobuf/google/protobuf/timestamp_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { NewEvent } from './stored-event.js';

export type ExpectedRevision = number | 'no_stream';

export interface AppendRequest {
  readonly stream: string;
  readonly events: readonly NewEvent[];
  readonly expectedRevision: ExpectedRevision;
}

/**
 * How long the server may take. It travels as an instant and is judged by the server's own clock,
 * so it is far longer than what is waited for here: a few seconds between two clocks do no harm.
 */
const SERVER_DEADLINE_MS = 20_000;

/** @throws TypeError for data that is not JSON, such as a bigint. */
export function batchRequest(correlationId: string, request: AppendRequest) {
  const message = new streams.BatchAppendReq();
  message.setCorrelationId(new shared.UUID().setString(correlationId));
  message.setOptions(optionsOf(request));
  message.setProposedMessagesList(request.events.map(proposed));
  message.setIsFinal(true);
  return message;
}

function optionsOf({ stream, expectedRevision }: AppendRequest) {
  const options = new streams.BatchAppendReq.Options();
  const identifier = new shared.StreamIdentifier().setStreamName(Buffer.from(stream, 'utf8'));
  options.setStreamIdentifier(identifier);
  options.setDeadline(protobufTimestamp.Timestamp.fromDate(new Date(deadlineAt())));
  if (expectedRevision === 'no_stream') options.setNoStream(new protobufEmpty.Empty());
  else options.setStreamPosition(String(expectedRevision));
  return options;
}

function deadlineAt(): number {
  return Date.now() + SERVER_DEADLINE_MS;
}

function proposed({ id, type, data, metadata }: NewEvent) {
  const message = new streams.BatchAppendReq.ProposedMessage();
  message.setId(new shared.UUID().setString(id));
  message.getMetadataMap().set('type', type).set('content-type', 'application/json');
  message.setData(Buffer.from(JSON.stringify(data), 'utf8'));
  message.setCustomMetadata(Buffer.from(JSON.stringify(metadata), 'utf8'));
  return message;
}
