// Rebuilds beside: folds the log into new generations while the live ones answer queries.
import { setTimeout as delay } from 'node:timers/promises';
import { projectedTo } from '../read-models/generations.js';
import type { Generation } from '../read-models/table.js';
import { ReadModelsUnavailableError } from '../read-models/unavailable.js';
import type { RebuildOptions, RebuildProgress } from './rebuild-options.js';
import { beginPass } from './rebuild-pass.js';

export interface Rebuilt {
  readonly generations: readonly Generation[];
  readonly events: number;
  readonly seconds: number;
}

/** Maximum number of events to fold while the projector waits. */
const NEARLY_THERE = 200;
/** How long a rebuild waits for the database, and the pause between attempts. */
const PATIENCE_MS = 60_000;
const RETRY_MS = 500;

/**
 * Fills new generations up to the projector's checkpoint and makes them standby. It waits for a
 * database that becomes unavailable.
 *
 * @throws ProjectionError, StoreUnavailableError, ReadModelsUnavailableError, ReadModelsFullError,
 * ReplayLostError; the signal's reason when it is aborted
 */
export async function rebuild(options: RebuildOptions): Promise<Rebuilt> {
  const begunAt = performance.now();
  const attempts = new Attempts(options);
  const generations = await attempts.untilJoined();
  return {
    generations: generations.map((generation) => ({ ...generation, status: 'STANDBY' })),
    events: attempts.events,
    seconds: (performance.now() - begunAt) / 1_000,
  };
}

/** Each attempt continues from the previous one's rows. */
class Attempts {
  /** Number of events that all attempts folded. */
  events = 0;
  private begun: readonly Generation[] = [];
  private wentWellAt = performance.now();

  constructor(private readonly options: RebuildOptions) {}

  async untilJoined(): Promise<readonly Generation[]> {
    for (;;) {
      try {
        return await this.attempt();
      } catch (error) {
        const isAway = error instanceof ReadModelsUnavailableError;
        if (!isAway || performance.now() - this.wentWellAt > PATIENCE_MS) throw error;
        this.options.onWait?.(error);
        await delay(RETRY_MS);
        this.options.signal?.throwIfAborted();
      }
    }
  }

  private async attempt(): Promise<readonly Generation[]> {
    const { rows } = this.options;
    if (await this.hasJoined()) return this.begun;
    const eventsBefore = this.events;
    const onProgress = (progress: RebuildProgress) => {
      this.wentWellAt = performance.now();
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
