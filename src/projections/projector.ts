// Applies events to every generation that is to be kept up to date. A batch is folded in memory and
// then commits with its checkpoint: after any crash each generation holds exactly the events up to
// its checkpoint, and an event that comes again is passed over.
import { LRUCache } from 'lru-cache';
import { UnknownEventError } from '../domain/codec.js';
import type { StoredEvent } from '../event-store/stored-event.js';
import type { GenerationChange, RowStore, SkippedEvent } from '../read-models/row-store.js';
import type { Generation, Row } from '../read-models/table.js';
import type { ProjectedEvent } from './projection.js';
import type { AnyProjection } from './registry.js';
import { projectedEvent } from './shop-events.js';

/** A generation together with the code that fills it. */
interface Filling {
  readonly projection: AnyProjection;
  generation: Generation;
  readonly cache: LRUCache<string, Row>;
}

interface Placed {
  readonly stored: StoredEvent;
  readonly event: ProjectedEvent;
}

const CACHED_ROWS = 5_000;

/** A live generation whose version this build does not know: it is served as it is, but not filled. */
export interface FrozenGeneration {
  readonly generation: Generation;
  readonly reason: string;
}

export class Projector {
  private constructor(
    private readonly rows: RowStore,
    private readonly fillings: readonly Filling[],
    readonly frozen: readonly FrozenGeneration[],
  ) {}

  /** Takes up the generations on record; makes the first one of a read model that has none. */
  static async start(rows: RowStore, projections: readonly AnyProjection[]): Promise<Projector> {
    const recorded = await rows.generations();
    const current = newestOf(projections);
    for (const projection of current) {
      if (recorded.some(({ name }) => name === projection.name)) continue;
      const { name, version, table } = projection;
      const first: Generation = { name, generation: 1, version, status: 'LIVE', checkpoint: -1n };
      await rows.create(first, table);
      recorded.push(first);
    }
    const fillings: Filling[] = [];
    const frozen: FrozenGeneration[] = [];
    for (const generation of recorded.filter(({ status }) => status !== 'BUILDING')) {
      const projection = projections.find(
        ({ name, version }) => name === generation.name && version === generation.version,
      );
      if (projection) fillings.push({ projection, generation, cache: newCache() });
      else frozen.push({ generation, reason: rebuildDue(generation) });
    }
    return new Projector(rows, fillings, frozen);
  }

  /** The names of the read models that it keeps up to date, and those that wait for a rebuild. */
  get names(): readonly string[] {
    const all = [...this.fillings, ...this.frozen].map(({ generation }) => generation.name);
    return [...new Set(all)];
  }

  /** Where to go on reading: the least of all checkpoints; −1 for the start of the log. */
  get checkpoint(): bigint {
    return this.fillings.reduce(
      (least, { generation }) => (generation.checkpoint < least ? generation.checkpoint : least),
      this.fillings[0]?.generation.checkpoint ?? -1n,
    );
  }

  /**
   * Applies events in the order of the log. An event of a type that is unknown is recorded and
   * passed over. Answers which read models it changed.
   * @throws MalformedEventError and whatever a projection throws; no checkpoint has moved then.
   */
  async apply(batch: readonly StoredEvent[]): Promise<readonly string[]> {
    const last = batch.at(-1);
    if (last === undefined) return [];
    const skipped: SkippedEvent[] = [];
    const placed = batch.flatMap((stored) => this.place(stored, skipped));
    const changes: GenerationChange[] = [];
    for (const filling of this.fillings) {
      if (filling.generation.checkpoint >= last.position) continue;
      changes.push(await fold(this.rows, filling, placed));
    }
    await this.rows.commit(changes, last.position, skipped);
    for (const filling of this.fillings) advance(filling, changes, last.position);
    return changes.filter(({ rows }) => rows.size > 0).map(({ generation }) => generation.name);
  }

  close(): Promise<void> {
    return this.rows.close();
  }

  private place(stored: StoredEvent, skipped: SkippedEvent[]): Placed[] {
    try {
      return [{ stored, event: projectedEvent(stored) }];
    } catch (error) {
      if (!(error instanceof UnknownEventError)) throw error;
      const { position, stream, revision, type } = stored;
      skipped.push({ name: '*', position, stream, revision, type, reason: error.message });
      return [];
    }
  }
}

function newestOf(projections: readonly AnyProjection[]): AnyProjection[] {
  const newest = new Map<string, AnyProjection>();
  for (const projection of projections) {
    const known = newest.get(projection.name);
    if (known === undefined || known.version < projection.version) {
      newest.set(projection.name, projection);
    }
  }
  return [...newest.values()];
}

function newCache(): LRUCache<string, Row> {
  return new LRUCache({ max: CACHED_ROWS });
}

function rebuildDue({ name, version }: Generation): string {
  return `rebuild due: ${name} is served as version ${version}, which this build does not know`;
}

/** The rows that a batch changes in one generation. */
async function fold(
  store: RowStore,
  { projection, generation, cache }: Filling,
  placed: readonly Placed[],
): Promise<GenerationChange> {
  const concerned = placed
    .filter(({ stored }) => stored.position > generation.checkpoint)
    .flatMap(({ event }) => {
      const key = projection.keyOf(event);
      return key === undefined ? [] : [{ key, event }];
    });
  const absent = new Set(concerned.map(({ key }) => key).filter((key) => !cache.has(key)));
  const loaded = await store.load(generation, projection.table, [...absent]);
  const rows = new Map<string, Row>();
  for (const { key, event } of concerned) {
    const before = rows.get(key) ?? cache.get(key) ?? loaded.get(key);
    rows.set(key, projection.evolve(before, event));
  }
  for (const [key, row] of rows) rows.set(key, projection.complete(row));
  return { generation, table: projection.table, rows };
}

/** Only after the commit: what is cached must never be ahead of what is stored. */
function advance(filling: Filling, changes: readonly GenerationChange[], position: bigint): void {
  const change = changes.find(({ generation }) => generation === filling.generation);
  if (change === undefined) return;
  filling.generation = { ...filling.generation, checkpoint: position };
  for (const [key, row] of change.rows) {
    if (row === null) filling.cache.delete(key);
    else filling.cache.set(key, row);
  }
}
