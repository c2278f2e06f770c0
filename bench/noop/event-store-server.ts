// The ceiling of an event store behind the official client: a gRPC server that answers every batch
// append at once and stores nothing. It answers every read with one pre-encoded event, as often as
// requested. It sends that event BACKLOG times to each subscriber, then once for every append.
import * as grpc from '@grpc/grpc-js';
import serverFeatures from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import featureMessages from '@eventstore/db-client/generated/serverfeatures_pb.js';
import type streamMessages from '@eventstore/db-client/generated/streams_pb.js';
import streams from '@eventstore/db-client/generated/streams_grpc_pb.js';
import { benchedData } from '../workloads/embedded-node/benched-event.js';
import { batchAnswer } from './batch-answer.js';
import { readyConfirmation, readyEvent } from './ready-event.js';

type BatchCall = grpc.ServerDuplexStream<Uint8Array, Uint8Array>;
type ReadCall = grpc.ServerWritableStream<streamMessages.ReadReq, Uint8Array>;

const backlog = Number(process.env['BACKLOG'] ?? 0);
const event = readyEvent(benchedData);
const confirmation = readyConfirmation();
const subscribers = new Set<ReadCall>();

function batchAppend(call: BatchCall): void {
  call.on('data', (request: Uint8Array) => {
    call.write(batchAnswer(request));
    for (const subscriber of subscribers) subscriber.write(event);
  });
  call.on('end', () => call.end());
}

function read(call: ReadCall): void {
  const options = call.request.getOptions();
  if (options?.hasSubscription() !== true) {
    send(call, Number(options?.getCount()), () => call.end());
    return;
  }
  call.write(confirmation);
  const fromStart = (options.getAll() ?? options.getStream())?.hasStart() === true;
  call.on('cancelled', () => subscribers.delete(call));
  send(call, fromStart ? backlog : 0, () => subscribers.add(call));
}

/** At the reader's speed. */
function send(call: ReadCall, count: number, then: () => void): void {
  for (let left = count; left > 0; left -= 1) {
    if (call.cancelled) return;
    if (!call.write(event)) {
      call.once('drain', () => send(call, left - 1, then));
      return;
    }
  }
  then();
}

const features = new featureMessages.SupportedMethods();
features.setEventStoreServerVersion('23.10.6');
const method = new featureMessages.SupportedMethod();
method.setMethodName('batchappend');
method.setServiceName('event_store.client.streams.streams');
features.addMethods(method);

const server = new grpc.Server();
server.addService(serverFeatures.ServerFeaturesService, {
  getSupportedMethods: (_call: unknown, answer: grpc.sendUnaryData<unknown>) =>
    answer(null, features),
});
const { StreamsService: service } = streams;
const asTheyAre = (bytes: Buffer) => bytes;
const asBuffer = ({ buffer, byteOffset, byteLength }: Uint8Array) =>
  Buffer.from(buffer, byteOffset, byteLength);
const inBytes = {
  ...service,
  read: { ...service.read, responseSerialize: asBuffer },
  batchAppend: {
    ...service.batchAppend,
    requestDeserialize: asTheyAre,
    responseSerialize: asBuffer,
  },
};
server.addService(inBytes, { batchAppend, read });
server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  process.stdout.write(`No-op event store is ready at 127.0.0.1:${String(port)}\n`);
});
process.once('SIGTERM', () => server.forceShutdown());
