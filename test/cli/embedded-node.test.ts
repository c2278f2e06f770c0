// The embedded node alone: other programs reach it by its address, and it ends when it is told.
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { EventStoreDBClient } from '@eventstore/db-client';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import streamsGrpc from '@eventstore/db-client/generated/streams_grpc_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import { ChannelCredentials, status } from '@grpc/grpc-js';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { randomUUID } from 'node:crypto';
import { Cleanup, connectTestStore } from '../event-store/nodes.js';
import { CommandLine } from './command.js';

const cleanup = new Cleanup();
let cartograph: CommandLine;
beforeEach(async () => {
  cartograph = await CommandLine.onNewFolder(cleanup);
});
afterEach(() => cleanup.run());

async function startNode(...more: string[]) {
  const { dataDir } = cartograph;
  const child = cartograph.start('embedded-node', '--port', '0', '--data', dataDir, ...more);
  cleanup.add(() => Promise.resolve(child.kill('SIGKILL')));
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  const [, address = '', port = ''] = /is ready at (127\.0\.0\.1:(\d+))$/.exec(line) ?? [];
  const kill = (signal: NodeJS.Signals) => child.kill(signal);
  const stop = async (signal: NodeJS.Signals) => {
    const exited = once(child, 'exit');
    child.kill(signal);
    return (await exited) as [number | null, NodeJS.Signals | null];
  };
  return { address, port, kill, stop };
}

/** A subscription to a stream, from its beginning. */
function followerOf(stream: string): InstanceType<typeof streams.ReadReq> {
  const { Options } = streams.ReadReq;
  const options = new Options();
  const from = new Options.StreamOptions();
  const name = new shared.StreamIdentifier();
  name.setStreamName(Buffer.from(stream));
  from.setStreamIdentifier(name);
  from.setStart(new shared.Empty());
  options.setStream(from);
  options.setSubscription(new Options.SubscriptionOptions());
  options.setNoFilter(new shared.Empty());
  const uuids = new Options.UUIDOption();
  uuids.setString(new shared.Empty());
  options.setUuidOption(uuids);
  const request = new streams.ReadReq();
  request.setOptions(options);
  return request;
}

test.each(['SIGTERM', 'SIGINT'] as const)(
  '%s ends it with 0, and its log stays',
  async (signal) => {
    const first = await startNode();
    const store = connectTestStore(cleanup, `esdb://${first.address}?tls=false`);
    const metadata = { schemaVersion: 1, occurredAt: new Date(0).toISOString() };
    const event = { id: randomUUID(), type: 'Tried', data: {}, metadata };
    await store.append('trial-1', [event], 'no_stream');
    expect(await first.stop(signal)).toEqual([0, null]);

    const second = await startNode();
    const again = connectTestStore(cleanup, `esdb://${second.address}?tls=false`);
    const ids: string[] = [];
    for await (const { id } of again.readStream('trial-1')) ids.push(id);
    expect(ids).toEqual([event.id]);
    expect(await second.stop(signal)).toEqual([0, null]);
  },
);

test('a second signal changes nothing', async () => {
  const node = await startNode();
  const client = new streamsGrpc.StreamsClient(node.address, ChannelCredentials.createInsecure());
  cleanup.add(async () => {
    await Promise.resolve();
    client.close();
  });
  const store = connectTestStore(cleanup, `esdb://${node.address}?tls=false`);
  const metadata = { schemaVersion: 1, occurredAt: new Date(0).toISOString() };
  const data = { text: 'x'.repeat(900_000) };
  for (let n = 0; n < 20; n += 1) {
    const event = { id: randomUUID(), type: 'Big', data, metadata };
    await store.append('big', [event], n === 0 ? 'no_stream' : n - 1);
  }
  // One that follows is told of the stop; one that asks for more than it takes holds the stop up.
  const follow = (stream: string) => client.read(followerOf(stream)).on('error', () => undefined);
  const slow = follow('big');
  const told = expect(once(follow('small').resume(), 'end')).rejects.toMatchObject({
    code: status.UNAVAILABLE,
  });
  await once(slow, 'readable');
  node.kill('SIGTERM');
  await told;
  expect(await node.stop('SIGTERM')).toEqual([0, null]);
});

test('a port or a folder that is taken ends it with 3', async () => {
  const { port, stop } = await startNode();
  const onPort = await cartograph.run('embedded-node', '--port', port);
  expect([onPort.code, onPort.errors]).toEqual([3, expect.stringContaining('EADDRINUSE')]);
  const { dataDir } = cartograph;
  const onFolder = await cartograph.run('embedded-node', '--port', '0', '--data', dataDir);
  expect([onFolder.code, onFolder.errors]).toEqual([3, expect.stringContaining('in use')]);
  await stop('SIGTERM');
});

test('it runs the projections of its clients', async () => {
  const { address } = await startNode('--run-projections');
  const connectionString = `esdb://${address}?tls=false`;
  const client = EventStoreDBClient.connectionString(connectionString);
  cleanup.add(() => client.dispose());
  const store = connectTestStore(cleanup, connectionString);
  const metadata = { schemaVersion: 1, occurredAt: new Date(0).toISOString() };
  const events = Array.from({ length: 3 }, () => {
    return { id: randomUUID(), type: 'Tried', data: {}, metadata };
  });
  await store.append('trial-1', events, 'no_stream');
  const query = `fromStream('trial-1').when({ $init: () => ({ count: 0 }), Tried: (state) => {
    state.count += 1;
  } })`;
  await client.createProjection('tries', query);
  const result = () => client.getProjectionResult<{ readonly count?: number }>('tries');
  while ((await result()).count !== 3);
});
