// What a message costs between bytes and values: by the description that both products share, and
// by the official client's generated classes, in turns.
import streams from '@eventstore/db-client/generated/streams_pb.js';
import {
  batchAppendReqCodec,
  batchAppendRespCodec,
  numberOf,
  readRespCodec,
  streamIdentifierCodec,
  unsigned64,
  uuidCodec,
  uuidText,
} from 'embedded-eventstoredb/wire';
import { batchAnswer } from '../noop/batch-answer.js';
import { readyEvent } from '../noop/ready-event.js';
import { median, type Workload } from '../workload.js';
import { benchedData } from './embedded-node/benched-event.js';

const { ReadResp, BatchAppendReq, BatchAppendResp } = streams;

const isSmall = process.argv.includes('--small');
const ROUNDS = isSmall ? 3 : 15;
const MESSAGES = isSmall ? 1_000 : 200_000;

const event = readyEvent(benchedData);
const append = batchAppendReqCodec.encode({
  correlationId: uuidCodec.encode({ string: '0191c5e2-7f3a-7c44-9d0b-3f6d1c2b4a59' }),
  options: {
    streamIdentifier: streamIdentifierCodec.encode({ streamName: 'bench' }),
    streamPosition: 1,
    deadlineAt: { seconds: 1_700_000_000, nanos: 0 },
  },
  proposedMessages: [
    {
      id: { string: '0191c5e2-7f3a-7c44-9d0b-3f6d1c2b4a60' },
      metadata: { type: 'Benched', 'content-type': 'application/json' },
      data: Buffer.from(JSON.stringify(benchedData)),
    },
  ],
  isFinal: true,
});
const answer = batchAnswer(append);

const properties = ['type', 'content-type', 'created'];

/** What a reader takes of an event. */
function readDescribed(): unknown {
  const record = readRespCodec.decode(event).event?.event;
  return [
    uuidText(record?.id ?? {}),
    record?.streamIdentifier?.streamName,
    numberOf(record?.streamRevision ?? 0),
    unsigned64(record?.commitPosition ?? 0),
    properties.map((name) => record?.metadata?.[name]),
    record?.data,
  ];
}

/** The same with the client's own classes. */
function readGenerated(): unknown {
  const record = ReadResp.deserializeBinary(event).getEvent()?.getEvent();
  const metadata = record?.getMetadataMap();
  return [
    record?.getId()?.getString(),
    record?.getStreamIdentifier()?.getStreamName_asU8(),
    BigInt(record?.getStreamRevision() ?? 0),
    BigInt(record?.getCommitPosition() ?? 0),
    properties.map((name) => metadata?.get(name)),
    record?.getData_asU8(),
  ];
}

interface Compared {
  readonly what: string;
  readonly described: () => unknown;
  readonly generated: () => unknown;
}

const decodedEvent = readRespCodec.decode(event);
const generatedEvent = ReadResp.deserializeBinary(event);

const compared: readonly Compared[] = [
  {
    what: 'an event read (3.4–3.8 µs by the decoder that was written by hand)',
    described: readDescribed,
    generated: readGenerated,
  },
  {
    what: 'an event written',
    described: () => readRespCodec.encode(decodedEvent),
    generated: () => generatedEvent.serializeBinary(),
  },
  {
    what: 'an append read',
    described: () => batchAppendReqCodec.decode(append),
    generated: () => BatchAppendReq.deserializeBinary(append),
  },
  {
    what: 'the answer to an append read',
    described: () => batchAppendRespCodec.decode(answer),
    generated: () => BatchAppendResp.deserializeBinary(answer),
  },
];

/** Keeps what was made until the next one, so that nothing is optimised away. */
let kept: unknown;

function microsecondsOf(work: () => unknown): number {
  const begunAt = performance.now();
  for (let left = MESSAGES; left > 0; left -= 1) kept = work();
  if (kept === undefined) throw new Error('Nothing was made');
  return ((performance.now() - begunAt) * 1000) / MESSAGES;
}

function figureOf({ what, described, generated }: Compared) {
  // The first round of each makes the code warm, and does not count.
  const rounds = Array.from({ length: ROUNDS + 1 }, () => ({
    described: microsecondsOf(described),
    generated: microsecondsOf(generated),
  })).slice(1);
  const ours = median(rounds.map((round) => round.described));
  const theirs = median(rounds.map((round) => round.generated));
  const shown = (us: number) => `${us.toFixed(2)} µs`;
  return {
    what: `${what}; ${shown(theirs)} by the client's generated classes`,
    value: shown(ours),
  };
}

export const wireWorkload: Workload = {
  name: 'wire',
  run: () => Promise.resolve(compared.map(figureOf)),
};
