// EventStoreDB's messages between bytes and plain values, for a server and for a client of it:
// `embedded-eventstoredb/wire`. event-store.proto says what they are, and the code is generated.
import type protobuf from 'protobufjs/minimal.js';
import * as generated from './generated/messages.js';
import { WireReader } from './wire-reader.js';

export type BatchOptionsMessage = generated.BatchAppendReq.IOptions;
export type ProposedEventMessage = generated.BatchAppendReq.IProposedMessage;
export type ReadOptionsMessage = generated.ReadReq.IOptions;
export type ReadReqMessage = generated.IReadReq;
export type RecordedEventMessage = generated.ReadResp.IRecordedEvent;
export type StatusMessage = generated.IStatus;
export type WrongVersionMessage = generated.IWrongExpectedVersion;
export const { ReadDirection } = generated.ReadReq;
export { halvesOf, numberOf, unsigned64 } from './halves.js';
export { uuidText } from './uuid.js';

export interface Codec<Given, Message> {
  encode(message: Given): Uint8Array;
  /**
   * Fields that the description lacks are passed over. Of the members of a oneof, the property
   * named like it tells the one that came last.
   * @throws RangeError for bytes that are no such message
   */
  decode(bytes: Uint8Array): Message;
}

interface GeneratedClass<Given, Message> {
  encode(message: Given): protobuf.Writer;
  decode(reader: WireReader): Message;
}

function codecOf<Given, Message>(by: GeneratedClass<Given, Message>): Codec<Given, Message> {
  return {
    encode: (message) => by.encode(message).finish(),
    decode: (bytes) => {
      const reader = WireReader.of(bytes);
      try {
        const message = by.decode(reader);
        // The generated code checks the bounds of messages within others only.
        if (reader.pos === bytes.length) return message;
      } catch (error) {
        if (error instanceof RangeError) throw error;
        // A wire type that there is not, a number that does not end, groups in groups without end.
        throw new RangeError('The bytes are no message', { cause: error });
      }
      throw new RangeError('A field reaches beyond its message');
    },
  };
}

export const uuidCodec = codecOf(generated.UUID);
export const streamIdentifierCodec = codecOf(generated.StreamIdentifier);
export const readReqCodec = codecOf(generated.ReadReq);
export const readRespCodec = codecOf(generated.ReadResp);
export const batchAppendReqCodec = codecOf(generated.BatchAppendReq);
export const batchAppendRespCodec = codecOf(generated.BatchAppendResp);
export const wrongExpectedVersionCodec = codecOf(generated.WrongExpectedVersion);
export const streamDeletedCodec = codecOf(generated.StreamDeleted);
export const maximumAppendSizeExceededCodec = codecOf(generated.MaximumAppendSizeExceeded);
