// The service's view of its projector, from the projector's latest message, wherever it runs.
import { every, systemTime, type Time } from '../waiting/time.js';
import type { OtherGeneration, ProjectionStatus } from './projection-status.js';
import type { FromProjector, ProjectorProgress, ToldGeneration } from './projector-progress.js';

export interface ProjectorViewOptions {
  /** The position of the log's end; read while the read models are behind. */
  readonly headPosition: () => Promise<bigint>;
  readonly time?: Pick<Time, 'now' | 'after' | 'background'>;
}

/** Interval of reads of the log's end while the read models are behind. */
const HEAD_MS = 1_000;

export class ProjectorView {
  private readonly listeners = new Set<(changed: readonly string[]) => void>();
  private readonly firstPosition: bigint;
  private readonly time: Pick<Time, 'now' | 'after' | 'background'>;
  private readonly stopMeasuring: () => void;
  private head = 0n;

  constructor(
    private progress: ProjectorProgress,
    private readonly options: ProjectorViewOptions,
  ) {
    this.time = options.time ?? systemTime;
    this.firstPosition = BigInt(progress.position);
    this.stopMeasuring = every(this.time.background, HEAD_MS, () => void this.measureHead());
    void this.measureHead();
  }

  status(): readonly ProjectionStatus[] {
    const served = this.progress.generations.filter(({ status }) => status === 'LIVE');
    return served.map((generation) => this.statusOf(generation));
  }

  private statusOf({ name, generation, version, frozen, isPaused, position }: ToldGeneration) {
    const { progress } = this;
    const at = frozen === null ? progress.position : position;
    const others = progress.generations.flatMap((one): OtherGeneration[] =>
      one.name === name && one.status !== 'LIVE' ? [this.otherOf(one, one.status)] : [],
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
      isPaused,
      isStartingOver: progress.isStartingOver,
      version,
      generation,
      rebuildDue: progress.rebuildsDue.includes(name),
      others,
    } satisfies ProjectionStatus;
  }

  /** A standby generation moves with the live one, unless it is frozen. */
  private otherOf(told: ToldGeneration, status: OtherGeneration['status']): OtherGeneration {
    const { generation, version, wasLive, frozen } = told;
    const isFollowing = status === 'STANDBY' && frozen === null;
    const position = isFollowing ? this.progress.position : told.position;
    return { generation, version, status, wasLive, position };
  }

  /**
   * Calls the listener after each commit, with the changed read models, and on each change of
   * state. Returns a function that unsubscribes.
   */
  onProgress(listener: (changed: readonly string[]) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** False when the read models have not reached the position in time, or before an abort. */
  reached(position: bigint, timeoutMs: number, signal?: AbortSignal): Promise<boolean> {
    const isThere = () => BigInt(this.progress.position) >= position;
    if (isThere()) return Promise.resolve(true);
    if (signal?.aborted === true) return Promise.resolve(false);
    return new Promise((resolve) => {
      const end = (answer: boolean) => {
        cancelTimer();
        stopListening();
        signal?.removeEventListener('abort', giveUp);
        resolve(answer);
      };
      const giveUp = () => end(false);
      signal?.addEventListener('abort', giveUp);
      const cancelTimer = this.time.after(timeoutMs, giveUp);
      const stopListening = this.onProgress(() => {
        if (isThere()) end(true);
      });
    });
  }

  receive(message: FromProjector): void {
    if (message.type !== 'progress') return;
    this.progress = message;
    for (const listener of this.listeners) listener(message.changed);
  }

  close(): void {
    this.stopMeasuring();
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
    const lagMs = recordedAt === 0 ? 0 : Math.max(0, this.time.now() - recordedAt);
    return {
      lagEvents: Math.min(2 ** 31 - 1, Math.ceil(Number(behind) / positionsPerEvent)),
      lagMs: Math.min(2 ** 31 - 1, lagMs),
    };
  }
}
