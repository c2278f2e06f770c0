// The only module that uses private parts of the official client: its calls and its channel. The
// client's own `appendToStream` does not survive an outage. It has one map of pending appends for
// the whole process, so the end of one client's stream rejects the appends of all clients; a late
// answer to one of those throws inside the client, where it cannot be caught, and ends the process.
// When a stream ends without an error, its appends stay pending for ever. The client's reads are
// several times slower than decoding the messages. Its channels share connections, and its
// discovery is slow: see `node-client.ts` and `leader-watch.ts`. Credentials, reconnecting and
// errors are the client's own.
import type { Duplex, Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type { Channel, Metadata } from '@grpc/grpc-js';
import type { EventStoreDBClient } from '@eventstore/db-client';
import gossipGrpc from '@eventstore/db-client/generated/gossip_grpc_pb.js';
import type gossip from '@eventstore/db-client/generated/gossip_pb.js';
import persistentGrpc from '@eventstore/db-client/generated/persistent_grpc_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import streamsGrpc from '@eventstore/db-client/generated/streams_grpc_pb.js';
import { type ReadReqMessage, readReqCodec } from 'embedded-eventstoredb/wire';
import { batchAnswer } from './batch-answer.js';
import type { BatchCall, CallOptions, ReadCall } from './store-access.js';

/** A call whose requests are written as bytes and whose answers are its data. */
export interface DuplexCall<Answer> extends ReadCall<Answer> {
  write(message: Uint8Array): unknown;
}

interface Stub {
  makeBidiStreamRequest<Answer>(
    path: string,
    serialize: (request: Uint8Array) => Buffer,
    deserialize: (answer: Buffer) => Answer,
    ...metadataAndOptions: readonly unknown[]
  ): DuplexCall<Answer> & Duplex;
  makeServerStreamRequest<Answer>(
    path: string,
    serialize: (request: ReadReqMessage) => Buffer,
    deserialize: (answer: Buffer) => Answer,
    request: ReadReqMessage,
    ...metadataAndOptions: readonly unknown[]
  ): ReadCall<Answer> & Readable;
}

type GossipStub = InstanceType<typeof gossipGrpc.GossipClient>;
export type ClusterInfo = InstanceType<typeof gossip.ClusterInfo>;

/** Protected or private in version 6.2.1; a test fails when an upgrade changes them. */
interface Internals {
  readonly supports: (method: unknown) => Promise<boolean>;
  readonly callArguments: (options: object, callOptions: object) => readonly unknown[];
  readonly getChannel: () => Promise<{ close(): void }>;
  createChannel: () => Promise<Channel>;
  readonly resolveUri: () => Promise<string>;
  readonly execute: <Answer>(
    stub: unknown,
    name: string,
    action: (stub: GossipStub) => Promise<Answer>,
  ) => Promise<Answer>;
  readonly GRPCStreamCreator: <Call extends Readable>(
    stub: unknown,
    name: string,
    open: (stub: Stub) => Call,
  ) => () => Promise<Call>;
}

function internalsOf(client: EventStoreDBClient): Internals {
  return client as unknown as Internals;
}

/** Makes the client use our channels; each connects to the given address. */
export function useChannels(
  client: EventStoreDBClient,
  channelTo: (target: string) => Channel,
): void {
  const internals = internalsOf(client);
  internals.createChannel = async () => channelTo(await internals.resolveUri());
}

/**
 * Reads the cluster's state from one node.
 *
 * @throws the call's error, also after `timeoutMs`
 */
export function askGossip(client: EventStoreDBClient, timeoutMs: number): Promise<ClusterInfo> {
  const internals = internalsOf(client);
  // The server answers gossip without credentials.
  const [metadata] = internals.callArguments({}, {});
  const ask = (stub: GossipStub) =>
    new Promise<ClusterInfo>((resolve, reject) => {
      const options = { deadline: Date.now() + timeoutMs };
      stub.read(new shared.Empty(), metadata as Metadata, options, (error, info) => {
        if (error) reject(error);
        else resolve(info);
      });
    });
  return internals.execute(gossipGrpc.GossipClient, 'gossip', ask);
}

/** Opens a call for appends; undefined where the server supports only single appends. */
export async function openBatchCall(
  client: EventStoreDBClient,
  { requiresLeader }: CallOptions,
): Promise<(BatchCall & Duplex) | undefined> {
  const internals = internalsOf(client);
  const { batchAppend } = streamsGrpc.StreamsService;
  if (!(await internals.supports(batchAppend))) return undefined;
  const open = internals.GRPCStreamCreator(streamsGrpc.StreamsClient, 'batchAppend', (stub) =>
    stub.makeBidiStreamRequest(
      batchAppend.path,
      asBuffer,
      batchAnswer,
      ...internals.callArguments({ requiresLeader }, { deadline: Infinity }),
    ),
  );
  return open();
}

/**
 * Opens a call for a read or a subscription; `decode` decodes each answer. Rejects with the
 * client's error when there is no connection.
 */
export function openRead<Answer>(
  client: EventStoreDBClient,
  request: ReadReqMessage,
  decode: (answer: Uint8Array) => Answer,
  { requiresLeader }: CallOptions,
): Promise<ReadCall<Answer> & Readable> {
  const internals = internalsOf(client);
  const { read } = streamsGrpc.StreamsService;
  const open = internals.GRPCStreamCreator(streamsGrpc.StreamsClient, 'read', (stub) =>
    stub.makeServerStreamRequest(
      read.path,
      (asked) => asBuffer(readReqCodec.encode(asked)),
      decode,
      request,
      ...internals.callArguments({ requiresLeader }, { deadline: Infinity }),
    ),
  );
  return open();
}

/** Opens a consumer's call of a persistent subscription; nothing comes before its first request. */
export function openConsumer<Answer>(
  client: EventStoreDBClient,
  decode: (answer: Uint8Array) => Answer,
  { requiresLeader }: CallOptions,
): Promise<DuplexCall<Answer> & Duplex> {
  const internals = internalsOf(client);
  const { read } = persistentGrpc.PersistentSubscriptionsService;
  const stub = persistentGrpc.PersistentSubscriptionsClient;
  const open = internals.GRPCStreamCreator(stub, 'consume', (calls) =>
    calls.makeBidiStreamRequest(
      read.path,
      asBuffer,
      decode,
      ...internals.callArguments({ requiresLeader }, { deadline: Infinity }),
    ),
  );
  return open();
}

function asBuffer({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

const DISPOSE_MS = 500;

/**
 * Ends the client's streams and its connection, which the client's own `dispose` leaves open. A
 * stream that does not end in time ends with the connection.
 */
export async function disconnect(client: EventStoreDBClient): Promise<void> {
  await Promise.race([client.dispose(), delay(DISPOSE_MS, undefined, { ref: false })]);
  // A client that has not found its cluster has no connection to close.
  const channel = await internalsOf(client)
    .getChannel()
    .catch(() => undefined);
  channel?.close();
}
