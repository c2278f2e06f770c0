// How one instance reaches the simulated store: it asks the node that it takes for the leader, and
// learns of another one within about a second, as `leader-watch.ts` does of real nodes.
import { NotLeaderError, UnavailableError } from '@eventstore/db-client';
import type {
  CallOptions,
  StoreAccess,
  StoreClient,
} from '../../../src/event-store/store-access.js';
import type { Randomness } from '../randomness.js';
import type { Cluster } from './cluster.js';
import type { ClusterNode } from './cluster-node.js';
import type { Faults } from './faults.js';
import type { Span } from './replication.js';
import { SimulatedClient } from './simulated-client.js';
import type { Steps } from './steps.js';

export interface AccessOptions {
  readonly cluster: Cluster;
  readonly client: Steps;
  readonly store: Steps;
  readonly latency: Span;
  readonly randomness: Randomness;
  readonly faults: Faults;
}

/** How often it looks who leads. */
const LOOK_EVERY_MS = 1_000;

export class SimulatedAccess implements StoreAccess {
  readonly callOptions: CallOptions;
  private known: ClusterNode;
  private readonly listeners: (() => void)[] = [];
  private isClosed = false;
  private isLooking = false;

  constructor(private readonly options: AccessOptions) {
    const { cluster, randomness } = options;
    this.known = cluster.leader;
    this.callOptions = { requiresLeader: cluster.nodes.length > 1 };
    cluster.onMove(() => this.lookIn(randomness.below(LOOK_EVERY_MS)));
  }

  connect(): Promise<StoreClient> {
    const { cluster, faults, store } = this.options;
    const node = this.known;
    const served = { cluster, node, faults, steps: store };
    return Promise.resolve(new SimulatedClient({ ...this.options, node, served }));
  }

  onMove(listener: () => void): void {
    this.listeners.push(listener);
  }

  noteFault(error: unknown): void {
    const mayHaveMoved = error instanceof NotLeaderError || error instanceof UnavailableError;
    if (mayHaveMoved) this.lookIn(this.options.latency.mostMs);
  }

  close(): Promise<void> {
    this.isClosed = true;
    return Promise.resolve();
  }

  private lookIn(ms: number): void {
    if (this.isClosed || this.isLooking || this.known === this.options.cluster.leader) return;
    this.isLooking = true;
    this.options.client.after(ms, 'look for the leader', () => {
      this.isLooking = false;
      this.look();
    });
  }

  /** A leader is followed that answers itself and that most nodes agree on. */
  private look(): void {
    const { leader, nodes } = this.options.cluster;
    if (this.isClosed || this.known === leader) return;
    const answering = nodes.filter(({ state }) => state === 'up');
    if (leader.state !== 'up' || answering.length <= nodes.length / 2) {
      this.lookIn(LOOK_EVERY_MS);
      return;
    }
    this.known = leader;
    for (const listener of this.listeners) listener();
  }
}
