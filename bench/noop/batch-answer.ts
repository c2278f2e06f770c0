// The least that a server must do to answer an append of a batch call: find the id by which the
// client recognises the answer, and echo the stream's identifier, which the client cannot do
// without.
import { batchAppendReqCodec, batchAppendRespCodec } from 'embedded-eventstoredb/wire';

const success = { currentRevision: 0, position: { commitPosition: 1, preparePosition: 1 } };

export function batchAnswer(request: Uint8Array): Uint8Array {
  const { correlationId, options } = batchAppendReqCodec.decode(request);
  const streamIdentifier = options?.streamIdentifier ?? null;
  return batchAppendRespCodec.encode({ correlationId, success, streamIdentifier });
}
