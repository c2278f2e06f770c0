// The gRPC services of a node, each with its handlers. All others are unimplemented: projections on
// a node without them, redaction, and the calls between cluster nodes.
import type { Server } from '@grpc/grpc-js';
import type { DatabaseSync } from 'node:sqlite';
import gossipGrpc from '@eventstore/db-client/generated/gossip_grpc_pb.js';
import monitoringGrpc from '@eventstore/db-client/generated/monitoring_grpc_pb.js';
import operationsGrpc from '@eventstore/db-client/generated/operations_grpc_pb.js';
import persistentGrpc from '@eventstore/db-client/generated/persistent_grpc_pb.js';
import projectionsGrpc from '@eventstore/db-client/generated/projections_grpc_pb.js';
import featuresGrpc from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import usersGrpc from '@eventstore/db-client/generated/users_grpc_pb.js';
import { monitoringHandlers } from '../operations/monitoring-calls.js';
import { OnlineScavenge } from '../operations/online-scavenge.js';
import { operationsHandlers } from '../operations/operations-calls.js';
import { everythingAllowed, type PersistentSubscriptions } from '../persistent/start.js';
import { ProjectionCalls } from '../projections/projection-calls.js';
import type { NodeProjections } from '../projections/start.js';
import { openUsers, type Security } from '../security/start.js';
import { openToAll } from '../security/stream-access.js';
import { type Address, gossipHandlers } from './gossip.js';
import { bounded } from '../wire/bounded-reader.js';
import { lenient } from './lenient-requests.js';
import { featuresHandlers } from './server-features.js';
import { type NodeParts, streamsHandlers, streamsService } from './streams-calls.js';

export interface Services {
  readonly parts: NodeParts;
  readonly file: DatabaseSync;
  readonly dataDir: string | undefined;
  readonly persistent: PersistentSubscriptions;
  /** Undefined for an insecure node. */
  readonly security: Security | undefined;
  /** Undefined for a node without projections. */
  readonly projections: NodeProjections | undefined;
  readonly address: () => Address;
  readonly shutDown: () => void;
  readonly onFault: (fault: unknown) => void;
}

/** Call the result to wait until everything that calls have started has ended. */
export function addServices(server: Server, services: Services): () => Promise<void> {
  const { parts, file, dataDir, persistent, security, projections } = services;
  const { log, writer, activity, stopping } = parts;
  const access = security?.subscriptions ?? everythingAllowed;
  const scavenge = new OnlineScavenge(file, writer, dataDir, services.onFault);
  const restartPersistentSubscriptions = () => persistent.restart();
  server.addService(lenient(streamsService), {
    ...streamsHandlers(parts, security?.streams ?? openToAll),
  });
  server.addService(lenient(bounded(persistentGrpc.PersistentSubscriptionsService)), {
    ...persistent.handlers,
  });
  server.addService(bounded(gossipGrpc.GossipService), gossipHandlers(services.address));
  server.addService(
    bounded(featuresGrpc.ServerFeaturesService),
    featuresHandlers({ hasProjections: projections !== undefined }),
  );
  server.addService(lenient(bounded(usersGrpc.UsersService)), {
    ...(security?.usersHandlers ?? openUsers(parts)),
  });
  // Bytes that are not a message must not shut the node down.
  server.addService(bounded(operationsGrpc.OperationsService), {
    ...operationsHandlers({ ...services, access, scavenge, restartPersistentSubscriptions }),
  });
  server.addService(lenient(bounded(monitoringGrpc.MonitoringService)), {
    ...monitoringHandlers(log, activity.startedAtMs, stopping),
  });
  if (projections !== undefined) {
    const calls = new ProjectionCalls({ ...projections, access });
    server.addService(lenient(bounded(projectionsGrpc.ProjectionsService)), {
      ...calls.handlers(),
    });
  }
  return () => scavenge.settled();
}
