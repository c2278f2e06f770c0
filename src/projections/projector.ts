// Applies events to all generations that are kept up to date. A batch is folded in memory and
// commits together with its checkpoint. After a crash each generation contains exactly the events
// up to its checkpoint, and repeated events are ignored.
import type { StoredEvent } from '../event-store/stored-event.js';
import type { RowStore } from '../read-models/row-store.js';
import type { SkippedEvent } from '../read-models/skipped-events.js';
import type { GenerationChange } from '../read-models/stored-rows.js';
import type { Generation, Registry } from '../read-models/table.js';
import { systemTime, type Time } from '../waiting/time.js';
import { type ErrorPolicy, GenerationWriter, place } from './generation-writer.js';
import { type AnyProjection, projectionFor } from './registry.js';

/** A generation that is live or standby but not kept up to date. */
export interface FrozenGeneration {
  readonly generation: Generation;
  readonly reason: string;
}

/** The registry no longer matches this projector's generations: start another one. */
export class RegistryMovedError extends Error {
  override readonly name = 'RegistryMovedError';
  constructor() {
    super('The generations on record have changed');
  }
}

export interface ProjectorChoices {
  /** Default: stop. */
  readonly onError?: ErrorPolicy;
  /** Default: the system's. */
  readonly time?: Pick<Time, 'now' | 'monotonicMs' | 'soon'>;
}

/** About 30 MiB of each read model, or 6,000 carts of five lines. */
const CACHED_WEIGHT = 100_000;

export class Projector {
  private constructor(
    private readonly rows: RowStore,
    private readonly epoch: number,
    private readonly writers: readonly GenerationWriter[],
    readonly frozen: readonly FrozenGeneration[],
    /** Read models whose live rows this build would make differently, or might. */
    readonly rebuildsDue: readonly string[],
    private readonly policy: ErrorPolicy,
  ) {}

  /** Loads the registered generations; creates the first generation of a new read model. */
  static async start(
    rows: RowStore,
    projections: readonly AnyProjection[],
    { onError = 'stop', time = systemTime }: ProjectorChoices = {},
  ): Promise<Projector> {
    const { epoch, generations: found } = await withFirstGenerations(rows, projections, time.now());
    const generations = await withFoldHashes(rows, projections, found);
    const writers: GenerationWriter[] = [];
    const frozen: FrozenGeneration[] = [];
    for (const generation of generations.filter(({ status }) => status !== 'BUILDING')) {
      const projection = projectionFor(projections, generation);
      if (projection === undefined) {
        frozen.push({ generation, reason: rebuildDue(projections, generation) });
        continue;
      }
      if (generation.isPaused) frozen.push({ generation, reason: 'paused by an operator' });
      else writers.push(new GenerationWriter(rows, projection, generation, CACHED_WEIGHT, time));
    }
    const due = newestOf(projections)
      .filter((newest) => generations.some((one) => isOutdated(one, newest)))
      .map(({ name }) => name);
    return new Projector(rows, epoch, writers, frozen, due, onError);
  }

  /** Names of all its read models, both updated and frozen. */
  get names(): readonly string[] {
    const all = [...this.writers, ...this.frozen].map(({ generation }) => generation.name);
    return [...new Set(all)];
  }

  /** The live generations that are frozen. */
  get frozenLive(): readonly FrozenGeneration[] {
    return this.frozen.filter(({ generation }) => generation.status === 'LIVE');
  }

  /** Where reading starts: the smallest checkpoint; −1 for the start of the log. */
  get checkpoint(): bigint {
    return this.writers.reduce(
      (least, { generation }) => (generation.checkpoint < least ? generation.checkpoint : least),
      this.writers[0]?.generation.checkpoint ?? -1n,
    );
  }

  /** Whether the registry still matches the loaded generations. */
  async isCurrent(): Promise<boolean> {
    return (await this.rows.registry()).epoch === this.epoch;
  }

  /**
   * Applies events in log order; an event of an unknown type is recorded as skipped. Returns the
   * changed read models.
   *
   * @throws RegistryMovedError; ProjectionError for an event that stops it. No checkpoint has moved
   * then.
   */
  async apply(batch: readonly StoredEvent[]): Promise<readonly string[]> {
    const last = batch.at(-1);
    if (last === undefined) return [];
    const skipped: SkippedEvent[] = [];
    const placed = place(batch, skipped);
    const behind = this.writers.filter(({ generation }) => generation.checkpoint < last.position);
    const changes: GenerationChange[] = [];
    for (const writer of behind) changes.push(await writer.fold(placed, this.policy, skipped));
    // Read models that were paused may be catching up; the recorded place of the furthest one
    // stays.
    const isFurthest = this.writers.every((one) => one.generation.checkpoint < last.position);
    const standsOn = isFurthest ? { position: last.position, eventId: last.id } : undefined;
    if (!(await this.rows.commit(changes, last.position, skipped, this.epoch, standsOn))) {
      throw new RegistryMovedError();
    }
    changes.forEach((change, index) => behind[index]?.committed(change, last.position));
    return changes
      .filter(({ generation, rows }) => generation.status === 'LIVE' && rows.size > 0)
      .map(({ generation }) => generation.name);
  }

  close(): Promise<void> {
    return this.rows.close();
  }
}

async function withFirstGenerations(
  rows: RowStore,
  projections: readonly AnyProjection[],
  now: number,
): Promise<Registry> {
  const recorded = await rows.generations();
  for (const { name, version, foldHash, table } of newestOf(projections)) {
    const own = recorded.filter((generation) => generation.name === name);
    if (own.some(({ status }) => status === 'LIVE')) continue;
    const first: Generation = {
      name,
      generation: nextGeneration(own),
      version,
      foldHash,
      status: 'LIVE',
      checkpoint: -1n,
      isPaused: false,
      promotedAt: now,
    };
    await rows.create(first, table);
  }
  return rows.registry();
}

/** Not the hash of any code. */
const OTHER_CODE = 'other columns';

/**
 * Records the fold hash of rows of a release that recorded none. Where they lack columns, other
 * code has made them: to fold onto them would stop every read model.
 */
async function withFoldHashes(
  rows: RowStore,
  projections: readonly AnyProjection[],
  generations: readonly Generation[],
): Promise<readonly Generation[]> {
  const known: Generation[] = [];
  for (const generation of generations) {
    const projection = projectionFor(projections, generation);
    if (generation.foldHash !== null || generation.status === 'BUILDING' || !projection) {
      known.push(generation);
      continue;
    }
    const missing = await rows.missingColumns(generation, projection.table);
    const foldHash = missing.length === 0 ? projection.foldHash : OTHER_CODE;
    await rows.recordFold(generation, foldHash);
    known.push({ ...generation, foldHash });
  }
  return known;
}

/** The next generation number of a read model with these generations. */
export function nextGeneration(own: readonly Generation[]): number {
  return 1 + Math.max(0, ...own.map(({ generation }) => generation));
}

/** The newest version of each projection. */
export function newestOf(projections: readonly AnyProjection[]): AnyProjection[] {
  const newest = new Map<string, AnyProjection>();
  for (const projection of projections) {
    const known = newest.get(projection.name);
    if (known === undefined || known.version < projection.version) {
      newest.set(projection.name, projection);
    }
  }
  return [...newest.values()];
}

/** Whether the generation is live and this build's code would make other rows, or might. */
export function isOutdated(served: Generation, newest: AnyProjection): boolean {
  const { name, version, status } = served;
  if (name !== newest.name || status !== 'LIVE') return false;
  return version !== newest.version || projectionFor([newest], served) === undefined;
}

function rebuildDue(projections: readonly AnyProjection[], { name, version }: Generation): string {
  const isKnown = projections.some((one) => one.name === name && one.version === version);
  return isKnown
    ? `rebuild due: ${name}: the live rows were made by other code than this build's`
    : `rebuild due: ${name}: the live rows have version ${version}, which this build does not know`;
}
