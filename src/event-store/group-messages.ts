// What a consumer of a persistent subscription writes to its call. The answers have the wire format
// of a read: the messages of both calls have the same fields, and those of retries are skipped.
import persistent from '@eventstore/db-client/generated/persistent_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';

const { ReadReq } = persistent;

/** @param bufferSize how many events may be unacknowledged at once */
export function joinRequest(group: string, bufferSize: number): Uint8Array {
  const asText = new ReadReq.Options.UUIDOption().setString(new shared.Empty());
  const options = new ReadReq.Options()
    .setAll(new shared.Empty())
    .setGroupName(group)
    .setBufferSize(bufferSize)
    .setUuidOption(asText);
  return new ReadReq().setOptions(options).serializeBinary();
}

export function ackRequest(eventId: string): Uint8Array {
  const ack = new ReadReq.Ack().setIdsList([uuid(eventId)]);
  return new ReadReq().setAck(ack).serializeBinary();
}

export function parkRequest(eventId: string, reason: string): Uint8Array {
  const nack = new ReadReq.Nack()
    .setAction(ReadReq.Nack.Action.PARK)
    .setIdsList([uuid(eventId)])
    .setReason(reason);
  return new ReadReq().setNack(nack).serializeBinary();
}

function uuid(text: string) {
  return new shared.UUID().setString(text);
}
