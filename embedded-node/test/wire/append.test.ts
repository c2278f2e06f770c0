// The classic append on the wire: options come first and once, events after them.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { status } from '@grpc/grpc-js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import { Cleanup } from '../../../test/event-store/nodes.js';
import { startNode } from '../../src/server/node.js';
import { newStream } from '../client/given.js';
import { type Answer, appendOptions, closed, proposed, streamsClient, unary } from './given.js';

type AppendReq = InstanceType<typeof streams.AppendReq>;
type AppendResp = InstanceType<typeof streams.AppendResp>;

const cleanup = new Cleanup();
let append: (messages: readonly AppendReq[]) => Promise<Answer<AppendResp>>;

beforeAll(async () => {
  const node = await startNode();
  cleanup.add(() => node.stop());
  const client = streamsClient(node);
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
