// What the node says it can do. The client chooses its way of appending by this list, and compares
// names in lower case.
import type { sendUnaryData } from '@grpc/grpc-js';
import features from '@eventstore/db-client/generated/serverfeatures_pb.js';

/** The version whose behaviour the node reproduces. */
export const SERVER_VERSION = '23.10.6';

const STREAMS = 'event_store.client.streams.streams';
const PERSISTENT = 'event_store.client.persistent_subscriptions.persistentsubscriptions';

const methods: readonly (readonly [
  service: string,
  method: string,
  features: readonly string[],
])[] = [
  [STREAMS, 'append', []],
  [STREAMS, 'batchappend', ['deadline_duration']],
  [STREAMS, 'delete', []],
  [STREAMS, 'read', ['position', 'events']],
  [STREAMS, 'tombstone', []],
  ...[
    'create',
    'delete',
    'getinfo',
    'list',
    'read',
    'replayparked',
    'restartsubsystem',
    'update',
  ].map((method) => [PERSISTENT, method, ['stream', 'all']] as const),
  ['event_store.client.gossip.gossip', 'read', []],
  ['event_store.client.server_features.serverfeatures', 'getsupportedmethods', []],
];

type SupportedMethods = InstanceType<typeof features.SupportedMethods>;

export function getSupportedMethods(_call: unknown, answer: sendUnaryData<SupportedMethods>): void {
  const supported = new features.SupportedMethods();
  supported.setEventStoreServerVersion(SERVER_VERSION);
  for (const [service, name, list] of methods) {
    const method = new features.SupportedMethod();
    method.setServiceName(service);
    method.setMethodName(name);
    method.setFeaturesList([...list]);
    supported.addMethods(method);
  }
  answer(null, supported);
}
