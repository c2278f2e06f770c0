// Decodes the answer to one append of a batch call.
import {
  batchAppendRespCodec,
  type StatusMessage,
  numberOf,
  unsigned64,
  uuidCodec,
  uuidText,
} from 'embedded-eventstoredb/wire';

export interface Appended {
  /**
   * Commit position of the last event; null where the store recognised a repetition and gave none.
   */
  readonly position: bigint | null;
  /** Revision of this append's last event. */
  readonly revision: number;
}

export interface BatchAnswer {
  /** A UUID as text; the server may send it in either of two forms. */
  readonly correlationId: string;
  /** Undefined where the append was refused. */
  readonly appended: Appended | undefined;
  readonly refusal: StatusMessage | undefined;
}

/** @throws RangeError for bytes that are not a message */
export function batchAnswer(bytes: Uint8Array): BatchAnswer {
  const { correlationId: id, success, error } = batchAppendRespCodec.decode(bytes);
  const correlationId = uuidText(uuidCodec.decode(id));
  if (success == null) return { correlationId, appended: undefined, refusal: error ?? undefined };
  const { currentRevision, position } = success;
  const appended = {
    revision: numberOf(currentRevision ?? 0),
    position: position == null ? null : unsigned64(position.commitPosition ?? 0),
  };
  return { correlationId, appended, refusal: undefined };
}
