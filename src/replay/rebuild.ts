// Rebuild beside: folds the log into new generations while the ones that are served stay in front.
// All of them are filled in one pass. Rows and checkpoint of a batch commit together, so a rebuild
// that is killed anywhere goes on where its rows are.
import type { EventStore } from '../event-store/event-store.js';
import type { StoredEvent } from '../event-store/stored-event.js';
import { type ErrorPolicy, Filling, place } from '../projections/filling.js';
import type { AnyProjection } from '../projections/registry.js';
import { projectedPrefixes } from '../projections/shop-events.js';
import { projectedTo, type RowStore, type SkippedEvent } from '../read-models/row-store.js';
import type { Generation } from '../read-models/table.js';

export interface RebuildProgress {
  readonly events: number;
  readonly eventsPerSecond: number;
  /** From 0 to 1, by position in the log. */
  readonly done: number;
  /** Undefined until it can be told. */
  readonly secondsLeft: number | undefined;
}

export interface RebuildOptions {
  readonly store: Pick<EventStore, 'readAll'>;
  readonly rows: RowStore;
  /** What is to be rebuilt: one version of each. */
  readonly projections: readonly AnyProjection[];
  readonly onError: ErrorPolicy;
  readonly onProgress?: (progress: RebuildProgress) => void;
  /** Stops it after the batch at hand; what is filled stays, for the next to go on with. */
  readonly signal?: AbortSignal;
}

export interface Rebuilt {
  readonly generations: readonly Generation[];
  readonly events: number;
  readonly seconds: number;
}

const BATCH = 1_000;
const CACHED_ROWS = 20_000;
/** So few events are folded while the projector waits. */
const NEARLY_THERE = 200;

/**
 * Fills new generations up to where the projector is, and leaves them standing by.
 * @throws ProjectionError, StoreUnavailableError; the signal's reason when it is told to stop
 */
export async function rebuild(options: RebuildOptions): Promise<Rebuilt> {
  const begunAt = performance.now();
  const { rows, projections } = options;
  const fillings: Filling[] = [];
  for (const projection of projections) {
    const generation = await beginOrGoOn(rows, projection);
    fillings.push(new Filling(rows, projection, generation, CACHED_ROWS));
  }
  const pass = new Pass(options, fillings, begunAt);
  // What is appended meanwhile is less each time, until so little is left that it can be waited for.
  while ((await pass.upTo(projectedTo(await rows.generations()))) > NEARLY_THERE);
  await pass.join();
  return {
    generations: fillings.map(({ generation }) => ({ ...generation, status: 'STANDBY' })),
    events: pass.events,
    seconds: (performance.now() - begunAt) / 1_000,
  };
}

/** What an earlier rebuild of this version left goes on; what one of another version left is dropped. */
async function beginOrGoOn(
  rows: RowStore,
  { name, version, table }: AnyProjection,
): Promise<Generation> {
  const recorded = (await rows.generations()).filter((generation) => generation.name === name);
  const unfinished = recorded.filter(({ status }) => status === 'BUILDING');
  const own = unfinished.find((generation) => generation.version === version);
  for (const other of unfinished) if (other !== own) await rows.drop(other);
  if (own !== undefined) return own;
  const fresh: Generation = {
    name,
    generation: Math.max(0, ...recorded.map(({ generation }) => generation)) + 1,
    version,
    status: 'BUILDING',
    checkpoint: -1n,
    isPaused: false,
    promotedAt: null,
  };
  await rows.create(fresh, table);
  return fresh;
}

class Pass {
  events = 0;
  private readonly from: bigint;

  constructor(
    private readonly options: RebuildOptions,
    private readonly fillings: readonly Filling[],
    private readonly begunAt: number,
  ) {
    this.from = this.checkpoint;
  }

  /** Folds what lies before or at a position; answers how many events that were. */
  async upTo(position: bigint): Promise<number> {
    let folded = 0;
    let batch: StoredEvent[] = [];
    const flush = async () => {
      this.options.signal?.throwIfAborted();
      await this.fold(batch);
      folded += batch.length;
      this.tell(batch.at(-1)?.position ?? position, position);
      batch = [];
    };
    for await (const stored of this.between(this.checkpoint, position)) {
      batch.push(stored);
      if (batch.length === BATCH) await flush();
    }
    if (batch.length > 0) await flush();
    return folded;
  }

  /** The projector waits while the last few events are folded, and fills these too from there on. */
  async join(): Promise<void> {
    const { rows } = this.options;
    const building = this.fillings.map(({ generation }) => generation);
    await rows.join(building, async (checkpoint) => {
      const rest: StoredEvent[] = [];
      for await (const stored of this.between(this.checkpoint, checkpoint)) rest.push(stored);
      this.events += rest.length;
      return this.changesBy(rest);
    });
  }

  private get checkpoint(): bigint {
    const checkpoints = this.fillings.map(({ generation }) => generation.checkpoint);
    return checkpoints.reduce((least, one) => (one < least ? one : least));
  }

  /** Events after a position, up to and with another. */
  private async *between(after: bigint, last: bigint): AsyncIterable<StoredEvent> {
    if (last <= after) return;
    const options = { prefixes: projectedPrefixes, ...(after >= 0n && { after }) };
    for await (const stored of this.options.store.readAll(options)) {
      if (stored.position > last) return;
      if (stored.position > after) yield stored;
    }
  }

  private async fold(batch: readonly StoredEvent[]): Promise<void> {
    const last = batch.at(-1);
    if (last === undefined) return;
    const behind = this.fillings.filter(({ generation }) => generation.checkpoint < last.position);
    const changes = await this.changesBy(batch, behind);
    await this.options.rows.fill(changes, last.position);
    changes.forEach((change, index) => behind[index]?.committed(change, last.position));
    this.events += batch.length;
  }

  /** What is skipped here was noted by the projector when it came by. */
  private async changesBy(batch: readonly StoredEvent[], fillings = this.fillings) {
    const noted: SkippedEvent[] = [];
    const placed = place(batch, this.options.onError, noted);
    const changes = [];
    for (const filling of fillings) {
      changes.push(await filling.fold(placed, this.options.onError, noted));
    }
    return changes;
  }

  private tell(at: bigint, end: bigint): void {
    const seconds = (performance.now() - this.begunAt) / 1_000;
    const done =
      end <= this.from ? 1 : Math.min(1, Number(at - this.from) / Number(end - this.from));
    this.options.onProgress?.({
      events: this.events,
      eventsPerSecond: this.events / seconds,
      done,
      secondsLeft: done === 0 ? undefined : (seconds / done) * (1 - done),
    });
  }
}
