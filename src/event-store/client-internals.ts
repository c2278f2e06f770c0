// The one place that reaches behind the official client's public face, for its batch call and its
// channel. Its own `appendToStream` cannot live through an outage: it keeps one map of pending
// appends for the whole process, so the end of one client's stream rejects the appends of all; an
// answer to one of those then throws inside the client, where nobody can catch it, and ends the
// process; and when a stream ends without an error, what is pending stays so for ever.
import type { Duplex } from 'node:stream';
import type { EventStoreDBClient } from '@eventstore/db-client';
import streamsGrpc from '@eventstore/db-client/generated/streams_grpc_pb.js';

/** A bidirectional call: requests are written, as bytes, and answers are its data. */
export interface BatchCall extends Duplex {
  cancel(): void;
}

interface BatchStub {
  makeBidiStreamRequest(
    path: string,
    serialize: (request: Uint8Array) => Buffer,
    deserialize: (answer: Buffer) => unknown,
    ...metadataAndOptions: readonly unknown[]
  ): BatchCall;
}

/** What version 6.2.1 calls protected or private; a test says when an upgrade changes it. */
interface Internals {
  readonly supports: (method: unknown) => Promise<boolean>;
  readonly callArguments: (options: object, callOptions: object) => readonly unknown[];
  readonly getChannel: () => Promise<{ close(): void }>;
  readonly GRPCStreamCreator: (
    stub: unknown,
    name: string,
    open: (stub: BatchStub) => BatchCall,
  ) => () => Promise<BatchCall>;
}

function internalsOf(client: EventStoreDBClient): Internals {
  return client as unknown as Internals;
}

/** Opens a call for appends; undefined where the server knows only single ones. */
export async function openBatchCall(client: EventStoreDBClient): Promise<BatchCall | undefined> {
  const internals = internalsOf(client);
  const { batchAppend } = streamsGrpc.StreamsService;
  if (!(await internals.supports(batchAppend))) return undefined;
  const open = internals.GRPCStreamCreator(streamsGrpc.StreamsClient, 'batchAppend', (stub) =>
    stub.makeBidiStreamRequest(
      batchAppend.path,
      asBuffer,
      batchAppend.responseDeserialize,
      ...internals.callArguments({}, { deadline: Infinity }),
    ),
  );
  return open();
}

function asBuffer({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

/** Ends the client's streams and its connection, which the client's own `dispose` leaves open. */
export async function disconnect(client: EventStoreDBClient): Promise<void> {
  await client.dispose();
  // A client that has not found its cluster has no connection to close.
  const channel = await internalsOf(client)
    .getChannel()
    .catch(() => undefined);
  channel?.close();
}
