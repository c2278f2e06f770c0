// One generation together with the code that fills it: folds batches in memory, and remembers rows
// that it has written. The projector and a replay fill in the same way.
import { LRUCache } from 'lru-cache';
import { UnknownEventError } from '../domain/codec.js';
import type { StoredEvent } from '../event-store/stored-event.js';
import type { GenerationChange, RowStore, SkippedEvent } from '../read-models/row-store.js';
import type { Generation, Row } from '../read-models/table.js';
import type { ProjectedEvent } from './projection.js';
import type { AnyProjection } from './registry.js';
import { projectedEvent } from './shop-events.js';

/** What becomes of an event that a projection cannot apply. */
export type ErrorPolicy = 'stop' | 'skip';

export interface Placed {
  readonly stored: StoredEvent;
  readonly event: ProjectedEvent;
}

/** An event that stops a projection: which one, where, and why. */
export class ProjectionError extends Error {
  override readonly name = 'ProjectionError';
  constructor(
    { stream, revision, type, position }: StoredEvent,
    readonly projection: string,
    override readonly cause: unknown,
  ) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const what = projection === '*' ? 'No projection' : projection;
    super(`${what} cannot apply ${stream}@${revision} (${type}, position ${position}): ${reason}`);
  }
}

/**
 * Reads a batch for the projections. An event of a type or version that is unknown is passed over and
 * noted in `skipped`. @throws ProjectionError for one that does not parse, unless the policy is to skip
 */
export function place(
  batch: readonly StoredEvent[],
  policy: ErrorPolicy,
  skipped: SkippedEvent[],
): Placed[] {
  return batch.flatMap((stored): Placed[] => {
    try {
      return [{ stored, event: projectedEvent(stored) }];
    } catch (error) {
      const isPassedOver = error instanceof UnknownEventError || policy === 'skip';
      if (!isPassedOver) throw new ProjectionError(stored, '*', error);
      skipped.push(skippedEvent('*', stored, error));
      return [];
    }
  });
}

function skippedEvent(name: string, stored: StoredEvent, error: unknown): SkippedEvent {
  const { position, stream, revision, type } = stored;
  const reason = error instanceof Error ? error.message : String(error);
  return { name, position, stream, revision, type, reason };
}

export class Filling {
  private readonly cache: LRUCache<string, Row>;

  constructor(
    private readonly rows: Pick<RowStore, 'load'>,
    readonly projection: AnyProjection,
    public generation: Generation,
    cachedRows: number,
  ) {
    this.cache = new LRUCache({ max: cachedRows });
  }

  /**
   * The rows that a batch changes; events up to the checkpoint are passed over.
   * @throws ProjectionError for an event that cannot be applied, unless the policy is to skip
   */
  async fold(
    placed: readonly Placed[],
    policy: ErrorPolicy,
    skipped: SkippedEvent[],
  ): Promise<GenerationChange> {
    const { projection, generation, cache } = this;
    const concerned = placed
      .filter(({ stored }) => stored.position > generation.checkpoint)
      .flatMap(({ stored, event }) => {
        const key = projection.keyOf(event);
        return key === undefined ? [] : [{ key, stored, event }];
      });
    const absent = new Set(concerned.map(({ key }) => key).filter((key) => !cache.has(key)));
    const loaded = await this.rows.load(generation, projection.table, [...absent]);
    const rows = new Map<string, Row>();
    for (const { key, stored, event } of concerned) {
      const before = rows.get(key) ?? cache.get(key) ?? loaded.get(key);
      try {
        rows.set(key, projection.evolve(before, event));
      } catch (error) {
        if (policy === 'stop') throw new ProjectionError(stored, projection.name, error);
        skipped.push(skippedEvent(projection.name, stored, error));
      }
    }
    for (const [key, row] of rows) {
      try {
        rows.set(key, projection.complete(row));
      } catch (error) {
        const own = concerned.filter((one) => one.key === key).map(({ stored }) => stored);
        const last = own.at(-1);
        if (policy === 'stop' && last) throw new ProjectionError(last, projection.name, error);
        // The row stays as it was before all of them.
        rows.delete(key);
        skipped.push(...own.map((stored) => skippedEvent(projection.name, stored, error)));
      }
    }
    return { generation, table: projection.table, rows };
  }

  /** Only after the commit: what is cached must never be ahead of what is stored. */
  committed({ rows }: GenerationChange, checkpoint: bigint): void {
    this.generation = { ...this.generation, checkpoint };
    for (const [key, row] of rows) {
      if (row === null) this.cache.delete(key);
      else this.cache.set(key, row);
    }
  }
}
