// The classic append on the wire: options come first and once, events after them.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:http2';
import { status } from '@grpc/grpc-js';
import protobufEmpty from 'google-protobuf/google/protobuf/empty_pb.js';
import streamsGrpc from '@eventstore/db-client/generated/streams_grpc_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import { Cleanup } from '../../../test/event-store/nodes.js';
import { startNode } from '../../src/server/node.js';
import { newStream } from '../client/given.js';
import {
  type Answer,
  appendOptions,
  closed,
  type Expected,
  Inbox,
  named,
  proposed,
  streamsClient,
  unary,
  uuid,
} from './given.js';

type AppendReq = InstanceType<typeof streams.AppendReq>;
type AppendResp = InstanceType<typeof streams.AppendResp>;

const cleanup = new Cleanup();
let client: ReturnType<typeof streamsClient>;
let address: string;
let append: (messages: readonly AppendReq[]) => Promise<Answer<AppendResp>>;

beforeAll(async () => {
  const node = await startNode();
  cleanup.add(() => node.stop());
  address = `${node.host}:${node.port}`;
  client = streamsClient(node);
  cleanup.add(() => closed(client));
  append = (messages) =>
    unary<AppendResp>((done) => {
      const call = client.append(done);
      for (const message of messages) call.write(message);
      call.end();
    });
});
afterAll(() => cleanup.run());

const event = () => proposed(randomUUID());

describe('an append', () => {
  test('with its options first and its events after them is written', async () => {
    const { code, messages } = await append([appendOptions(newStream(), 'any'), event(), event()]);
    expect(code).toBe(status.OK);
    expect(messages[0]?.getSuccess()?.getCurrentRevision()).toBe('1');
  });

  test.each([
    [
      'options sent twice',
      (stream: string) => [appendOptions(stream, 'any'), event(), appendOptions(stream, 'any')],
    ],
    ['an event before the options', (stream: string) => [event(), appendOptions(stream, 'any')]],
    [
      'an empty message',
      (stream: string) => [appendOptions(stream, 'any'), new streams.AppendReq(), event()],
    ],
  ])('with %s is not expected, and writes nothing', async (_, messagesFor) => {
    const stream = newStream();
    expect(await append(messagesFor(stream))).toMatchObject({ code: status.UNKNOWN, trailers: {} });
    const { messages } = await append([appendOptions(stream, 'exists'), event()]);
    expect(messages[0]?.hasWrongExpectedVersion()).toBe(true);
  });
});

/**
 * Sends an append without its end. By HTTP/2 itself: the Node client half-closes a call before it
 * resets it, as if the append were complete.
 */
async function begun(messages: readonly AppendReq[]) {
  const session = connect(`http://${address}`);
  const { path } = streamsGrpc.StreamsService.append;
  const headers = { ':method': 'POST', ':path': path, 'content-type': 'application/grpc' };
  const stream = session.request({ ...headers, te: 'trailers' });
  for (const socket of [session, stream]) socket.on('error', () => undefined);
  const frames = Buffer.concat(messages.map(framed));
  await new Promise((resolve) => stream.write(frames, resolve));
  return { session, stream };
}

function framed(message: AppendReq): Buffer {
  const bytes = message.serializeBinary();
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(bytes.length, 1);
  return Buffer.concat([prefix, bytes]);
}

describe('an append that its sender breaks off', () => {
  test.each([
    ['by resetting the stream', 1],
    ['by resetting the stream', 40],
    ['by closing the connection', 1],
    ['by closing the connection', 40],
  ])('%s, after %p events, writes none of them', async (how, sent) => {
    for (const stream of Array.from({ length: 5 }, () => newStream())) {
      const call = await begun([
        appendOptions(stream, 'any'),
        ...Array.from({ length: sent }, event),
      ]);
      const closed = once(call.session, 'close');
      call.stream.destroy();
      if (how === 'by closing the connection') call.session.destroy();
      else call.session.close();
      await closed;
      const { messages } = await append([appendOptions(stream, 'no stream'), event()]);
      expect(messages[0]?.getSuccess()?.getCurrentRevision()).toBe('0');
    }
  });
});

describe('an append of no events', () => {
  /** As a batch of one, which clients without credentials of the call send. */
  async function inBatch(stream: string, expected: Expected) {
    const call = client.batchAppend();
    const inbox = new Inbox<InstanceType<typeof streams.BatchAppendResp>>(call);
    const options = new streams.BatchAppendReq.Options().setStreamIdentifier(named(stream));
    if (typeof expected === 'bigint') options.setStreamPosition(String(expected));
    else if (expected === 'exists') options.setStreamExists(new protobufEmpty.Empty());
    else if (expected === 'any') options.setAny(new protobufEmpty.Empty());
    else options.setNoStream(new protobufEmpty.Empty());
    const request = new streams.BatchAppendReq().setCorrelationId(uuid(randomUUID()));
    call.write(request.setOptions(options).setIsFinal(true));
    const [response] = await inbox.next(1);
    call.end();
    return response?.getSuccess();
  }

  const classic = async (stream: string, expected: Expected) =>
    (await append([appendOptions(stream, expected)])).messages[0]?.getSuccess();

  test.each([
    ['classic', classic],
    ['in a batch', inBatch],
  ])('%s says whether there is a stream', async (_, appendNothing) => {
    const stream = newStream();
    for (const expected of ['any', 'no stream'] as const) {
      const success = await appendNothing(stream, expected);
      expect([success?.hasNoStream(), success?.hasCurrentRevision()]).toEqual([true, false]);
    }
    await append([appendOptions(stream, 'no stream'), event(), event()]);
    for (const expected of ['any', 'exists', 1n] as const) {
      expect((await appendNothing(stream, expected))?.getCurrentRevision()).toBe('1');
    }
  });
});
