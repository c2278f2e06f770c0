// The nodes of the simulated store. One leads and writes; what it wrote is committed once most nodes
// have it on disk, and only then shown or acknowledged. Another node may come to lead: what it has
// not got has never been, and the one before may go on answering from what it has until it learns
// of that. As in real clusters: https://github.com/kurrent-io/KurrentDB/pull/1915 and issues/3472.
import { WriteFailed } from '../../../embedded-node/src/errors.js';
import type { Expectation } from '../../../embedded-node/src/write/expectation.js';
import type { Randomness } from '../randomness.js';
import { ClusterNode, type Membership } from './cluster-node.js';
import type { Faults } from './faults.js';
import { LogView } from './log-view.js';
import { type Answer, Replication, type Span } from './replication.js';
import type { Steps } from './steps.js';
import { StoredLog } from './stored-log.js';
import { type Accepted, type ProposedAppend, repetitionOrNew, Writes } from './writes.js';

/** What a store may do wrong, to show that a check sees it. */
export type StoreFlaw =
  /** Two appends with one expectation are both taken. */
  | 'ignores expectations'
  /** An append that is repeated is refused. */
  | 'forgets event ids'
  /** An append is answered before most nodes have it. */
  | 'acknowledges too early'
  /** As in https://github.com/kurrent-io/KurrentDB/issues/3472 */
  | 'acknowledges as a replaced leader'
  /** Readers are given what may still be lost. */
  | 'shows uncommitted events';

export interface ClusterOptions {
  readonly size: 1 | 3;
  /** From the leader's memory to a node's disk. */
  readonly replication: Span;
  readonly steps: Steps;
  readonly randomness: Randomness;
  readonly faults: Faults;
  readonly flaw?: StoreFlaw | undefined;
}

/** One that led and has not learnt yet that another one does. */
interface Deposed {
  readonly node: ClusterNode;
  readonly untilMs: number;
}

export class Cluster implements Membership {
  readonly log = new StoredLog();
  readonly nodes: readonly ClusterNode[];
  /** The node that leads: of several that say so, the one that most others follow. */
  leader: ClusterNode;
  /** Nothing can be written on this node's disk. */
  fullDisk: ClusterNode | undefined;
  /** Counts the leaders. */
  term = 0;
  private deposed: Deposed | undefined;
  private readonly writes: Writes;
  private readonly replication: Replication;
  private readonly moveListeners = new Set<() => void>();

  constructor(private readonly options: ClusterOptions) {
    const { size, steps, randomness } = options;
    this.nodes = Array.from({ length: size }, (_, index) => new ClusterNode(this, index));
    this.leader = randomness.pick(this.nodes);
    const ids = randomness.fork('ids');
    this.writes = new Writes(this.log, {
      nowMs: () => steps.now(),
      newId: () => ids.newId(),
      flaw: options.flaw,
    });
    this.replication = new Replication(this.nodes, {
      ...options,
      randomness: randomness.fork('replication'),
      end: () => this.log.end,
      isLeader: (node) => node === this.leader,
      isReached: (node) => node.state === 'up' && node !== this.unaware(),
    });
  }

  /** Up to where the log can no longer be lost. */
  get committed(): number {
    return this.replication.committed;
  }

  monotonicMs(): number {
    return this.options.steps.monotonicMs();
  }

  leads(node: ClusterNode): boolean {
    return node === this.leader || node === this.unaware();
  }

  viewAt(position: number): LogView {
    return new LogView(this.log, position, this.options.steps.now());
  }

  /**
   * Appends at a node that believes it leads; `answer` is called once that is committed, and never
   * if that does not come about.
   * @throws WrongExpectedVersion, StreamDeleted, WriteFailed
   */
  append(node: ClusterNode, proposed: ProposedAppend, answer: Answer): void {
    if (node !== this.leader) this.appendInVain(node, proposed, answer);
    else if (this.fullDisk === node) this.appendToFullDisk(proposed, answer);
    else this.take(this.appended(proposed), answer);
  }

  /** At the leader. @throws WrongExpectedVersion, StreamDeleted, WriteFailed */
  softDelete(stream: string, expected: Expectation, answer: Answer): void {
    if (this.fullDisk === this.leader) this.failFull();
    this.take(this.writes.softDelete(stream, expected), answer);
  }

  /** At the leader. @throws WrongExpectedVersion, StreamDeleted, WriteFailed */
  tombstone(stream: string, expected: Expectation, answer: Answer): void {
    if (this.fullDisk === this.leader) this.failFull();
    this.take(this.writes.tombstone(stream, expected), answer);
  }

  /**
   * Another node becomes the leader, if one is up that has all that is committed; true if so.
   * @param unawareMs how long the one before goes on as if it led
   */
  moveLeader(unawareMs: number): boolean {
    const { leader: before, options } = this;
    const next = this.bestOf(this.nodes.filter((node) => node !== before));
    if (next === undefined) return false;
    this.begin(next, { node: before, untilMs: this.monotonicMs() + unawareMs });
    options.steps.after(unawareMs, `node ${before.index} follows`, () => this.catchUp(before));
    return true;
  }

  /** All nodes stop; what is on no disk by now is lost. */
  crash(): void {
    this.replication.stop();
    for (const node of this.nodes) node.turn('away');
  }

  /** After a crash: the node that has most leads. */
  startAgain(): void {
    for (const node of this.nodes) node.turn('up');
    this.begin(this.bestOf(this.nodes) ?? this.leader);
  }

  freeze(node: ClusterNode): void {
    node.turn('frozen');
  }

  thaw(node: ClusterNode): void {
    if (node.state !== 'frozen') return;
    node.turn('up');
    this.catchUp(node);
  }

  /** Calls back each time when another node leads. */
  onMove(listener: () => void): void {
    this.moveListeners.add(listener);
  }

  /** What a node missed while it was cut off or frozen is sent to it. */
  private catchUp(node: ClusterNode): void {
    const isReached = node.state === 'up' && node !== this.unaware();
    if (isReached) this.replication.catchUp(node);
  }

  private unaware(): ClusterNode | undefined {
    const { deposed } = this;
    return deposed && deposed.untilMs > this.monotonicMs() ? deposed.node : undefined;
  }

  private take(accepted: Accepted, answer: Answer): void {
    if (accepted.isRepetition) this.options.faults.count('repetition');
    this.replication.take(accepted, answer);
  }

  private appended(proposed: ProposedAppend): Accepted {
    try {
      return this.writes.append(proposed);
    } catch (refusal) {
      if (this.hasUncommitted(proposed.stream)) this.options.faults.count('refusedByUncommitted');
      throw refusal;
    }
  }

  private hasUncommitted(stream: string): boolean {
    const committed = this.viewAt(this.committed).countOf(stream);
    return committed < this.viewAt(this.log.end).countOf(stream);
  }

  /** What needs no room on the disk is answered as always. */
  private appendToFullDisk(proposed: ProposedAppend, answer: Answer): void {
    const accepted = repetitionOrNew(this.viewAt(this.log.end), proposed);
    if (accepted === 'new') this.failFull();
    else this.take(accepted, answer);
  }

  private failFull(): never {
    this.options.faults.count('diskFull');
    throw new WriteFailed('The disk is full');
  }

  /** It judges by what it has; what is new can never be committed. */
  private appendInVain(node: ClusterNode, proposed: ProposedAppend, answer: Answer): void {
    const has = node.replica.hasAt(this.monotonicMs());
    const judged = repetitionOrNew(this.viewAt(has), proposed);
    if (judged !== 'new' && judged.through <= node.shown) answer(judged);
    if (judged === 'new' && this.options.flaw === 'acknowledges as a replaced leader') {
      const revision = this.viewAt(has).countOf(proposed.stream) + proposed.events.length - 1;
      answer({ revision, position: has, through: has, isRepetition: false });
    }
  }

  /** Of nodes that are up and have all that is committed, one that has most. */
  private bestOf(nodes: readonly ClusterNode[]): ClusterNode | undefined {
    const now = this.monotonicMs();
    const able = nodes.filter(
      ({ state, replica }) => state === 'up' && replica.hasAt(now) >= this.committed,
    );
    const most = Math.max(...able.map(({ replica }) => replica.hasAt(now)));
    return this.pickOf(able.filter(({ replica }) => replica.hasAt(now) === most));
  }

  private pickOf(nodes: readonly ClusterNode[]): ClusterNode | undefined {
    return nodes.length === 0 ? undefined : this.options.randomness.pick(nodes);
  }

  private begin(leader: ClusterNode, deposed?: Deposed): void {
    const end = leader.replica.hasAt(this.monotonicMs());
    const cut = this.log.cutTo(end);
    if (cut.length > 0) this.options.faults.count('tailCut');
    this.term += 1;
    this.leader = leader;
    this.deposed = deposed;
    this.replication.beginAgain(end);
    for (const listener of [...this.moveListeners]) listener();
  }
}
