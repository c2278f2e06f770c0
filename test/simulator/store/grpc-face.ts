// The simulated store behind a port, in real time and without faults, so that the suites that ask
// the embedded node and real servers can ask it as well. What it answers comes from the same code as
// in a run; gRPC only carries it.
import { Server, ServerCredentials } from '@grpc/grpc-js';
import type { ServerDuplexStream, ServerWritableStream, UntypedHandleCall } from '@grpc/grpc-js';
import featuresGrpc from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import type streams from '@eventstore/db-client/generated/streams_pb.js';
import { openToAll } from '../../../embedded-node/src/security/stream-access.js';
import { featuresHandlers } from '../../../embedded-node/src/server/server-features.js';
import { streamsService } from '../../../embedded-node/src/server/streams-calls.js';
import { AppendCalls } from '../../../embedded-node/src/write/append-call.js';
import { AppendMemory } from '../../../embedded-node/src/write/incoming-events.js';
import type { Writer } from '../../../embedded-node/src/write/writer.js';
import { SeededRandomness } from '../randomness.js';
import { BatchServing } from './batch-serving.js';
import { Cluster } from './cluster.js';
import { Faults } from './faults.js';
import { ReadServing } from './read-serving.js';
import type { Answer } from './replication.js';
import type { Steps } from './steps.js';
import type { Accepted } from './writes.js';

export interface ServedStore {
  readonly connectionString: string;
  readonly host: string;
  readonly port: number;
  readonly stop: () => Promise<void>;
}

type BytesCall = ServerDuplexStream<Uint8Array, Uint8Array>;
type AnsweringCall = ServerWritableStream<InstanceType<typeof streams.ReadReq>, Uint8Array>;

const realSteps: Steps = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
  after: (ms, _label, run) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
  note: () => undefined,
  isAlive: true,
};

const HOST = '127.0.0.1';
const AT_ONCE = { leastMs: 0, mostMs: 0 };

/** A single node that commits at once. */
export async function serveSimulatedStore(): Promise<ServedStore> {
  const randomness = SeededRandomness.of(1);
  const faults = new Faults(randomness, {});
  const cluster = new Cluster({
    size: 1,
    replication: AT_ONCE,
    steps: realSteps,
    randomness,
    faults,
  });
  const served = { cluster, node: cluster.leader, steps: realSteps, faults, requiresLeader: false };
  const appends = new AppendCalls(writerOf(cluster), new AppendMemory(), openToAll);
  const server = new Server();
  server.addService(service, {
    read: ((call: AnsweringCall) => serveRead(served, call)) as UntypedHandleCall,
    batchAppend: ((call: BytesCall) => serveBatches(served, call)) as UntypedHandleCall,
    append: ((call, answer) => appends.append(call, answer)) as typeof appends.append,
    delete: ((call, answer) => appends.delete(call, answer)) as typeof appends.delete,
    tombstone: ((call, answer) => appends.tombstone(call, answer)) as typeof appends.tombstone,
  });
  server.addService(
    featuresGrpc.ServerFeaturesService,
    featuresHandlers({ hasProjections: false }),
  );
  const port = await listen(server);
  return {
    connectionString: `esdb://${HOST}:${port}?tls=false`,
    host: HOST,
    port,
    stop: () => {
      server.forceShutdown();
      return Promise.resolve();
    },
  };
}

/** Both requests and answers of batches stay bytes. */
const service = {
  ...streamsService,
  batchAppend: { ...streamsService.batchAppend, requestDeserialize: (bytes: Buffer) => bytes },
};

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync(`${HOST}:0`, ServerCredentials.createInsecure(), (error, port) => {
      if (error) reject(error);
      else resolve(port);
    });
  });
}

type Served = ConstructorParameters<typeof ReadServing>[0];

function serveRead(served: Served, call: AnsweringCall): void {
  const serving = new ReadServing(served, {
    answer: (messages, taken) => {
      const isFull = messages.map((message) => call.write(message)).includes(false);
      if (isFull) call.once('drain', taken);
      else setImmediate(taken);
    },
    end: () => call.end(),
    fail: (error) => call.emit('error', error),
  });
  call.on('cancelled', () => serving.stop());
  serving.serve(call.request);
}

function serveBatches(served: Served, call: BytesCall): void {
  const serving = new BatchServing(served, {
    answer: (message) => call.write(message),
    fail: (error) => call.emit('error', error),
  });
  call.on('data', (bytes: Uint8Array) => serving.receive(bytes));
  call.on('end', () => call.end());
  call.on('close', () => serving.stop());
}

function writerOf(cluster: Cluster): Pick<Writer, 'append' | 'softDelete' | 'tombstone'> {
  const written = (write: (answer: Answer) => void) =>
    new Promise<Accepted>((resolve) => write(resolve));
  return {
    append: (stream, events, expected) =>
      written((answer) => cluster.append(cluster.leader, { stream, events, expected }, answer)),
    softDelete: (stream, expected) =>
      written((answer) => cluster.softDelete(stream, expected, answer)),
    tombstone: (stream, expected) =>
      written((answer) => cluster.tombstone(stream, expected, answer)),
  };
}
