// Fills one generation with one version of its projection: folds batches in memory and caches its
// own rows. The projector and replays use the same writer.
import { reasonOf } from '../errors/reason-of.js';
import { LRUCache } from 'lru-cache';
import { ImpossibleEventError } from '../domain/decider.js';
import { storable } from '../domain/text.js';
import type { StoredEvent } from '../event-store/stored-event.js';
import { isOfStore, removalOf, subjectOf } from '../event-store/stream-removal.js';
import type { LoadsRows } from '../read-models/row-reader.js';
import type { SkippedEvent } from '../read-models/skipped-events.js';
import type { GenerationChange } from '../read-models/stored-rows.js';
import type { Generation, Row } from '../read-models/table.js';
import type { ProjectedEvent } from './projection.js';
import type { AnyProjection } from './registry.js';
import { rowWeight } from './row-weight.js';
import { readShopEvent } from './shop-events.js';
import { LongWork } from '../waiting/long-work.js';
import { systemTime, type Time } from '../waiting/time.js';

/**
 * What happens when a projection throws on an event: it stops, or skips the event. An impossible
 * event affects only its own row, so it is always skipped.
 */
export type ErrorPolicy = 'stop' | 'skip';

export interface Placed {
  readonly stored: StoredEvent;
  readonly event: ProjectedEvent;
}

const MAX_TEXT = 1_000;
/** Postgres cannot index a text of more than about 2,700 bytes. */
const MAX_NAME = 500;

/** The event that stops a projection, with its place and the cause. */
export class ProjectionError extends Error {
  override readonly name = 'ProjectionError';
  constructor(
    { stream, revision, type, position }: StoredEvent,
    readonly projection: string,
    override readonly cause: unknown,
  ) {
    const what = `${stream}@${revision} (${type}, position ${position})`;
    super(`${projection} cannot apply ${what}: ${reasonOf(cause)}`);
  }
}

/**
 * Decodes a batch for the projections. An unreadable event affects one stream only: it is added to
 * `skipped`, and the others continue.
 */
export function place(batch: readonly StoredEvent[], skipped: SkippedEvent[]): Placed[] {
  return batch.flatMap((stored): Placed[] => {
    if (isOfStore(stored)) {
      skipped.push(...removals(stored));
      return [];
    }
    const reading = readShopEvent(stored);
    if (reading.kind === 'understood') return [{ stored, event: reading.event }];
    skipped.push(
      reading.kind === 'unknown type'
        ? skippedEvent('*', 'UNKNOWN_TYPE', stored, `Unknown event type ${stored.type}`)
        : skippedEvent('*', 'NOT_UNDERSTOOD', stored, reasonOf(reading.cause)),
    );
    return [];
  });
}

function removals(stored: StoredEvent): SkippedEvent[] {
  const removal = removalOf(stored);
  if (removal === undefined) return [];
  const { position, type } = stored;
  const kind = removal === 'deleted' ? 'DELETED' : 'TRUNCATED';
  const reason =
    removal === 'deleted'
      ? 'the stream was deleted'
      : 'events of the stream are given to nobody any more';
  const stream = plain(subjectOf(stored), MAX_NAME);
  return [{ name: '*', kind, position, stream, revision: -1, type, reason }];
}

function skippedEvent(
  name: string,
  kind: SkippedEvent['kind'],
  { position, stream, revision, type }: StoredEvent,
  reason: string,
): SkippedEvent {
  return {
    name,
    kind,
    position,
    stream: plain(stream, MAX_NAME),
    revision,
    type: plain(type),
    reason: plain(reason),
  };
}

/**
 * Names and reasons may come from other writers: shortened, and without NUL, which Postgres
 * rejects.
 */
function plain(text: string, maxLength = MAX_TEXT): string {
  return storable(text.slice(0, maxLength));
}

export class GenerationWriter {
  private readonly cache: LRUCache<string, Row>;

  constructor(
    private readonly rows: LoadsRows,
    readonly projection: AnyProjection,
    public generation: Generation,
    /** Of its own rows in memory, as `rowWeight` counts. */
    cachedWeight: number,
    private readonly time: Pick<Time, 'monotonicMs' | 'soon'> = systemTime,
  ) {
    this.cache = new LRUCache({ maxSize: cachedWeight, sizeCalculation: rowWeight });
  }

  /**
   * The rows that a batch changes; events up to the checkpoint are left out. Pricing rules may be
   * slow: others get their turn, so a replay's heartbeats go on.
   *
   * @throws ProjectionError for an event that cannot be applied, unless the policy is to skip, or
   * the event is impossible
   */
  async fold(
    placed: readonly Placed[],
    policy: ErrorPolicy,
    skipped: SkippedEvent[],
    rowsBefore = this.rows,
  ): Promise<GenerationChange> {
    const { projection, generation, cache } = this;
    const concerned = placed
      .filter(({ stored }) => stored.position > generation.checkpoint)
      .flatMap(({ stored, event }) => {
        const key = projection.keyOf(event);
        return key === undefined ? [] : [{ key, stored, event }];
      });
    const absent = new Set(concerned.map(({ key }) => key).filter((key) => !cache.has(key)));
    const loaded = await rowsBefore.load(generation, projection.table, [...absent]);
    const rows = new Map<string, Row>();
    const work = new LongWork(this.time);
    for (const { key, stored, event } of concerned) {
      if (work.isLong) await work.rest();
      const before = rows.get(key) ?? cache.get(key) ?? loaded.get(key);
      try {
        rows.set(key, projection.evolve(before, event));
      } catch (error) {
        const isOfItsRow = error instanceof ImpossibleEventError;
        if (policy === 'stop' && !isOfItsRow) {
          throw new ProjectionError(stored, projection.name, error);
        }
        skipped.push(skippedEvent(projection.name, 'NOT_APPLIED', stored, reasonOf(error)));
      }
    }
    for (const [key, row] of rows) {
      if (work.isLong) await work.rest();
      try {
        rows.set(key, projection.complete(row));
      } catch (error) {
        const own = concerned.filter((one) => one.key === key).map(({ stored }) => stored);
        const last = own.at(-1);
        if (policy === 'stop' && last) throw new ProjectionError(last, projection.name, error);
        // The row keeps its state from before the batch.
        rows.delete(key);
        const reason = reasonOf(error);
        const notes = own.map((each) => skippedEvent(projection.name, 'NOT_APPLIED', each, reason));
        skipped.push(...notes);
      }
    }
    return { generation, table: projection.table, rows };
  }

  /** Called only after the commit: the cache must never be ahead of the stored rows. */
  committed({ rows }: GenerationChange, checkpoint: bigint): void {
    this.generation = { ...this.generation, checkpoint };
    for (const [key, row] of rows) {
      if (row === null) this.cache.delete(key);
      else this.cache.set(key, row);
    }
  }
}
