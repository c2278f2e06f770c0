// Brings faults about while people shop: kills and freezes processes, cuts connections, and mends
// each of them after a while. One thing has one fault at a time; two things may have one each.
import { setTimeout as delay } from 'node:timers/promises';
import type { NodeProcess } from '../../embedded-node/test/kills/node-process.js';
import { reasonOf } from '../../src/errors/reason-of.js';
import type { History } from '../simulator/history.js';
import type { Randomness } from '../simulator/randomness.js';
import { databaseTroubles } from './database-troubles.js';
import type { SoakInstance, Stage } from './stage.js';
import type { TcpProxy } from './tcp-proxy.js';

export interface Trouble {
  readonly name: string;
  /** What has it, and can have no other one meanwhile. */
  readonly subject: string;
  readonly bring: (random: Randomness) => Promise<void>;
}

const MAX_AT_ONCE = 2;
const PAUSE_MS = { least: 500, most: 5_000 };
const LONGEST_FREEZE_MS = 5_000;
const LONGEST_CUT_MS = 3_000;
const LONGEST_DOWN_MS = 1_500;
/** What docs/limits.md promises of SIGTERM, and room for a machine that is busy. */
const LONGEST_STOP_MS = 15_000;

export class Troubles {
  /** How often each was brought about. */
  readonly counts = new Map<string, number>();
  private readonly running = new Map<string, Promise<void>>();
  private readonly kinds: readonly Trouble[];
  /** Kills and freezes: they come twice as often. */
  private readonly hard: readonly Trouble[];

  constructor(
    stage: Stage,
    private readonly history: History,
    private readonly onFault: (words: string) => void,
  ) {
    const { node, instances } = stage;
    this.kinds = [
      ...(node === undefined ? [] : this.ofNode(node)),
      ...instances.flatMap((instance) => this.ofInstance(instance)),
      ...databaseTroubles(stage, history),
    ];
    this.hard = this.kinds.filter(({ name }) => /killed|frozen/.test(name));
  }

  /** Brings one fault after another, until `isOver`; every kind has come before it starts over. */
  async bringUntil(isOver: () => boolean, random: Randomness): Promise<void> {
    let left: Trouble[] = [];
    while (!isOver()) {
      await delay(PAUSE_MS.least + random.below(PAUSE_MS.most - PAUSE_MS.least));
      if (left.length === 0) left = shuffled([...this.kinds, ...this.hard], random);
      const index = left.findIndex(({ subject }) => !this.running.has(subject));
      if (index < 0 || this.running.size >= MAX_AT_ONCE || isOver()) continue;
      this.bring(left.splice(index, 1)[0]!, random);
    }
    await this.mended();
  }

  /** Resolves when nothing is broken any more. */
  async mended(): Promise<void> {
    while (this.running.size > 0) await Promise.all(this.running.values());
  }

  private bring({ name, subject, bring }: Trouble, random: Randomness): void {
    this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
    const running = bring(random)
      .catch((error: unknown) => this.onFault(`${name} of ${subject}: ${reasonOf(error)}`))
      .finally(() => this.running.delete(subject));
    this.running.set(subject, running);
  }

  private ofNode(node: NodeProcess): readonly Trouble[] {
    const subject = 'store';
    return [
      {
        name: 'store killed',
        subject,
        bring: async (random) => {
          // It throws for a node that has ended by itself.
          process.kill(node.pid, 0);
          await node.kill();
          this.history.befell(subject, 'killed');
          await delay(random.below(LONGEST_DOWN_MS));
          await node.start();
          this.history.befell(subject, 'ready');
        },
      },
      this.freezing(subject, () => node.pid),
    ];
  }

  private ofInstance({ name, service, clients, store, database }: SoakInstance): Trouble[] {
    const ending = (how: 'killed' | 'stopped', signal: NodeJS.Signals): Trouble => ({
      name: `instance ${how}`,
      subject: name,
      bring: async (random) => {
        if (!service.isRunning) this.onFault(`${name} had ended by itself: ${lastWords(service)}`);
        const begunMs = performance.now();
        const { code } = await service.stop(signal);
        this.history.befell(name, how);
        if (how === 'stopped') this.checkStop(name, code, performance.now() - begunMs);
        await delay(random.below(LONGEST_DOWN_MS));
        await service.restart();
        this.history.befell(name, 'ready');
      },
    });
    const ways = [
      ['clients', clients],
      ['store', store],
      ['database', database],
    ] as const;
    return [
      ending('killed', 'SIGKILL'),
      ending('stopped', 'SIGTERM'),
      this.freezing(name, () => service.pid),
      ...ways.flatMap(([to, proxy]) => (proxy ? this.ofWay(`${name} to ${to}`, proxy) : [])),
    ];
  }

  private checkStop(name: string, code: number | null, tookMs: number): void {
    if (code === 0 && tookMs <= LONGEST_STOP_MS) return;
    this.onFault(`${name} stopped with exit code ${code} after ${Math.round(tookMs)} ms`);
  }

  private freezing(subject: string, pid: () => number): Trouble {
    return {
      name: subject === 'store' ? 'store frozen' : 'instance frozen',
      subject,
      bring: async (random) => {
        const frozen = pid();
        process.kill(frozen, 'SIGSTOP');
        this.history.befell(subject, 'frozen');
        await delay(random.below(LONGEST_FREEZE_MS));
        process.kill(frozen, 'SIGCONT');
        this.history.befell(subject, 'thawed');
      },
    };
  }

  private ofWay(subject: string, proxy: TcpProxy): readonly Trouble[] {
    const way = subject.replace(/^\S+ /, 'way ');
    const cutting = (how: string, begin: () => void): Trouble => ({
      name: `${way} ${how}`,
      subject,
      bring: async (random) => {
        begin();
        this.history.befell(subject, 'cut', how);
        if (how !== 'cut') await delay(random.below(LONGEST_CUT_MS));
        proxy.letThrough();
        this.history.befell(subject, 'joined');
      },
    });
    return [
      cutting('cut', () => proxy.cut()),
      cutting('refused', () => proxy.refuse()),
      cutting('held up', () => proxy.holdUp()),
    ];
  }
}

const MOST_WORDS = 500;

function lastWords({ log }: SoakInstance['service']): string {
  return log.slice(-MOST_WORDS);
}

function shuffled<Item>(items: readonly Item[], random: Randomness): Item[] {
  return items
    .map((item) => ({ item, order: random.next() }))
    .sort((a, b) => a.order - b.order)
    .map(({ item }) => item);
}
