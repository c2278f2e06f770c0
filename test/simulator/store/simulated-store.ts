// The simulated EventStoreDB: a node or a cluster in memory, driven by the schedule of a run alone.
// Instances reach it as they reach a real one, below `EventStore`; the run reaches it directly.
import { recordsOf, readAnswer, storedEventOf } from '../../../src/event-store/read-answer.js';
import type { StoreAccess } from '../../../src/event-store/store-access.js';
import type { StoredEvent } from '../../../src/event-store/stored-event.js';
import type { Randomness } from '../randomness.js';
import { Life, type Schedule } from '../schedule.js';
import { Cluster, type StoreFlaw } from './cluster.js';
import { type FaultRates, Faults, type Happening, type PerMinute } from './faults.js';
import type { Span } from './replication.js';
import { SimulatedAccess } from './simulated-access.js';
import { type Steps, stepsOf } from './steps.js';
import { POSITION_STEP } from './stored-log.js';

export interface SimulatedStoreOptions {
  readonly schedule: Schedule;
  readonly randomness: Randomness;
  /** Default: 3. */
  readonly nodes?: 1 | 3;
  /** How long a message between an instance and a node takes. */
  readonly latency?: Span;
  /** From the leader's memory to a node's disk. */
  readonly replication?: Span;
  readonly faults?: FaultRates;
  /** What the store does wrong, for the tests of checks. */
  readonly flaw?: StoreFlaw;
  /** Told of each fault, and of what faults bring about. */
  readonly onHappening?: (happening: Happening) => void;
}

const LATENCY: Span = { leastMs: 1, mostMs: 4 };
const REPLICATION: Span = { leastMs: 1, mostMs: 6 };

export class SimulatedStore {
  readonly cluster: Cluster;
  readonly faults: Faults;
  private readonly steps: Steps;
  private readonly latency: Span;
  private accesses = 0;

  constructor(private readonly options: SimulatedStoreOptions) {
    const { schedule, randomness, nodes = 3, replication = REPLICATION } = options;
    this.latency = options.latency ?? LATENCY;
    this.steps = stepsOf(schedule, new Life('store'));
    this.faults = new Faults(randomness.fork('faults'), options.faults ?? {}, (happening) => {
      schedule.note(happening);
      options.onHappening?.(happening);
    });
    this.cluster = new Cluster({
      size: nodes,
      replication,
      steps: this.steps,
      randomness: randomness.fork('cluster'),
      faults: this.faults,
      flaw: options.flaw,
    });
    for (const [fault, strike] of Object.entries(this.strikes)) {
      this.strikeLater(fault as PerMinute, strike);
    }
  }

  /** For one instance, which hears nothing once its life is over. */
  accessFor(life: Life): StoreAccess {
    const { options, cluster, faults, latency, steps: store } = this;
    this.accesses += 1;
    return new SimulatedAccess({
      cluster,
      faults,
      latency,
      store,
      client: stepsOf(options.schedule, life),
      randomness: options.randomness.fork(`access ${this.accesses}`),
    });
  }

  /** Nothing goes wrong from now on, and what had gone wrong is mended. */
  endFaults(): void {
    const { cluster, faults } = this;
    faults.end();
    cluster.fullDisk = undefined;
    for (const node of cluster.nodes) cluster.thaw(node);
    if (cluster.nodes.some(({ state }) => state === 'away')) cluster.startAgain();
  }

  /** The log as far as it can no longer be lost, from behind a position on. */
  committedAfter(position: bigint): readonly StoredEvent[] {
    const { log, committed } = this.cluster;
    const entries = log.entries.slice(Number(position) / POSITION_STEP, committed / POSITION_STEP);
    const answers = entries.map(({ bytes }) => readAnswer(bytes));
    return recordsOf(answers).map(storedEventOf);
  }

  private readonly strikes: Readonly<Record<PerMinute, () => void>> = {
    leaderMoved: () => {
      const { cluster, faults } = this;
      if (cluster.moveLeader(faults.between('leaderMoved', 0, 1_500))) faults.count('leaderMoved');
    },
    nodeFrozen: () => this.freezeOne(),
    storeAway: () => this.goAway(),
    diskFull: () => {
      const { cluster, faults, steps } = this;
      cluster.fullDisk = cluster.leader;
      const ms = faults.between('diskFull', 500, 10_000);
      steps.after(ms, 'room on the disk', () => (cluster.fullDisk = undefined));
    },
  };

  private strikeLater(fault: PerMinute, strike: () => void): void {
    const ms = this.faults.nextInMs(fault);
    if (ms === undefined) return;
    this.steps.after(ms, fault, () => {
      if (this.faults.nextInMs(fault) === undefined) return;
      strike();
      this.strikeLater(fault, strike);
    });
  }

  /** A leader that is frozen is replaced after a while, and goes on as if it led. */
  private freezeOne(): void {
    const { cluster, faults, steps } = this;
    const node = faults.pick('nodeFrozen', cluster.nodes);
    if (node.state !== 'up') return;
    faults.count('nodeFrozen');
    const ms = faults.between('nodeFrozen', 200, 8_000);
    cluster.freeze(node);
    steps.after(ms, `node ${node.index} goes on`, () => cluster.thaw(node));
    const electedMs = faults.between('nodeFrozen', 1_000, 3_000);
    if (node !== cluster.leader || electedMs > ms) return;
    const unawareMs = ms - electedMs + faults.between('nodeFrozen', 0, 500);
    steps.after(electedMs, 'election', () => {
      if (node !== cluster.leader || node.state !== 'frozen') return;
      if (cluster.moveLeader(unawareMs)) faults.count('leaderMoved');
    });
  }

  private goAway(): void {
    const { cluster, faults, steps } = this;
    if (cluster.nodes.every(({ state }) => state === 'away')) return;
    faults.count('storeAway');
    cluster.crash();
    steps.after(faults.between('storeAway', 100, 6_000), 'the store starts again', () => {
      if (cluster.nodes.some(({ state }) => state === 'away')) cluster.startAgain();
    });
  }
}
