// Chooses the node to call. With a single node in the connection string it is that node. In a
// cluster it is always the leader, also for reads and subscriptions: a follower is behind, and a
// read there can miss a change that was just acknowledged. Every call requires the leader, so a
// node that has just resigned refuses it instead of answering with old data. When the leader
// changes, all calls on the old leader end.
import { reasonOf } from '../errors/reason-of.js';
import { type EventStoreDBClient, NotLeaderError, UnavailableError } from '@eventstore/db-client';
import { ConnectionStringError } from './errors.js';
import { LeaderWatch } from './leader-watch.js';
import { clientOf } from './node-client.js';
import { OfficialClient } from './official-client.js';
import type { GroupNodes } from './persistent-groups.js';
import type { CallOptions, StoreAccess, StoreClient } from './store-access.js';
import { type NodeAddress, storeAddress } from './store-address.js';

export class StoreNodes implements StoreAccess, GroupNodes {
  readonly callOptions: CallOptions;
  private readonly listeners: (() => void)[] = [];
  private readonly leaders: LeaderWatch | undefined;
  private readonly clientOf: (node: NodeAddress) => EventStoreDBClient;
  private readonly first: NodeAddress;

  /** @throws ConnectionStringError */
  constructor(connectionString: string) {
    const address = storeAddress(connectionString);
    const [first] = address.nodes;
    if (first === undefined) throw new ConnectionStringError('names no host');
    this.first = first;
    this.clientOf = (node) => clientOf(address, node);
    checkOptions(this.clientOf, first);
    this.callOptions = { requiresLeader: address.isCluster };
    if (address.isCluster) {
      this.leaders = new LeaderWatch({
        seeds: address.nodes,
        connect: this.clientOf,
        onMove: () => this.listeners.forEach((listener) => listener()),
      });
    }
  }

  /** A new client of the current node. In a cluster without a leader it waits for one. */
  async connect(): Promise<StoreClient> {
    return new OfficialClient(await this.connectDirectly());
  }

  /** As `connect`, for calls by the client's own API. */
  async connectDirectly(): Promise<EventStoreDBClient> {
    return this.clientOf((await this.leaders?.leader()) ?? this.first);
  }

  /** Calls `listener` each time another node takes over. */
  onMove(listener: () => void): void {
    this.listeners.push(listener);
  }

  /** Reports a call's error. If it may mean that the leader has moved, the watch looks at once. */
  noteFault(error: unknown): void {
    if (error instanceof NotLeaderError || error instanceof UnavailableError) {
      this.leaders?.lookNow();
    }
  }

  async close(): Promise<void> {
    await this.leaders?.stop();
  }
}

/** The client validates its options when it is created; check them before the first call. */
function checkOptions(connect: (node: NodeAddress) => unknown, node: NodeAddress): void {
  try {
    connect(node);
  } catch (error) {
    const problem = reasonOf(error);
    throw new ConnectionStringError(`cannot be used: ${problem}`);
  }
}
