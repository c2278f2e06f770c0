// A node that stops does not wait for a client that takes nothing off its connection. What it cuts
// off there is UNAVAILABLE: clients take CANCELLED for their own doing, and do not come again.
import { afterEach, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { type EventEmitter, once } from 'node:events';
import { readFile } from 'node:fs/promises';
import protobufEmpty from 'google-protobuf/google/protobuf/empty_pb.js';
import persistentGrpc from '@eventstore/db-client/generated/persistent_grpc_pb.js';
import persistent from '@eventstore/db-client/generated/persistent_pb.js';
import streamsGrpc from '@eventstore/db-client/generated/streams_grpc_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import { ChannelCredentials, Metadata, type ServiceError, status } from '@grpc/grpc-js';
import {
  EventStoreDBClient,
  persistentSubscriptionToStreamSettingsFromDefaults,
} from '@eventstore/db-client';
import type { EmbeddedNode } from '../../src/options.js';
import { startNode } from '../../src/server/node.js';
import { Cleanup } from '../../../test/event-store/nodes.js';
import { series } from '../client/given.js';
import { appendOptions, closed, named, nothing, proposed, uuid } from '../wire/given.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const STREAM = 's';
const GROUP = 'g';

/** A window of no bytes: of each call the client gets the headers and never a message. */
const TAKES_NOTHING = { 'grpc-node.flow_control_window': 0 };

class Clients {
  private constructor(
    readonly streams: InstanceType<typeof streamsGrpc.StreamsClient>,
    readonly groups: InstanceType<typeof persistentGrpc.PersistentSubscriptionsClient>,
    readonly metadata: Metadata,
  ) {}

  /** All on one connection to the node. */
  static async to({ caFile, host, port }: EmbeddedNode): Promise<Clients> {
    const isSecure = caFile !== undefined;
    const credentials = isSecure
      ? ChannelCredentials.createSsl(await readFile(caFile))
      : ChannelCredentials.createInsecure();
    const address = [`${host}:${port}`, credentials, TAKES_NOTHING] as const;
    const ofStreams = new streamsGrpc.StreamsClient(...address);
    const ofGroups = new persistentGrpc.PersistentSubscriptionsClient(...address);
    for (const client of [ofStreams, ofGroups]) cleanup.add(() => closed(client));
    const metadata = new Metadata();
    const user = Buffer.from('admin:changeit').toString('base64');
    if (isSecure) metadata.set('authorization', `Basic ${user}`);
    return new Clients(ofStreams, ofGroups, metadata);
  }

  read(of: 'stream' | '$all', { isSubscription }: { readonly isSubscription: boolean }) {
    const { Options } = streams.ReadReq;
    const options = new Options().setNoFilter(nothing());
    options.setUuidOption(new Options.UUIDOption().setString(nothing()));
    if (of === '$all') options.setAll(new Options.AllOptions().setStart(nothing()));
    else {
      const stream = new Options.StreamOptions().setStreamIdentifier(named(STREAM));
      options.setStream(stream.setStart(nothing()));
    }
    if (isSubscription) options.setSubscription(new Options.SubscriptionOptions());
    else options.setCount('1000');
    return this.streams.read(new streams.ReadReq().setOptions(options), this.metadata);
  }

  append() {
    const call = this.streams.append(this.metadata, () => undefined);
    call.write(appendOptions(STREAM, 'any'));
    call.write(proposed(randomUUID()));
    call.end();
    return call;
  }

  appendBatch() {
    const call = this.streams.batchAppend(this.metadata);
    const options = new streams.BatchAppendReq.Options().setStreamIdentifier(named(STREAM));
    options.setAny(new protobufEmpty.Empty());
    const event = new streams.BatchAppendReq.ProposedMessage().setId(uuid(randomUUID()));
    event.getMetadataMap().set('type', 'Happened').set('content-type', 'application/json');
    event.setData(Buffer.from('{}').toString('base64'));
    const request = new streams.BatchAppendReq().setCorrelationId(uuid(randomUUID()));
    request.setOptions(options).addProposedMessages(event);
    call.write(request.setIsFinal(true));
    return call;
  }

  consume() {
    const { Options } = persistent.ReadReq;
    const options = new Options().setStreamIdentifier(named(STREAM)).setGroupName(GROUP);
    options.setBufferSize(10).setUuidOption(new Options.UUIDOption().setString(nothing()));
    const call = this.groups.read(this.metadata);
    call.write(new persistent.ReadReq().setOptions(options));
    return call;
  }
}

const calls: Readonly<Record<string, (clients: Clients) => EventEmitter>> = {
  'a subscription to a stream': (clients) => clients.read('stream', { isSubscription: true }),
  'a subscription to $all': (clients) => clients.read('$all', { isSubscription: true }),
  'a read of a stream': (clients) => clients.read('stream', { isSubscription: false }),
  'a read of $all': (clients) => clients.read('$all', { isSubscription: false }),
  'an append': (clients) => clients.append(),
  'a stream of batches': (clients) => clients.appendBatch(),
  'a consumer of a group': (clients) => clients.consume(),
};

async function fill({ connectionString }: EmbeddedNode): Promise<void> {
  const client = EventStoreDBClient.connectionString(connectionString);
  cleanup.add(() => client.dispose());
  await client.appendToStream(STREAM, series(10));
  const settings = persistentSubscriptionToStreamSettingsFromDefaults({ startFrom: 'start' });
  await client.createPersistentSubscriptionToStream(STREAM, GROUP, settings);
}

describe.each([
  ['without TLS', { insecure: true }],
  ['without TLS, with HTTP', { insecure: true, httpPort: 0 }],
  ['with TLS', { insecure: false }],
  ['with TLS and HTTP', { insecure: false, httpPort: 0 }],
])('a node %s', (_, options) => {
  test('cuts off as unavailable whatever its client does not take', async () => {
    const node = await startNode(options);
    cleanup.add(() => node.stop());
    await fill(node);
    const clients = await Clients.to(node);
    const endings: Promise<readonly [string, status]>[] = [];
    for (const [name, open] of Object.entries(calls)) {
      const call = open(clients);
      call.on('error', () => undefined);
      endings.push(
        new Promise((resolve) => {
          call.on('status', ({ code }: Pick<ServiceError, 'code'>) => resolve([name, code]));
        }),
      );
      // The node has answered it, and its answer cannot get through.
      await once(call, 'metadata');
    }
    await node.stop();
    const cut = Object.keys(calls).map((name) => [name, status.UNAVAILABLE]);
    expect(await Promise.all(endings)).toEqual(cut);
  });
});
