// One pre-encoded event for readers, as from a server without look-ups and encoding.
import { readRespCodec } from 'embedded-eventstoredb/wire';

const ID = '0191c5e2-7f3a-7c44-9d0b-3f6d1c2b4a59';

export function readyEvent(data: unknown): Uint8Array {
  const event = {
    id: { string: ID },
    streamIdentifier: { streamName: 'bench' },
    streamRevision: 1,
    commitPosition: 1,
    preparePosition: 1,
    metadata: {
      type: 'Benched',
      'content-type': 'application/json',
      created: '17000000000000000',
    },
    data: Buffer.from(JSON.stringify(data)),
  };
  return readRespCodec.encode({ event: { event, commitPosition: 1 } });
}

export function readyConfirmation(): Uint8Array {
  return readRespCodec.encode({ confirmation: { subscriptionId: ID } });
}
