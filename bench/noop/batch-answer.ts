// The answer to a batch append, in bytes: what it echoes is taken out of the request as it is, and
// the events are stepped over. Generated classes would decode every event, and cost more than the
// answer. Field numbers are those of EventStoreDB's streams.proto.
import shared from '@eventstore/db-client/generated/shared_pb.js';
import messages from '@eventstore/db-client/generated/streams_pb.js';
import protobuf from 'google-protobuf';

const success = (() => {
  const position = new shared.AllStreamPosition();
  position.setCommitPosition('1');
  position.setPreparePosition('1');
  const message = new messages.BatchAppendResp.Success();
  message.setCurrentRevision('0');
  message.setPosition(position);
  return message.serializeBinary();
})();

/** Of one field of a message that has it at most once; empty where it is missing. */
function bytesOf(message: Uint8Array, field: number): Uint8Array {
  const reader = new protobuf.BinaryReader(message);
  while (reader.nextField()) {
    if (reader.getFieldNumber() === field) return reader.readBytes();
    reader.skipField();
  }
  return new Uint8Array();
}

/** Correlation id and the stream's identifier, which is in the options. */
export function batchAnswer(request: Uint8Array): Buffer {
  const writer = new protobuf.BinaryWriter();
  writer.writeBytes(1, bytesOf(request, 1));
  writer.writeBytes(3, success);
  writer.writeBytes(4, bytesOf(bytesOf(request, 2), 1));
  return Buffer.from(writer.getResultBuffer());
}
