// Which node of the store is asked. With a single node in the connection string it is that one. Of
// a cluster it is always the leader, for reads and subscriptions as for appends: a follower is
// behind, and a read there can miss a change that was acknowledged a moment ago. Two things keep it
// so. Every call says that it requires the leader, so a node that has just resigned refuses it
// instead of answering from what it has; and the watch ends everything that is open at a node that
// no longer leads.
import { reasonOf } from '../errors/reason-of.js';
import { type EventStoreDBClient, NotLeaderError, UnavailableError } from '@eventstore/db-client';
import type { CallOptions } from './client-internals.js';
import { ConnectionStringError } from './errors.js';
import { LeaderWatch } from './leader-watch.js';
import { clientOf } from './node-client.js';
import { type NodeAddress, storeAddress } from './store-address.js';

export class StoreNodes {
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

  /** A new client of the node to ask. Of a cluster without a leader it comes when there is one. */
  async connect(): Promise<EventStoreDBClient> {
    return this.clientOf((await this.leaders?.leader()) ?? this.first);
  }

  /** Told each time when another node is to be asked. */
  onMove(listener: () => void): void {
    this.listeners.push(listener);
  }

  /**
   * What a call ended with: where it may mean that the leader has moved, that is looked up at once.
   */
  noteFault(error: unknown): void {
    if (error instanceof NotLeaderError || error instanceof UnavailableError) {
      this.leaders?.lookNow();
    }
  }

  async close(): Promise<void> {
    await this.leaders?.stop();
  }
}

/** The client judges its options when it is made, which should not be as late as the first call. */
function checkOptions(connect: (node: NodeAddress) => unknown, node: NodeAddress): void {
  try {
    connect(node);
  } catch (error) {
    const problem = reasonOf(error);
    throw new ConnectionStringError(`cannot be used: ${problem}`);
  }
}
