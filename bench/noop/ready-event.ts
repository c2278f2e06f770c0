// One event as a reader gets it, in the bytes that go over the wire: what a server would send that
// had nothing to look up and nothing to encode.
import shared from '@eventstore/db-client/generated/shared_pb.js';
import messages from '@eventstore/db-client/generated/streams_pb.js';

function recordedEvent(data: unknown) {
  const event = new messages.ReadResp.ReadEvent.RecordedEvent();
  event.setId(new shared.UUID().setString('0191c5e2-7f3a-7c44-9d0b-3f6d1c2b4a59'));
  event.setStreamIdentifier(
    new shared.StreamIdentifier().setStreamName(Buffer.from('bench', 'utf8')),
  );
  event.setStreamRevision('1');
  event.setCommitPosition('1');
  event.setPreparePosition('1');
  event.getMetadataMap().set('type', 'Benched');
  event.getMetadataMap().set('content-type', 'application/json');
  event.getMetadataMap().set('created', '17000000000000000');
  event.setData(Buffer.from(JSON.stringify(data)));
  return event;
}

export function readyEvent(data: unknown): Buffer {
  const event = new messages.ReadResp.ReadEvent();
  event.setEvent(recordedEvent(data));
  event.setCommitPosition('1');
  return Buffer.from(new messages.ReadResp().setEvent(event).serializeBinary());
}

export function readyConfirmation(): Buffer {
  const confirmation = new messages.ReadResp.SubscriptionConfirmation();
  confirmation.setSubscriptionId('0191c5e2-7f3a-7c44-9d0b-3f6d1c2b4a59');
  return Buffer.from(new messages.ReadResp().setConfirmation(confirmation).serializeBinary());
}
