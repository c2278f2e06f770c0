// Bytes that mean nothing, or nearly something, to every method there is: each call ends with a
// status, and the node answers everybody else as before. The long form: NONSENSE=2000 npm test --
// test/embedded-node/hostile. NONSENSE_SEED repeats a run.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { connect } from 'node:net';
import { status } from '@grpc/grpc-js';
import { Cleanup } from '../../../test/event-store/nodes.js';
import { Random } from '../model/random.js';
import { HostileNode } from './hostile-node.js';
import { methods, type RawClient } from './raw-client.js';
import { wellFormed } from './well-formed.js';

const MESSAGES = Number(process.env['NONSENSE'] ?? 60);
const seed = Number(process.env['NONSENSE_SEED'] ?? Date.now() % 1_000_000);

/** How many calls are made at once. */
const TOGETHER = 20;

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

async function allEnd(stranger: RawClient, path: string, payloads: readonly Buffer[]) {
  const statuses = await Promise.all(payloads.map((payload) => stranger.call(path, [payload])));
  for (const code of NEVER) expect(statuses).not.toContain(code);
}

/** Some bytes changed, and now and then the end cut off. */
function mutated(valid: Buffer, random: Random): Buffer {
  const payload = Buffer.from(valid);
  for (let i = 0; i <= random.below(3); i++) {
    payload[random.below(payload.length)] = random.below(256);
  }
  return payload.subarray(0, random.chance(0.2) ? random.below(payload.length) : undefined);
}

describe(`nonsense, seed ${seed}`, () => {
  test.each(methods)('random bytes to %s', async (path) => {
    await node.endures(async () => {
      const random = new Random(seed);
      const stranger = node.stranger();
      for (let sent = 0; sent < MESSAGES; sent += TOGETHER) {
        const payloads = Array.from({ length: TOGETHER }, () => noise(random, random.below(200)));
        await allEnd(stranger, path, payloads);
      }
      stranger.close();
    });
  });

  test.each(wellFormed)('%s with some bytes changed', async (_, path, valid) => {
    await node.endures(async () => {
      const random = new Random(seed);
      const stranger = node.stranger();
      for (let sent = 0; sent < MESSAGES; sent += TOGETHER) {
        const payloads = Array.from({ length: TOGETHER }, () => mutated(valid, random));
        await allEnd(stranger, path, payloads);
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
