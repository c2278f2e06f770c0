// One node of the simulated store as its callers meet it: what it shows of the log, whether it
// believes that it leads, and whether it answers at all.
import type { LogView } from './log-view.js';
import { Replica } from './replica.js';

/** Frozen: it takes what is sent to it, and does nothing. Away: nothing reaches it. */
export type NodeState = 'up' | 'frozen' | 'away';

/** What a node knows of its cluster. */
export interface Membership {
  leads(node: ClusterNode): boolean;
  monotonicMs(): number;
  viewAt(position: number): LogView;
}

export class ClusterNode {
  readonly replica = new Replica();
  state: NodeState = 'up';
  private readonly watchers = new Set<() => void>();
  private readonly stateListeners = new Set<() => void>();

  constructor(
    private readonly cluster: Membership,
    readonly index: number,
  ) {}

  /** Up to where it shows the log. */
  get shown(): number {
    return this.replica.showsAt(this.cluster.monotonicMs());
  }

  /** By its own word, which may be out of date. */
  get leads(): boolean {
    return this.cluster.leads(this);
  }

  get isWatched(): boolean {
    return this.watchers.size > 0;
  }

  /** The log as it shows it now. */
  view(): LogView {
    return this.cluster.viewAt(this.shown);
  }

  /** Calls back when it may show more than before; the result stops that. */
  onMore(listener: () => void): () => void {
    this.watchers.add(listener);
    return () => this.watchers.delete(listener);
  }

  wake(): void {
    for (const listener of [...this.watchers]) listener();
  }

  /** Calls back when its state has changed; the result stops that. */
  onState(listener: () => void): () => void {
    this.stateListeners.add(listener);
    return () => this.stateListeners.delete(listener);
  }

  turn(state: NodeState): void {
    this.state = state;
    for (const listener of [...this.stateListeners]) listener();
  }
}
