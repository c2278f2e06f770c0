// The services that the client's package knows of, as protoc generated them.
import gossipGrpc from '@eventstore/db-client/generated/gossip_grpc_pb.js';
import monitoringGrpc from '@eventstore/db-client/generated/monitoring_grpc_pb.js';
import operationsGrpc from '@eventstore/db-client/generated/operations_grpc_pb.js';
import persistentGrpc from '@eventstore/db-client/generated/persistent_grpc_pb.js';
import projectionsGrpc from '@eventstore/db-client/generated/projections_grpc_pb.js';
import featuresGrpc from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import streamsGrpc from '@eventstore/db-client/generated/streams_grpc_pb.js';
import usersGrpc from '@eventstore/db-client/generated/users_grpc_pb.js';

export const officialServices = [
  streamsGrpc.StreamsService,
  persistentGrpc.PersistentSubscriptionsService,
  gossipGrpc.GossipService,
  featuresGrpc.ServerFeaturesService,
  projectionsGrpc.ProjectionsService,
  usersGrpc.UsersService,
  operationsGrpc.OperationsService,
  monitoringGrpc.MonitoringService,
];
