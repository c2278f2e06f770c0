// What calls that are rare have in the official client's generated classes: events that single
// appends propose, ids and names.
import shared from '@eventstore/db-client/generated/shared_pb.js';
import type { ProposedEvent } from '../log/logged-event.js';
import { missingProperty, unexpected } from './statuses.js';
import { JSON_TYPE, type ProposedMessage } from './batch-messages.js';
import { textOfHalves, UUID_TEXT } from './uuid.js';

type UUID = InstanceType<typeof shared.UUID>;

/** An event of a single append, as the generated class represents it. */
interface GeneratedMessage {
  getId(): UUID | undefined;
  getMetadataMap(): { get(key: string): string | undefined };
  getData_asU8(): Uint8Array;
  getCustomMetadata_asU8(): Uint8Array;
}

/** @throws StatusError for a missing required property */
export function proposedOf({ id, type, contentType, data, metadata }: ProposedMessage) {
  if (type === undefined) throw missingProperty('type');
  if (contentType === undefined) throw missingProperty('content-type');
  if (!UUID_TEXT.test(id)) throw unexpected();
  const isJson = contentType === JSON_TYPE;
  return { id, type, isJson, data, metadata } satisfies ProposedEvent;
}

/** The event of a single append, in the same form as a batch's. */
export function proposedMessage(message: GeneratedMessage): ProposedMessage {
  const uuid = message.getId();
  return {
    id: uuid === undefined ? '' : textOf(uuid),
    type: message.getMetadataMap().get('type'),
    contentType: message.getMetadataMap().get('content-type'),
    data: message.getData_asU8(),
    metadata: message.getCustomMetadata_asU8(),
  };
}

/** A UUID as text; the client may send it in either of two forms. */
export function textOf(uuid: UUID): string {
  const structured = uuid.getStructured();
  if (structured === undefined) return uuid.getString().toLowerCase();
  const bits = (half: string) => BigInt.asUintN(64, BigInt(half));
  return textOfHalves(
    bits(structured.getMostSignificantBits()),
    bits(structured.getLeastSignificantBits()),
  );
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
