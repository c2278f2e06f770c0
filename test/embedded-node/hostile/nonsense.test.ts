// Bytes that mean nothing, or nearly something, to every method there is: each call ends with a status,
// and the node answers everybody else as before.
// The long form: NONSENSE=2000 npm test -- test/embedded-node/hostile. NONSENSE_SEED repeats a run.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { connect } from 'node:net';
import { status } from '@grpc/grpc-js';
import protobufEmpty from 'google-protobuf/google/protobuf/empty_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import { Cleanup } from '../../event-store/nodes.js';
import { Random } from '../model/random.js';
import { HostileNode } from './hostile-node.js';
import { methods } from './raw-client.js';

const MESSAGES = Number(process.env['NONSENSE'] ?? 60);
const seed = Number(process.env['NONSENSE_SEED'] ?? Date.now() % 1_000_000);

const READ = '/event_store.client.streams.Streams/Read';
const BATCH_APPEND = '/event_store.client.streams.Streams/BatchAppend';

/** They would make a client believe that the node is gone, and come again. */
const NEVER = [status.UNAVAILABLE, status.CANCELLED];

const cleanup = new Cleanup();
let node: HostileNode;
beforeAll(async () => {
  node = await HostileNode.start(cleanup);
});
afterAll(() => cleanup.run());

function noise(random: Random, length: number): Buffer {
  return Buffer.from(Array.from({ length }, () => random.below(256)));
}

function readRequest(): streams.ReadReq {
  const options = new streams.ReadReq.Options();
  const all = new streams.ReadReq.Options.AllOptions();
  all.setStart(new shared.Empty());
  options.setAll(all);
  options.setCount('5');
  options.setNoFilter(new shared.Empty());
  options.setUuidOption(new streams.ReadReq.Options.UUIDOption().setString(new shared.Empty()));
  return new streams.ReadReq().setOptions(options);
}

function batchRequest(): streams.BatchAppendReq {
  const options = new streams.BatchAppendReq.Options();
  const name = Buffer.from('nonsense').toString('base64');
  options.setStreamIdentifier(new shared.StreamIdentifier().setStreamName(name));
  options.setAny(new protobufEmpty.Empty());
  const message = new streams.BatchAppendReq.ProposedMessage();
  message.setId(new shared.UUID().setString('00000000-0000-4000-8000-000000000001'));
  message.getMetadataMap().set('type', 'Nonsense').set('content-type', 'application/json');
  message.setData(Buffer.from('{}'));
  const request = new streams.BatchAppendReq();
  request.setCorrelationId(new shared.UUID().setString('00000000-0000-4000-8000-000000000002'));
  request.setOptions(options);
  request.addProposedMessages(message);
  return request.setIsFinal(true);
}

describe(`nonsense, seed ${seed}`, () => {
  test.each(methods)('random bytes to %s', async (path) => {
    await node.endures(async () => {
      const random = new Random(seed);
      const stranger = node.stranger();
      const payloads = Array.from({ length: MESSAGES / 2 }, () => noise(random, random.below(200)));
      const statuses = await Promise.all(payloads.map((payload) => stranger.call(path, [payload])));
      for (const code of NEVER) expect(statuses).not.toContain(code);
      stranger.close();
    });
  });

  test.each([
    ['a read', READ, readRequest],
    ['a batch append', BATCH_APPEND, batchRequest],
  ] as const)('%s with some bytes changed', async (_, path, request) => {
    await node.endures(async () => {
      const random = new Random(seed);
      const stranger = node.stranger();
      const valid = Buffer.from(request().serializeBinary());
      expect(await stranger.call(path, [valid])).toBe(status.OK);
      for (let sent = 0; sent < MESSAGES; sent += 20) {
        const payloads = Array.from({ length: 20 }, () => {
          const payload = Buffer.from(valid);
          for (let i = 0; i <= random.below(3); i++) {
            payload[random.below(payload.length)] = random.below(256);
          }
          return payload.subarray(0, random.chance(0.2) ? random.below(payload.length) : undefined);
        });
        const statuses = await Promise.all(
          payloads.map((payload) => stranger.call(path, [payload])),
        );
        for (const code of NEVER) expect(statuses).not.toContain(code);
      }
      stranger.close();
    });
  });

  test('what is no method is unimplemented', async () => {
    const stranger = node.stranger();
    for (const path of [
      '/event_store.client.streams.Streams/Nothing',
      '/event_store.client.nothing.Nothing/Read',
      '/',
      '/x',
      `/${'long'.repeat(2_000)}/Method`,
      '/event_store.client.streams.Streams/%00%ff',
    ]) {
      expect(await stranger.call(path, [Buffer.alloc(10)])).toBe(status.UNIMPLEMENTED);
    }
    stranger.close();
    await node.works();
  });

  test('what is not gRPC harms nobody', async () => {
    const [host = '', port = ''] = node.address.split(':');
    const random = new Random(seed);
    await node.endures(async () => {
      for (const bytes of [
        Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n'),
        noise(random, 5_000),
        Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
        Buffer.concat([Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), noise(random, 5_000)]),
        Buffer.alloc(0),
      ]) {
        const socket = connect(Number(port), host);
        // What becomes of this socket does not matter, only what becomes of the node.
        socket.on('error', () => socket.destroy());
        await once(socket, 'connect');
        socket.end(bytes);
        socket.resume();
        await node.works();
        socket.destroy();
      }
    });
  });
});
