// Events on the wire: from what a client proposes, and to what a reader gets.
import shared from '@eventstore/db-client/generated/shared_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { ProposedEvent } from '../log/logged-event.js';
import { missingProperty, unexpected } from './statuses.js';
import { JSON_TYPE, type ProposedMessage } from './wire.js';

export type ReadResp = InstanceType<typeof streams.ReadResp>;
type UUID = InstanceType<typeof shared.UUID>;

/** An event as the generated classes of single appends give it. */
interface GeneratedMessage {
  getId(): UUID | undefined;
  getMetadataMap(): { get(key: string): string | undefined };
  getData_asU8(): Uint8Array;
  getCustomMetadata_asU8(): Uint8Array;
}

export const UUID_TEXT = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** @throws StatusError for what an event must have and this one lacks */
export function proposedOf({ id, type, contentType, data, metadata }: ProposedMessage) {
  if (type === undefined) throw missingProperty('type');
  if (contentType === undefined) throw missingProperty('content-type');
  if (!UUID_TEXT.test(id)) throw unexpected();
  const isJson = contentType === JSON_TYPE;
  return { id, type, isJson, data, metadata } satisfies ProposedEvent;
}

/** What a single append proposes, in the same shape as what a batch does. */
export function proposedMessage(message: GeneratedMessage): ProposedMessage {
  const uuid = message.getId();
  return {
    id: uuid === undefined ? '' : uuidText(uuid),
    type: message.getMetadataMap().get('type'),
    contentType: message.getMetadataMap().get('content-type'),
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

/** A checkpoint that found nothing names its page's first record, with a prepare position of 0. */
export function checkpointMessage({ position, hasFound }: FilterCheckpoint): ReadResp {
  const checkpoint = new streams.ReadResp.Checkpoint();
  checkpoint.setCommitPosition(String(position));
  checkpoint.setPreparePosition(hasFound ? String(position) : '0');
  return new streams.ReadResp().setCheckpoint(checkpoint);
}

export interface FilterCheckpoint {
  readonly position: number;
  readonly hasFound: boolean;
}

export function firstRevisionMessage(revision: bigint): ReadResp {
  return new streams.ReadResp().setFirstStreamPosition(String(revision));
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
