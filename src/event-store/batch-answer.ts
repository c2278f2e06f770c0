// Decodes the answer to one append of a batch call. The generated classes decode only refusals,
// which are rare. Field numbers are those of EventStoreDB's streams.proto.
import type status from '@eventstore/db-client/generated/status_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import {
  commitPosition,
  eachField,
  endOfNext,
  type ProtoReader,
  readerOf,
  unsigned,
  unsigned64,
} from './proto-reader.js';

export interface Appended {
  /**
   * Commit position of the last event; null where the store recognised a repetition and gave none.
   */
  readonly position: bigint | null;
  /** Revision of this append's last event. */
  readonly revision: number;
}

export type RefusalStatus = InstanceType<typeof status.Status>;

export interface BatchAnswer {
  /** A UUID as text; the server may send it in either of two forms. */
  readonly correlationId: string;
  /** Undefined where the append was refused. */
  readonly appended: Appended | undefined;
  readonly refusal: RefusalStatus | undefined;
}

/** @throws RangeError for bytes that are not a message */
export function batchAnswer(bytes: Uint8Array): BatchAnswer {
  const reader = readerOf(bytes);
  let correlationId = '';
  let appended: Appended | undefined;
  eachField(reader, reader.len, (field) => {
    if (field === 1) correlationId = uuid(reader);
    else if (field === 3) appended = success(reader);
    else return false;
    return true;
  });
  const refusal =
    appended === undefined
      ? streams.BatchAppendResp.deserializeBinary(bytes).getError()
      : undefined;
  return { correlationId, appended, refusal };
}

function success(reader: ProtoReader): Appended {
  let revision = 0;
  let position: bigint | null = null;
  eachField(reader, endOfNext(reader), (field) => {
    if (field === 1) revision = unsigned(reader);
    else if (field === 3) position = commitPosition(reader);
    else return false;
    return true;
  });
  return { revision, position };
}

function uuid(reader: ProtoReader): string {
  let text = '';
  eachField(reader, endOfNext(reader), (field) => {
    if (field === 1) text = structured(reader);
    else if (field === 2) text = reader.string();
    else return false;
    return true;
  });
  return text;
}

/** Two halves of 64 bits, the more significant one first. */
function structured(reader: ProtoReader): string {
  const halves = [0n, 0n];
  eachField(reader, endOfNext(reader), (field) => {
    if (field !== 1 && field !== 2) return false;
    halves[field - 1] = unsigned64(reader);
    return true;
  });
  const hex = halves.map((half) => half.toString(16).padStart(16, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
