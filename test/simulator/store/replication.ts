// How what the leader wrote becomes committed: it is on its way to every node's disk, and counts
// once most of them have it. Then those who wait for it are answered, and all nodes are told.
import type { Randomness } from '../randomness.js';
import type { StoreFlaw } from './cluster.js';
import type { ClusterNode } from './cluster-node.js';
import type { Faults } from './faults.js';
import type { Steps } from './steps.js';
import type { Accepted } from './writes.js';

export interface Span {
  readonly leastMs: number;
  readonly mostMs: number;
}

export type Answer = (accepted: Accepted) => void;

export interface ReplicationOptions {
  /** From the leader's memory to a node's disk. */
  readonly replication: Span;
  readonly steps: Steps;
  readonly randomness: Randomness;
  readonly faults: Faults;
  /** Up to where the leader has written. */
  readonly end: () => number;
  readonly isLeader: (node: ClusterNode) => boolean;
  /** Whether what the leader sends arrives at this node. */
  readonly isReached: (node: ClusterNode) => boolean;
  readonly flaw?: StoreFlaw | undefined;
}

export class Replication {
  committed = 0;
  private waiting: { readonly accepted: Accepted; readonly answer: Answer }[] = [];
  private commit: { readonly atMs: number; readonly cancel: () => void } | undefined;

  constructor(
    private readonly nodes: readonly ClusterNode[],
    private readonly options: ReplicationOptions,
  ) {}

  /** `answer` is called once what was accepted is committed. */
  take(accepted: Accepted, answer: Answer): void {
    const { flaw } = this.options;
    if (flaw === 'acknowledges too early') answer(accepted);
    else this.waiting.push({ accepted, answer });
    if (!accepted.isRepetition) this.sendToAll();
    if (flaw === 'shows uncommitted events') this.showAll();
    this.settle();
  }

  catchUp(node: ClusterNode): void {
    this.send(node);
    this.tell(node);
    this.settle();
  }

  /** Nothing that is under way arrives; nobody who waits is answered. */
  stop(): void {
    const now = this.options.steps.monotonicMs();
    for (const { replica } of this.nodes) replica.isolate(now);
    this.waiting = [];
    this.commit?.cancel();
    this.commit = undefined;
  }

  /** Under a new leader, whose log ends here: nobody has more. */
  beginAgain(end: number): void {
    this.stop();
    const now = this.options.steps.monotonicMs();
    for (const node of this.nodes) node.replica.cutTo(end, now);
    this.sendToAll();
    for (const node of this.nodes) this.tell(node);
    this.settle();
  }

  /** The leader sends on what it has on its own disk, so no follower has anything before it. */
  private sendToAll(): void {
    const { isLeader, isReached, steps, end } = this.options;
    const leader = this.nodes.find(isLeader);
    if (leader === undefined || !isReached(leader)) return;
    leader.replica.send(end(), steps.monotonicMs() + this.lagMs());
    for (const node of this.nodes) if (node !== leader) this.send(node);
  }

  private showAll(): void {
    const leader = this.nodes.find(this.options.isLeader);
    leader?.replica.know(this.options.end());
    leader?.replica.cutTo(this.options.end(), Infinity);
    leader?.wake();
  }

  private send(node: ClusterNode): void {
    const { isReached, end } = this.options;
    if (!isReached(node)) return;
    this.wakeAt(node, node.replica.send(end(), this.flushedMs() + this.lagMs()));
  }

  /** When the leader has all that it wrote on its own disk. */
  private flushedMs(): number {
    const { isLeader, steps, end } = this.options;
    const leader = this.nodes.find(isLeader);
    return leader?.replica.hasMoreThan(end() - 1) ?? steps.monotonicMs();
  }

  /** A node learns up to where the log is committed: the leader at once, others later. */
  private tell(node: ClusterNode): void {
    const { isLeader, isReached, steps } = this.options;
    if (isLeader(node)) {
      node.replica.know(this.committed);
      node.wake();
    } else if (isReached(node)) {
      this.wakeAt(node, node.replica.tell(this.committed, steps.monotonicMs() + this.lagMs()));
    }
  }

  /** Followers are hardly ever watched: a step is spent only on those that are. */
  private wakeAt(node: ClusterNode, atMs: number): void {
    const { isLeader, steps } = this.options;
    if (isLeader(node) || !node.isWatched) return;
    steps.after(atMs - steps.monotonicMs(), `node ${node.index} has more`, () => node.wake());
  }

  private lagMs(): number {
    const { faults, randomness, replication } = this.options;
    const { leastMs, mostMs } = replication;
    const usual = leastMs + randomness.below(mostMs - leastMs + 1);
    if (!faults.strikes('replicationLate')) return usual;
    faults.count('replicationLate');
    return usual + faults.between('replicationLate', 50, 2_000);
  }

  /** Commits what most nodes have by now, and comes back when there will be more. */
  private settle(): void {
    const now = this.options.steps.monotonicMs();
    const committed = this.quorumAt(now);
    if (committed > this.committed) {
      this.committed = committed;
      for (const node of this.nodes) this.tell(node);
    }
    this.answerCommitted();
    this.comeBack(now);
  }

  private answerCommitted(): void {
    const due = this.waiting.filter(({ accepted }) => accepted.through <= this.committed);
    if (due.length === 0) return;
    this.waiting = this.waiting.filter(({ accepted }) => accepted.through > this.committed);
    for (const { accepted, answer } of due) answer(accepted);
  }

  /** Up to where most nodes have the log. */
  private quorumAt(now: number): number {
    const has = this.nodes.map(({ replica }) => replica.hasAt(now)).sort((a, b) => b - a);
    return has[Math.floor(has.length / 2)] ?? 0;
  }

  private comeBack(now: number): void {
    const atMs = this.nextCommitMs(now);
    if (atMs === undefined || (this.commit !== undefined && this.commit.atMs <= atMs)) return;
    this.commit?.cancel();
    const cancel = this.options.steps.after(atMs - now, 'commit', () => {
      this.commit = undefined;
      this.settle();
    });
    this.commit = { atMs, cancel };
  }

  /** When most nodes will have more than what is committed. */
  private nextCommitMs(now: number): number | undefined {
    const { committed, nodes } = this;
    const behind = nodes.filter(({ replica }) => replica.hasAt(now) <= committed);
    const lacking = behind.length - Math.floor(nodes.length / 2);
    const arrivals = behind.flatMap(({ replica }) => replica.hasMoreThan(committed) ?? []);
    return arrivals.sort((a, b) => a - b)[lacking - 1];
  }
}
