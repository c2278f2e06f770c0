// The ceiling of an event store behind the official client: a gRPC server that answers every batch
// append at once and keeps nothing.
import * as grpc from '@grpc/grpc-js';
import serverFeatures from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import featureMessages from '@eventstore/db-client/generated/serverfeatures_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import streamMessages from '@eventstore/db-client/generated/streams_pb.js';
import streams from '@eventstore/db-client/generated/streams_grpc_pb.js';

type BatchCall = grpc.ServerDuplexStream<
  streamMessages.BatchAppendReq,
  streamMessages.BatchAppendResp
>;

function batchAppend(call: BatchCall): void {
  call.on('data', (request: streamMessages.BatchAppendReq) => {
    const success = new streamMessages.BatchAppendResp.Success();
    success.setCurrentRevision('0');
    const position = new shared.AllStreamPosition();
    position.setCommitPosition('1');
    position.setPreparePosition('1');
    success.setPosition(position);
    const response = new streamMessages.BatchAppendResp();
    response.setCorrelationId(request.getCorrelationId());
    response.setSuccess(success);
    response.setStreamIdentifier(request.getOptions()?.getStreamIdentifier());
    call.write(response);
  });
  call.on('end', () => call.end());
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
server.addService(streams.StreamsService, { batchAppend });
server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  process.stdout.write(`No-op event store is ready at 127.0.0.1:${String(port)}\n`);
});
process.once('SIGTERM', () => server.forceShutdown());
