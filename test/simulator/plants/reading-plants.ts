// Plants in how the service reads the log, and in what it remembers of it.
import type { StoreClient } from '../../../src/event-store/store-access.js';
import type { Loaded } from '../../../src/folds/aggregate-store.js';
import type { Cluster } from '../store/cluster.js';
import type { ClusterNode } from '../store/cluster-node.js';
import { altered, noPlant, type Plant } from './plant.js';

/** What a plant has to know of the simulated access to ask another node. */
interface Astray {
  known: ClusterNode;
  readonly options: { readonly cluster: Cluster };
}

/** Appends go to the leader, reads to whichever node comes next. */
const readsFromFollowers: Plant = {
  ...noPlant,
  name: 'takes a follower for fresh',
  access: (access) => {
    let turn = 0;
    return altered(access, {
      callOptions: { requiresLeader: false },
      connect: async () => {
        const leader = await access.connect();
        const astray = access as unknown as Astray;
        const { known } = astray;
        const { nodes } = astray.options.cluster;
        turn += 1;
        astray.known = nodes[turn % nodes.length] ?? known;
        const other = await access.connect();
        astray.known = known;
        return {
          batchCall: (options) => leader.batchCall(options),
          readCall: (request, decode, options) => other.readCall(request, decode, options),
          appendAlone: (request, options) => leader.appendAlone(request, options),
          disconnect: async () => {
            await Promise.all([leader.disconnect(), other.disconnect()]);
          },
        } satisfies StoreClient;
      },
    });
  },
};

/** A subscription that is taken up again goes on from where the log ends now. */
const followsFromTheEnd: Plant = {
  ...noPlant,
  name: 'projects from the end of the log after a fault',
  followed: (store) => {
    let times = 0;
    return altered(store, {
      subscribeToAll: (options) => {
        times += 1;
        return store.subscribeToAll(times === 1 ? options : { ...options, after: 'end' });
      },
    });
  },
};

const forgetsCommands: Plant = {
  ...noPlant,
  name: 'forgets which commands it has processed',
  aggregates: (aggregates) => altered(aggregates, { processed: () => Promise.resolve(undefined) }),
};

const trustsTheCache: Plant = {
  ...noPlant,
  name: 'decides on what it remembers alone',
  aggregates: (aggregates) =>
    altered(aggregates, {
      fresh: (aggregate, stream) => {
        const known = aggregates.peek<never>(stream);
        return known === undefined ? aggregates.fresh(aggregate, stream) : Promise.resolve(known);
      },
    }),
};

/** The clock of one instance may be behind that of another one. */
const believesItsClock: Plant = {
  ...noPlant,
  name: 'lets the time of a stream run backwards',
  aggregates: (aggregates) => {
    const timeless = <State>(loaded: Loaded<State>): Loaded<State> => ({
      ...loaded,
      occurredBy: 0,
    });
    return altered(aggregates, {
      known: (aggregate, stream, load) => {
        const known = aggregates.known(aggregate, stream, load);
        return known && timeless(known);
      },
      fresh: async (aggregate, stream) => timeless(await aggregates.fresh(aggregate, stream)),
    });
  },
};

export const readingPlants: readonly Plant[] = [
  readsFromFollowers,
  followsFromTheEnd,
  forgetsCommands,
  trustsTheCache,
  believesItsClock,
];
