// The service's side of the projector's thread: starts and stops it, and answers from its latest
// messages.
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { OtherGeneration, ProjectionStatus } from './projection-status.js';
import type { FromProjector, ProjectorProgress, ToldGeneration } from './projector-progress.js';
import type { ProjectorWorkerData } from './projector-worker.js';

export interface RunningProjector {
  status(): readonly ProjectionStatus[];
  /**
   * Calls the listener after each commit, with the changed read models, and on each change of
   * state. Returns a function that unsubscribes.
   */
  onProgress(listener: (changed: readonly string[]) => void): () => void;
  /** False when the read models have not reached the position in time. */
  reached(position: bigint, timeoutMs: number): Promise<boolean>;
  /** Resolves with the error when the thread dies without being stopped. */
  readonly failure: Promise<Error>;
  stop(): Promise<void>;
}

export interface ProjectorOptions extends ProjectorWorkerData {
  /** The position of the log's end; read while the read models are behind. */
  readonly headPosition: () => Promise<bigint>;
  readonly clock: () => number;
  /** Receives messages for the operator. */
  readonly onNotice: (message: string) => void;
}

/**
 * By default V8 lets the young generation grow to 128 MiB for each thread under load, and keeps the
 * pages.
 */
const YOUNG_MB = 48;

/** Resolves when the read models' tables exist; they may be up to date much later. */
export async function startProjector(options: ProjectorOptions): Promise<RunningProjector> {
  const { connectionString, dataDir, databaseUrl, pricingRules, onError } = options;
  const workerData: ProjectorWorkerData = {
    connectionString,
    dataDir,
    ...(databaseUrl !== undefined && { databaseUrl }),
    ...(pricingRules !== undefined && { pricingRules }),
    ...(onError && { onError }),
  };
  const worker = new Worker(new URL('./projector-worker.js', import.meta.url), {
    workerData,
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
  });
  const first = await firstProgress(worker, options.onNotice);
  return new ProjectorThread(worker, first, options);
}

function firstProgress(
  worker: Worker,
  onNotice: (message: string) => void,
): Promise<ProjectorProgress> {
  return new Promise((resolve, reject) => {
    worker.once('error', reject);
    worker.on('message', (message: FromProjector) => {
      if (message.type === 'notice') onNotice(message.message);
      else if (message.type === 'progress') resolve(message);
    });
  });
}

/** Interval of reads of the log's end while the read models are behind. */
const HEAD_MS = 1_000;

class ProjectorThread implements RunningProjector {
  readonly failure: Promise<Error>;
  private readonly listeners = new Set<(changed: readonly string[]) => void>();
  private readonly firstPosition: bigint;
  private head = 0n;
  private isStopping = false;
  private readonly exited: Promise<unknown>;
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly worker: Worker,
    private progress: ProjectorProgress,
    private readonly options: ProjectorOptions,
  ) {
    this.firstPosition = BigInt(progress.position);
    this.exited = once(worker, 'exit');
    this.failure = new Promise((resolve) => {
      worker.once('error', (error) =>
        resolve(error instanceof Error ? error : new Error(String(error))),
      );
      void this.exited.then(() => {
        if (!this.isStopping) resolve(new Error('The projector ended unexpectedly'));
      });
    });
    worker.on('message', (message: FromProjector) => this.receive(message));
    this.timer = setInterval(() => void this.measureHead(), HEAD_MS);
    this.timer.unref();
    void this.measureHead();
  }

  status(): readonly ProjectionStatus[] {
    const served = this.progress.generations.filter(({ status }) => status === 'LIVE');
    return served.map((generation) => this.statusOf(generation));
  }

  private statusOf({ name, generation, version, frozen, position }: ToldGeneration) {
    const { progress } = this;
    const at = frozen === null ? progress.position : position;
    const others = progress.generations.flatMap((one): OtherGeneration[] =>
      one.name === name && one.status !== 'LIVE' ? [{ ...one, status: one.status }] : [],
    );
    const isRebuilding = others.some(({ status }) => status === 'BUILDING');
    const running = progress.state === 'LIVE' && isRebuilding ? 'REBUILDING' : progress.state;
    return {
      name,
      state: frozen === null ? running : 'STOPPED',
      position: at === '-1' ? null : at,
      ...this.lag(at),
      error: frozen ?? progress.error,
      isHeld: frozen !== null,
      isStartingOver: progress.isStartingOver,
      version,
      generation,
      rebuildDue: progress.rebuildsDue.includes(name),
      others,
    } satisfies ProjectionStatus;
  }

  onProgress(listener: (changed: readonly string[]) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  reached(position: bigint, timeoutMs: number): Promise<boolean> {
    const isThere = () => BigInt(this.progress.position) >= position;
    if (isThere()) return Promise.resolve(true);
    return new Promise((resolve) => {
      const end = (answer: boolean) => {
        clearTimeout(timer);
        stopListening();
        resolve(answer);
      };
      const timer = setTimeout(() => end(false), timeoutMs);
      const stopListening = this.onProgress(() => {
        if (isThere()) end(true);
      });
    });
  }

  async stop(): Promise<void> {
    this.isStopping = true;
    clearInterval(this.timer);
    this.worker.postMessage('stop');
    await this.exited;
  }

  private receive(message: FromProjector): void {
    if (message.type !== 'progress') return;
    this.progress = message;
    for (const listener of this.listeners) listener(message.changed);
  }

  private async measureHead(): Promise<void> {
    if (this.progress.state === 'LIVE') return;
    try {
      this.head = await this.options.headPosition();
    } catch {
      // The store is unavailable, which health reports. The last known end of the log is the best
      // estimate.
    }
  }

  /**
   * A live projector has applied every delivered event. Positions are not counts, so the number of
   * events is estimated from their ratio.
   */
  private lag(position: string): { lagEvents: number; lagMs: number } {
    const { state, recordedAt, applied } = this.progress;
    const behind = this.head - BigInt(position);
    if (state === 'LIVE' || behind <= 0n) return { lagEvents: 0, lagMs: 0 };
    const spanned = Number(BigInt(this.progress.position) - this.firstPosition);
    const positionsPerEvent = applied === 0 ? 1 : Math.max(1, spanned / applied);
    const lagMs = recordedAt === 0 ? 0 : Math.max(0, this.options.clock() - recordedAt);
    return {
      lagEvents: Math.min(2 ** 31 - 1, Math.ceil(Number(behind) / positionsPerEvent)),
      lagMs: Math.min(2 ** 31 - 1, lagMs),
    };
  }
}
