// Appends that are not complete, as clients in other languages send them: what is wrong with one is
// said as soon as it is known, and once.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { on } from 'node:events';
import { credentials, status, type ServiceError } from '@grpc/grpc-js';
import protobufDuration from 'google-protobuf/google/protobuf/duration_pb.js';
import protobufEmpty from 'google-protobuf/google/protobuf/empty_pb.js';
import protobufTimestamp from 'google-protobuf/google/protobuf/timestamp_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import streamsGrpc from '@eventstore/db-client/generated/streams_grpc_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import { startNode } from '../../src/server/node.js';
import { Cleanup } from '../../../test/event-store/nodes.js';

const cleanup = new Cleanup();
let client: InstanceType<typeof streamsGrpc.StreamsClient>;
beforeAll(async () => {
  const node = await startNode();
  cleanup.add(() => node.stop());
  const address = `${node.host}:${node.port}`;
  client = new streamsGrpc.StreamsClient(address, credentials.createInsecure());
  cleanup.add(() => {
    client.close();
    return Promise.resolve();
  });
});
afterAll(() => cleanup.run());

const { Options } = streams.BatchAppendReq;
type BatchOptions = InstanceType<typeof Options>;

const uuid = (text: string) => new shared.UUID().setString(text);
const identifier = () =>
  new shared.StreamIdentifier().setStreamName(Buffer.from(`unfinished-${randomUUID()}`));

/** Options with everything that is needed. */
function options(): BatchOptions {
  return new Options().setStreamIdentifier(identifier()).setAny(new protobufEmpty.Empty());
}

function proposed(data = '{}', type = 'Happened') {
  const message = new streams.BatchAppendReq.ProposedMessage().setId(uuid(randomUUID()));
  message.getMetadataMap().set('type', type).set('content-type', 'application/json');
  return message.setData(Buffer.from(data));
}

function part(id: string, isFinal: boolean, data?: string, type?: string) {
  const request = new streams.BatchAppendReq().setCorrelationId(uuid(id)).setIsFinal(isFinal);
  request.addProposedMessages(proposed(data, type));
  return request;
}

/** A message as the field of another one. */
function field(number: number, message: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from([number * 8 + 2, message.length]), message]);
}

/** Sends parts of appends and tells the code of each answer, by the id of its append. */
async function answers(
  requests: readonly (InstanceType<typeof streams.BatchAppendReq> | Buffer)[],
  count: number,
) {
  const { path, responseDeserialize } = streamsGrpc.StreamsService.batchAppend;
  const asIs = (bytes: Buffer) => bytes;
  const call = client.makeBidiStreamRequest(path, asIs, responseDeserialize);
  // The end by the caller is one of its errors.
  call.on('error', () => undefined);
  const incoming = on(call, 'data');
  for (const request of requests) {
    call.write(Buffer.isBuffer(request) ? request : Buffer.from(request.serializeBinary()));
  }
  const found: [id: string, code: number][] = [];
  for await (const [answer] of incoming as AsyncIterable<
    [InstanceType<typeof streams.BatchAppendResp>]
  >) {
    const given = answer.getCorrelationId()!;
    found.push([given.getString(), answer.getError()?.getCode() ?? status.OK]);
    if (found.length === count) break;
  }
  call.cancel();
  return found;
}

const without = (clear: (options: BatchOptions) => void) => (options: BatchOptions) => {
  clear(options);
  return options;
};
const LARGE = 'x'.repeat(700_000);
const soon = (ms: number) => {
  const at = new protobufTimestamp.Timestamp();
  at.fromDate(new Date(Date.now() + ms));
  return at;
};

test.each<[wrong: string, begin: (options: BatchOptions) => BatchOptions, code: status]>([
  ['a deadline that has passed', (it) => it.setDeadline(soon(-1_000)), status.DEADLINE_EXCEEDED],
  ['no stream', without((it) => it.clearStreamIdentifier()), status.INVALID_ARGUMENT],
  ['no expectation', without((it) => it.clearAny()), status.INVALID_ARGUMENT],
])(
  '%s is told at once, under the id as it was sent, and the rest is passed over',
  async (_, begin, code) => {
    const [wrong, next] = [randomUUID(), randomUUID()];
    const requests = [
      part(wrong, false).setOptions(begin(options())),
      part(wrong, true),
      part(next, true).setOptions(options()),
    ];
    expect(await answers(requests, 2)).toEqual([
      [wrong, code],
      [next, status.OK],
    ]);
  },
);

test.each([
  ['too much data', LARGE, 'Happened'],
  ['an event without a type', '{}', ''],
])('%s is told before the append is complete, and once', async (_, data, type) => {
  const [wrong, next] = [randomUUID(), randomUUID()];
  const requests = [
    part(wrong, false, LARGE).setOptions(options()),
    part(wrong, false, data, type),
    part(wrong, true),
    part(next, true).setOptions(options()),
  ];
  const expected = [
    [wrong, status.INVALID_ARGUMENT],
    [next, status.OK],
  ];
  expect(await answers(requests, 2)).toEqual(expected);
});

test.each([
  ['that is over', 0, status.DEADLINE_EXCEEDED],
  ['that leaves time', 1, status.OK],
])(
  'a deadline may be a duration %s, as clients in other languages send it',
  async (_, seconds, code) => {
    const id = randomUUID();
    const duration = new protobufDuration.Duration().setSeconds(seconds);
    // The client's own messages lack the field.
    const bytes = Buffer.concat([
      options().serializeBinary(),
      field(7, duration.serializeBinary()),
    ]);
    const request = Buffer.concat([field(2, bytes), part(id, true).serializeBinary()]);
    expect(await answers([request], 1)).toEqual([[id, code]]);
  },
);

test("however late its deadline, an append is given up after the real server's two seconds", async () => {
  const id = randomUUID();
  const begun = options().setDeadline(soon(3_600_000));
  const [[, code] = []] = await answers([part(id, false).setOptions(begun)], 1);
  expect(code).toBe(status.DEADLINE_EXCEEDED);
});

test('a classic append that is too large is refused while its caller still sends', async () => {
  const refused = await new Promise<ServiceError | null>((resolve) => {
    const call = client.append((error) => resolve(error));
    const target = new streams.AppendReq.Options();
    target.setStreamIdentifier(identifier()).setAny(new shared.Empty());
    call.write(new streams.AppendReq().setOptions(target));
    for (let n = 0; n < 2; n++) {
      const message = new streams.AppendReq.ProposedMessage().setId(uuid(randomUUID()));
      message.getMetadataMap().set('type', 'Happened').set('content-type', 'application/json');
      call.write(new streams.AppendReq().setProposedMessage(message.setData(Buffer.from(LARGE))));
    }
  });
  expect(refused).toMatchObject({ code: status.INVALID_ARGUMENT });
  expect(refused?.metadata.get('exception')).toEqual(['maximum-append-size-exceeded']);
});
