// A node that stops answers for all that it has taken on, tells whoever follows it, and does not
// wait for whoever does not listen.
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import {
  EventStoreDBClient,
  jsonEvent,
  persistentSubscriptionToStreamSettingsFromDefaults,
  UnavailableError,
} from '@eventstore/db-client';
import { status } from '@grpc/grpc-js';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Log } from '../../src/log/log.js';
import { openLogFile } from '../../src/log/log-file.js';
import { startNode } from '../../src/server/node.js';
import { Cleanup } from '../../../test/event-store/nodes.js';

const cleanup = new Cleanup();
let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'cartograph-stop-'));
  cleanup.add(() => rm(dataDir, { recursive: true, force: true }));
});
afterEach(() => cleanup.run());

async function start() {
  const node = await startNode({ dataDir, httpPort: 0 });
  cleanup.add(() => node.stop());
  const connected = () => {
    const client = EventStoreDBClient.connectionString(node.connectionString);
    cleanup.add(() => client.dispose());
    return client;
  };
  return { node, connected };
}

const note = () => jsonEvent({ type: 'Noted', data: {} });

const codeOf = (error: unknown) => (error instanceof Error && 'code' in error ? error.code : error);

test('what was acknowledged is kept, and every append that was under way is answered', async () => {
  const { node, connected } = await start();
  const acknowledged: string[] = [];
  const endings: unknown[] = [];
  const write = async (client: EventStoreDBClient, stream: string) => {
    for (;;) {
      const event = note();
      try {
        await client.appendToStream(stream, event);
        acknowledged.push(event.id);
      } catch (error) {
        endings.push(error);
        return;
      }
    }
  };
  const client = connected();
  const writing = Array.from({ length: 16 }, (_, n) => write(client, `s-${n}`));
  const follower = client.subscribeToAll();
  for await (const { event } of follower) {
    if (event?.position.commit === 300n * 64n) break;
  }
  await node.stop();
  await Promise.all(writing);

  // Which makes the client connect anew.
  expect(endings.map(codeOf)).toEqual(writing.map(() => status.UNAVAILABLE));
  const log = new Log(openLogFile(dataDir));
  const kept = new Set(log.allForwards(0, 1_000_000).map(({ id }) => id));
  log.close();
  expect(acknowledged.length).toBeGreaterThan(200);
  expect(acknowledged.filter((id) => !kept.has(id))).toEqual([]);
});

test('followers are told that the node is not available any more', async () => {
  const { node, connected } = await start();
  const client = connected();
  await client.appendToStream('s', note());
  const endings = [client.subscribeToStream('s'), client.subscribeToAll()].map((subscription) =>
    once(subscription.resume(), 'error'),
  );
  // Both have come to the end of the log.
  const live = client.subscribeToAll({ fromPosition: 'end' });
  const caughtUp = once(live, 'confirmation');
  const ended = once(live.resume(), 'error');
  await caughtUp;
  await node.stop();
  for (const [error] of await Promise.all([...endings, ended])) {
    expect(error).toBeInstanceOf(UnavailableError);
  }
});

test('an idle stream of batches ends, and consumers of a group are dropped', async () => {
  const { node, connected } = await start();
  const client = connected();
  await client.appendToStream('s', note());
  await client.createPersistentSubscriptionToStream(
    's',
    'g',
    persistentSubscriptionToStreamSettingsFromDefaults(),
  );
  const consumer = client.subscribeToPersistentSubscriptionToStream('s', 'g');
  const dropped = once(consumer.resume(), 'error');
  await once(consumer, 'confirmation');
  await node.stop();
  expect(await dropped).toEqual([expect.any(Error)]);
  // The channel has gone with the node; the client says so instead of waiting for its deadline.
  await expect(client.appendToStream('s', note())).rejects.toMatchObject({
    code: status.UNAVAILABLE,
  });
});

test.each([
  ['without TLS', { insecure: true, httpPort: 0 }],
  ['with TLS', { insecure: false, httpPort: 0 }],
  ['without HTTP', { insecure: true }],
  ['with TLS and without HTTP', { insecure: false }],
])(
  'connections that nobody uses do not hold it up, %s',
  async (_, options) => {
    const node = await startNode(options);
    cleanup.add(() => node.stop());
    const ports = [node.port, node.httpPort].filter((port) => port !== undefined);
    const sockets = ports.map((port) => connect({ port, host: '127.0.0.1' }));
    await Promise.all(sockets.map((socket) => once(socket, 'connect')));
    const closed = sockets.map((socket) => once(socket.resume(), 'close'));
    // Half a request to the one; to the other no beginning of HTTP/2, nor of TLS.
    for (const socket of sockets) socket.on('error', () => undefined).write('GET /stats HT');
    const idle = ports.map((port) => connect({ port, host: '127.0.0.1' }));
    await Promise.all(idle.map((socket) => once(socket, 'connect')));
    closed.push(...idle.map((socket) => once(socket.resume(), 'close')));
    await node.stop();
    await Promise.all(closed);
  },
  // A handshake may take longer than this, if nobody ends it.
  8_000,
);

test('stopping twice is stopping once', async () => {
  const { node } = await start();
  await Promise.all([node.stop(), node.stop()]);
  openLogFile(dataDir).close();
});
