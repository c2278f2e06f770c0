// Rebuilds beside: folds the log into new generations while the live ones answer queries.
import { projectedTo } from '../read-models/generations.js';
import type { Generation } from '../read-models/table.js';
import { ReadModelsUnavailableError } from '../read-models/unavailable.js';
import { LogEndsEarlyError } from '../event-store/log-place.js';
import { retrying } from '../waiting/retrying.js';
import { systemTime, type Time } from '../waiting/time.js';
import type { RebuildOptions, RebuildProgress } from './rebuild-options.js';
import { beginPass } from './rebuild-pass.js';

export interface Rebuilt {
  readonly generations: readonly Generation[];
  readonly events: number;
  readonly seconds: number;
}

/** Maximum number of events to fold while the projector waits. */
const NEARLY_THERE = 200;
/** How long a rebuild waits for the database or the log, and the pause between attempts. */
const PATIENCE_MS = 60_000;
const RETRY_PAUSE_MS = { least: 500, most: 500 };

/**
 * Fills new generations up to the projector's checkpoint and makes them standby. It waits for a
 * database that becomes unavailable, and for a store whose leader was just replaced.
 *
 * @throws ProjectionError, StoreUnavailableError, ReadModelsUnavailableError, ReadModelsFullError,
 * ReplayLostError; the signal's reason when it is aborted
 */
export async function rebuild(options: RebuildOptions): Promise<Rebuilt> {
  const { onWait, signal, time = systemTime } = options;
  const begunAt = time.monotonicMs();
  const attempts = new Attempts(options, time);
  const generations = await retrying(() => attempts.next(), {
    retryIf: (error) => mayPass(error) && attempts.mayGoOn(),
    onFailure: (error) => onWait?.(error),
    pauseMs: RETRY_PAUSE_MS,
    signal,
    time,
  });
  return {
    generations: generations.map((generation) => ({ ...generation, status: 'STANDBY' })),
    events: attempts.events,
    seconds: (time.monotonicMs() - begunAt) / 1_000,
  };
}

function mayPass(error: unknown): boolean {
  return error instanceof ReadModelsUnavailableError || error instanceof LogEndsEarlyError;
}

/** Each attempt continues from the previous one's rows. */
class Attempts {
  /** Number of events that all attempts folded. */
  events = 0;
  private begun: readonly Generation[] = [];
  /** Of the first failure since the last progress, on the monotonic clock. */
  private failingSince: number | undefined;

  constructor(
    private readonly options: RebuildOptions,
    private readonly time: Time,
  ) {}

  /** After a failure. Time in which the log alone was waited for does not count. */
  mayGoOn(): boolean {
    const now = this.time.monotonicMs();
    this.failingSince ??= now;
    return now - this.failingSince <= PATIENCE_MS;
  }

  async next(): Promise<readonly Generation[]> {
    const { rows } = this.options;
    if (await this.hasJoined()) return this.begun;
    const eventsBefore = this.events;
    const onProgress = (progress: RebuildProgress) => {
      this.failingSince = undefined;
      this.options.onProgress?.(progress);
    };
    const pass = await beginPass({ ...this.options, onProgress });
    this.begun = pass.generations;
    try {
      // Each round leaves fewer new events, until the projector can wait for the rest.
      while ((await pass.upTo(projectedTo(await rows.generations()))) > NEARLY_THERE);
      await pass.join();
    } finally {
      this.events = eventsBefore + pass.events;
    }
    return pass.generations;
  }

  /** The last attempt may have lost its connection after its commit but before the confirmation. */
  private async hasJoined(): Promise<boolean> {
    const recorded = this.begun.length === 0 ? [] : await this.options.rows.generations();
    return recorded.some(
      ({ name, generation, status }) =>
        status !== 'BUILDING' &&
        this.begun.some((one) => one.name === name && one.generation === generation),
    );
  }
}

/**
 * Fills new generations up to a position and leaves them there, for a rebuild to continue.
 *
 * @throws as `rebuild`
 */
export async function fillUpTo(
  options: RebuildOptions,
  position: bigint,
): Promise<readonly Generation[]> {
  const pass = await beginPass(options);
  await pass.upTo(position);
  return pass.generations;
}
