// Every method that a client can call: those of `@eventstore/db-client` 6.2.1 and of
// `@kurrent/kurrentdb-client` 1.3.1, by the paths in their packages, and what else is on the
// protocol's list.

const of = (service: string, names: string) =>
  names.split(' ').map((name) => `/${service}/${name}`);

/** What both clients can call. */
const ofBoth = [
  of('event_store.client.gossip.Gossip', 'Read'),
  of(
    'event_store.client.operations.Operations',
    'MergeIndexes ResignNode RestartPersistentSubscriptions SetNodePriority Shutdown StartScavenge StopScavenge',
  ),
  of(
    'event_store.client.persistent_subscriptions.PersistentSubscriptions',
    'Create Delete GetInfo List Read ReplayParked RestartSubsystem Update',
  ),
  of(
    'event_store.client.projections.Projections',
    'Create Delete Disable Enable Reset RestartSubsystem Result State Statistics Update',
  ),
  of('event_store.client.server_features.ServerFeatures', 'GetSupportedMethods'),
  of('event_store.client.streams.Streams', 'Append BatchAppend Delete Read Tombstone'),
  of(
    'event_store.client.users.Users',
    'ChangePassword Create Delete Details Disable Enable ResetPassword Update',
  ),
].flat();

export const ofEventStoreClient = [
  ...ofBoth,
  ...of('event_store.client.monitoring.Monitoring', 'Stats'),
];

/** Of KurrentDB 25 and newer. EventStoreDB 23.10 has neither of these services. */
const ofKurrentServers = [
  ...of('kurrentdb.protocol.v2.ServerInfoService', 'GetServerInfo'),
  ...of('kurrentdb.protocol.v2.streams.StreamsService', 'AppendRecords AppendSession'),
];

export const ofKurrentClient = [...ofBoth, ...ofKurrentServers];

/**
 * What the node does not serve: what only the machine itself or another node of a cluster may ask,
 * and what the real server of this version does not serve either.
 */
export const unserved = [
  ...of('event_store.client.redaction.Redaction', 'GetEventPositions SwitchChunks'),
  ...of('event_store.cluster.Elections', 'ViewChange'),
  ...of('event_store.cluster.Gossip', 'Update'),
  ...ofKurrentServers,
];
