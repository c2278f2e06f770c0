// Events on the wire: from what a client proposes, and to what a reader gets.
import shared from '@eventstore/db-client/generated/shared_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { LoggedEvent, ProposedEvent } from './logged-event.js';
import { missingProperty, unexpected } from './statuses.js';

export type ReadResp = InstanceType<typeof streams.ReadResp>;
type RecordedEvent = InstanceType<typeof streams.ReadResp.ReadEvent.RecordedEvent>;
type UUID = InstanceType<typeof shared.UUID>;

interface ProposedMessage {
  getId(): UUID | undefined;
  getMetadataMap(): { get(key: string): string | undefined };
  getData_asU8(): Uint8Array;
  getCustomMetadata_asU8(): Uint8Array;
}

/** The content type that makes an event's data JSON; everything else is bytes. */
const JSON_TYPE = 'application/json';

const UUID_TEXT = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** @throws StatusError for what an event must have and this one lacks */
export function proposedOf(message: ProposedMessage): ProposedEvent {
  const type = message.getMetadataMap().get('type');
  const contentType = message.getMetadataMap().get('content-type');
  if (type === undefined) throw missingProperty('type');
  if (contentType === undefined) throw missingProperty('content-type');
  const uuid = message.getId();
  const id = uuid === undefined ? '' : uuidText(uuid);
  if (!UUID_TEXT.test(id)) throw unexpected();
  return {
    id,
    type,
    isJson: contentType === JSON_TYPE,
    data: message.getData_asU8(),
    metadata: message.getCustomMetadata_asU8(),
  };
}

/** A uuid as text, in whichever of its two forms it came. */
export function uuidText(uuid: UUID): string {
  const structured = uuid.getStructured();
  if (structured === undefined) return uuid.getString().toLowerCase();
  const hex = [structured.getMostSignificantBits(), structured.getLeastSignificantBits()]
    .map((half) => BigInt.asUintN(64, BigInt(half)).toString(16).padStart(16, '0'))
    .join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

export function uuidMessage(id: string, structured: boolean): UUID {
  if (!structured) return new shared.UUID().setString(id);
  const bits = id.replaceAll('-', '');
  const half = (from: number) =>
    BigInt.asIntN(64, BigInt(`0x${bits.slice(from, from + 16)}`)).toString();
  const halves = new shared.UUID.Structured();
  halves.setMostSignificantBits(half(0));
  halves.setLeastSignificantBits(half(16));
  return new shared.UUID().setStructured(halves);
}

export function identifierMessage(stream: string): InstanceType<typeof shared.StreamIdentifier> {
  return new shared.StreamIdentifier().setStreamName(Buffer.from(stream, 'utf8'));
}

export function streamNameOf(
  identifier: InstanceType<typeof shared.StreamIdentifier> | undefined,
): string {
  return Buffer.from(identifier?.getStreamName_asU8() ?? []).toString('utf8');
}

/** An event as it is given to a reader; `link` is the record that led to it, where links are resolved. */
export function eventMessage(
  {
    event,
    link,
  }: { readonly event?: LoggedEvent | undefined; readonly link?: LoggedEvent | undefined },
  structuredIds: boolean,
): ReadResp {
  const message = new streams.ReadResp.ReadEvent();
  if (event) message.setEvent(recordedMessage(event, structuredIds));
  if (link) message.setLink(recordedMessage(link, structuredIds));
  const record = link ?? event;
  if (record !== undefined) message.setCommitPosition(String(record.position));
  return new streams.ReadResp().setEvent(message);
}

function recordedMessage(event: LoggedEvent, structuredIds: boolean): RecordedEvent {
  const message = new streams.ReadResp.ReadEvent.RecordedEvent();
  const position = String(event.position);
  message.setId(uuidMessage(event.id, structuredIds));
  message.setStreamIdentifier(identifierMessage(event.stream));
  message.setStreamRevision(event.revision);
  message.setCommitPosition(position);
  message.setPreparePosition(position);
  message.setData(event.data);
  message.setCustomMetadata(event.metadata);
  message
    .getMetadataMap()
    .set('type', event.type)
    // The protocol counts time in steps of 100 ns since 1970.
    .set('created', `${event.createdMs}0000`)
    .set('content-type', event.isJson ? JSON_TYPE : 'application/octet-stream');
  return message;
}

/** A checkpoint that found nothing names its page's first record, with a prepare position of 0. */
export function checkpointMessage({ position, hasFound }: Checkpoint): ReadResp {
  const checkpoint = new streams.ReadResp.Checkpoint();
  checkpoint.setCommitPosition(String(position));
  checkpoint.setPreparePosition(hasFound ? String(position) : '0');
  return new streams.ReadResp().setCheckpoint(checkpoint);
}

export interface Checkpoint {
  readonly position: number;
  readonly hasFound: boolean;
}

export function lastRevisionMessage(revision: number): ReadResp {
  return new streams.ReadResp().setLastStreamPosition(String(revision));
}

export function confirmationMessage(subscriptionId: string): ReadResp {
  const confirmation = new streams.ReadResp.SubscriptionConfirmation();
  confirmation.setSubscriptionId(subscriptionId);
  return new streams.ReadResp().setConfirmation(confirmation);
}

export function caughtUpMessage(): ReadResp {
  return new streams.ReadResp().setCaughtUp(new streams.ReadResp.CaughtUp());
}

export function notFoundMessage(stream: string): ReadResp {
  const notFound = new streams.ReadResp.StreamNotFound();
  notFound.setStreamIdentifier(identifierMessage(stream));
  return new streams.ReadResp().setStreamNotFound(notFound);
}
