// The node's list of supported methods, the same as the real server's: the client chooses its calls
// by it. The list includes redaction, although the node answers it as unimplemented, as the real
// server does for every client without a Unix socket. Names are compared in lower case.
import type { sendUnaryData } from '@grpc/grpc-js';
import features from '@eventstore/db-client/generated/serverfeatures_pb.js';

/** The version whose behaviour the node reproduces. */
export const SERVER_VERSION = '23.10.6';

const PROJECTIONS = 'projections.projections';

const SERVICES: Readonly<Record<string, string>> = {
  'gossip.gossip': 'read',
  'monitoring.monitoring': 'stats',
  'operations.operations':
    'mergeindexes resignnode restartpersistentsubscriptions setnodepriority shutdown startscavenge stopscavenge',
  'persistent_subscriptions.persistentsubscriptions':
    'create delete getinfo list read replayparked restartsubsystem update',
  [PROJECTIONS]:
    'create delete disable enable reset restartsubsystem result state statistics update',
  'redaction.redaction': 'geteventpositions switchchunks',
  'server_features.serverfeatures': 'getsupportedmethods',
  'streams.streams': 'append batchappend delete read tombstone',
  'users.users': 'changepassword create delete details disable enable resetpassword update',
};

const FEATURES: Readonly<Record<string, readonly string[]>> = {
  'projections.projections/create': ['track_emitted_streams'],
  'streams.streams/batchappend': ['deadline_duration'],
  'streams.streams/read': ['position', 'events'],
};

function featuresOf(service: string, method: string): readonly string[] {
  if (service.startsWith('persistent_')) return ['stream', 'all'];
  return FEATURES[`${service}/${method}`] ?? [];
}

type SupportedMethods = InstanceType<typeof features.SupportedMethods>;

/** A node without projections does not list their service. */
export function featuresHandlers({ hasProjections }: { readonly hasProjections: boolean }) {
  const supported = supportedMethods(hasProjections);
  return {
    getSupportedMethods: (_call: unknown, answer: sendUnaryData<SupportedMethods>) => {
      answer(null, supported);
    },
  };
}

function supportedMethods(hasProjections: boolean): SupportedMethods {
  const supported = new features.SupportedMethods();
  supported.setEventStoreServerVersion(SERVER_VERSION);
  for (const [service, names] of Object.entries(SERVICES)) {
    if (service === PROJECTIONS && !hasProjections) continue;
    for (const name of names.split(' ')) {
      const method = new features.SupportedMethod();
      method.setServiceName(`event_store.client.${service}`);
      method.setMethodName(name);
      method.setFeaturesList([...featuresOf(service, name)]);
      supported.addMethods(method);
    }
  }
  return supported;
}
