// Measures the drift between live and standby generations in the background, so that queries get
// the latest result at once, with its time.
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { CountedDrift } from '../projections/projection-status.js';
import type { RunningProjector } from '../projections/projector-thread.js';
import type { DriftWorkerData } from './drift-worker.js';
import { every, systemTime, type Time } from '../waiting/time.js';

export interface DriftWatchOptions extends DriftWorkerData {
  readonly progress: Pick<RunningProjector, 'status'>;
  /** Called when a count fails; another one follows. */
  readonly onFault: (fault: unknown) => void;
  readonly time?: Pick<Time, 'monotonicMs' | 'background'>;
}

/** Interval of checks whether a count is due. */
const LOOK_MS = 500;
/** Minimum pause between two counts, even while the shop sells. */
const PAUSE_MS = 15_000;
/**
 * The pause is at least this multiple of the last count's duration, so that large tables do not
 * keep a core busy.
 */
const PAUSE_RATIO = 50;

export class DriftWatch {
  private counted: readonly CountedDrift[] = [];
  /** The generations and positions of the last count, and the earliest time of the next. */
  private last = { pairs: '', positions: '', nextAt: 0 };
  private counting: Worker | undefined;
  private readonly time: Pick<Time, 'monotonicMs' | 'background'>;
  private readonly stopLooking: () => void;

  private constructor(private readonly options: DriftWatchOptions) {
    this.time = options.time ?? systemTime;
    this.stopLooking = every(this.time.background, LOOK_MS, () => void this.look());
  }

  static start(options: DriftWatchOptions): DriftWatch {
    return new DriftWatch(options);
  }

  /** The drift of a standby generation from the live one; null before the first count. */
  readonly of = (name: string, served: number, standing: number): CountedDrift | null =>
    this.counted.find(
      (one) => one.name === name && one.served === served && one.standing === standing,
    ) ?? null;

  async stop(): Promise<void> {
    this.stopLooking();
    await this.counting?.terminate();
  }

  private async look(): Promise<void> {
    const { pairs, positions } = this.standing();
    if (pairs === '') this.counted = [];
    if (pairs === '' || this.counting !== undefined) return;
    const hasMoved =
      positions !== this.last.positions && this.time.monotonicMs() >= this.last.nextAt;
    if (pairs === this.last.pairs && !hasMoved) return;
    const begunAt = this.time.monotonicMs();
    const isCounted = await this.count().catch((fault: unknown) => this.options.onFault(fault));
    const endedAt = this.time.monotonicMs();
    const nextAt = endedAt + Math.max(PAUSE_MS, PAUSE_RATIO * (endedAt - begunAt));
    this.last = { pairs, positions: isCounted === true ? positions : '', nextAt };
  }

  /** The pairs of live and standby generations, and their positions. */
  private standing(): { readonly pairs: string; readonly positions: string } {
    const waiting = this.options.progress
      .status()
      .filter(({ others }) => others.some(({ status }) => status === 'STANDBY'));
    const pairs = waiting.map(({ name, generation, others }) => {
      const standing = others.filter(({ status }) => status === 'STANDBY');
      return `${name}/${generation}/${standing.map((one) => one.generation).join('+')}`;
    });
    return {
      pairs: pairs.join(),
      positions: waiting.map(({ position }) => position ?? '').join(),
    };
  }

  private async count(): Promise<true> {
    const { dataDir, databaseUrl, pricingRules } = this.options;
    const workerData: DriftWorkerData = {
      dataDir,
      ...(databaseUrl !== undefined && { databaseUrl }),
      ...(pricingRules !== undefined && { pricingRules }),
    };
    const worker = new Worker(new URL('./drift-worker.js', import.meta.url), { workerData });
    this.counting = worker;
    worker.on('message', (counted: readonly CountedDrift[]) => (this.counted = counted));
    try {
      await once(worker, 'exit');
      return true;
    } finally {
      this.counting = undefined;
    }
  }
}
