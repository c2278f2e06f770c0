// Rebuild beside: folds the log into new generations while the ones that are served stay in front.
// All of them are filled in one pass. Rows and checkpoint of a batch commit together, so a rebuild
// that is killed anywhere goes on where its rows are.
import { setTimeout as delay } from 'node:timers/promises';
import type { EventStore } from '../event-store/event-store.js';
import type { StoredEvent } from '../event-store/stored-event.js';
import { type ErrorPolicy, GenerationWriter, place } from '../projections/generation-writer.js';
import { nextGeneration } from '../projections/projector.js';
import type { AnyProjection } from '../projections/registry.js';
import { projectedPrefixes } from '../projections/shop-events.js';
import { projectedTo } from '../read-models/generations.js';
import type { ReplayHolder } from '../read-models/replay-holder.js';
import type { LoadsRows } from '../read-models/row-reader.js';
import type { CaughtUp, RowStore } from '../read-models/row-store.js';
import type { SkippedEvent } from '../read-models/skipped-events.js';
import type { Generation } from '../read-models/table.js';
import { ReadModelsUnavailableError } from '../read-models/unavailable.js';
import { RebuildThrottle } from './rebuild-throttle.js';
import { ReplayLostError } from './holder.js';

export interface RebuildProgress {
  readonly events: number;
  readonly eventsPerSecond: number;
  /** From 0 to 1, by position in the log. */
  readonly done: number;
  /** Undefined until it can be told. */
  readonly secondsLeft: number | undefined;
}

/** Where the log is read. */
export type ReadLog = Pick<EventStore, 'readAllInBatches'>;

export interface RebuildOptions {
  readonly store: ReadLog;
  /** Reads the bulk of it instead, where a thread of its own pays; what is left over is read by `store`. */
  readonly bulkReader?: ReadLog;
  readonly rows: RowStore;
  /** In whose name it writes; see `whileReplaying`. */
  readonly holder: ReplayHolder;
  /** What is to be rebuilt: one version of each. */
  readonly projections: readonly AnyProjection[];
  readonly onError: ErrorPolicy;
  /** Slows down while the shop is selling. */
  readonly isThrottled?: boolean;
  readonly onProgress?: (progress: RebuildProgress) => void;
  /** The database is away, and is waited for. */
  readonly onWait?: (error: ReadModelsUnavailableError) => void;
  /** Stops it after the batch at hand; what is filled stays, for the next to go on with. */
  readonly signal?: AbortSignal;
}

export interface Rebuilt {
  readonly generations: readonly Generation[];
  readonly events: number;
  readonly seconds: number;
}

/** Of so many events or a few more: what arrives together is not parted. */
const BATCH = 1_000;
const CACHED_ROWS = 20_000;
/** No position is beyond it. */
const LOG_END = 2n ** 63n - 1n;
/** So few events are folded while the projector waits. */
const NEARLY_THERE = 200;
/** How long a database that does not come back is waited for, and how long between two looks. */
const PATIENCE_MS = 60_000;
const RETRY_MS = 500;

/**
 * Fills new generations up to where the projector is, and leaves them standing by. A database that goes
 * away in the middle is waited for.
 * @throws ProjectionError, StoreUnavailableError, ReadModelsUnavailableError, ReadModelsFullError,
 * ReplayLostError; the signal's reason when it is told to stop
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

/** What one try has filled, the next goes on with. */
class Attempts {
  /** Folded by all of them. */
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
      // What is appended meanwhile is less each time, until so little is left that it can be waited for.
      while ((await pass.upTo(projectedTo(await rows.generations()))) > NEARLY_THERE);
      await pass.join();
    } finally {
      this.events = eventsBefore + pass.events;
    }
    return pass.generations;
  }

  /** The last try may have lost its connection after its commit and before the word of it. */
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
 * Fills new generations up to one place of the log and leaves them there, for a rebuild to go on with.
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

async function beginPass(options: RebuildOptions): Promise<Pass> {
  const { rows, projections } = options;
  const writers: GenerationWriter[] = [];
  for (const projection of projections) {
    const generation = await beginOrGoOn(rows, projection);
    writers.push(new GenerationWriter(rows, projection, generation, CACHED_ROWS));
  }
  return new Pass(options, writers);
}

/** What an earlier rebuild by the same code left goes on; what one by another left is dropped. */
async function beginOrGoOn(
  rows: RowStore,
  { name, version, foldHash, table }: AnyProjection,
): Promise<Generation> {
  const recorded = (await rows.generations()).filter((generation) => generation.name === name);
  const unfinished = recorded.filter(({ status }) => status === 'BUILDING');
  const own = unfinished.find((one) => one.version === version && one.foldHash === foldHash);
  for (const other of unfinished) if (other !== own) await rows.drop(other);
  if (own !== undefined) return own;
  const fresh: Generation = {
    name,
    generation: nextGeneration(recorded),
    version,
    foldHash,
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
  private readonly begunAt = performance.now();
  /** Only for the bulk: what is appended meanwhile has to be caught up with. */
  private throttle: RebuildThrottle | undefined;
  private reader: ReadLog;

  constructor(
    private readonly options: RebuildOptions,
    private readonly writers: readonly GenerationWriter[],
  ) {
    this.from = this.checkpoint;
    if (options.isThrottled === true) this.throttle = new RebuildThrottle(options.rows);
    this.reader = options.bulkReader ?? options.store;
  }

  get generations(): readonly Generation[] {
    return this.writers.map(({ generation }) => generation);
  }

  /** Folds what lies before or at a position; answers how many events that were. */
  async upTo(position: bigint): Promise<number> {
    let folded = 0;
    let batch: StoredEvent[] = [];
    const flush = async () => {
      this.options.signal?.throwIfAborted();
      const at = batch.at(-1)?.position ?? position;
      await this.fill(batch, at);
      folded += batch.length;
      this.tell(at, position);
      batch = [];
      await this.throttle?.pause();
    };
    for await (const events of this.between(this.checkpoint, position)) {
      batch.push(...events);
      if (batch.length >= (this.throttle?.batchSize ?? BATCH)) await flush();
    }
    if (batch.length > 0) await flush();
    this.throttle = undefined;
    this.reader = this.options.store;
    // Nothing that is projected lies between the last of them and that position.
    if (position > this.checkpoint) await this.fill([], position);
    return folded;
  }

  /** The projector waits while the last few events are folded, and fills these too from there on. */
  async join(): Promise<void> {
    const { rows, holder } = this.options;
    // Read before it has to wait; while it does, only what came since.
    const read = await this.readOn();
    const isHeld = await rows.join(this.generations, holder, async (checkpoint, rowsBefore) => {
      const readTo = read.at(-1)?.position ?? this.checkpoint;
      for await (const events of this.between(readTo, checkpoint)) read.push(...events);
      const rest = read.filter(({ position }) => position <= checkpoint);
      this.events += rest.length;
      return this.folded(rest, this.writers, rowsBefore);
    });
    if (!isHeld) throw new ReplayLostError();
  }

  /** The next events of the log, also beyond the projector's; many enough of them. */
  private async readOn(): Promise<StoredEvent[]> {
    const read: StoredEvent[] = [];
    for await (const events of this.between(this.checkpoint, LOG_END)) {
      read.push(...events);
      if (read.length >= BATCH) break;
    }
    return read;
  }

  private get checkpoint(): bigint {
    const checkpoints = this.writers.map(({ generation }) => generation.checkpoint);
    return checkpoints.reduce((least, one) => (one < least ? one : least));
  }

  /** Events after a position, up to and with another. */
  private async *between(after: bigint, last: bigint): AsyncIterable<readonly StoredEvent[]> {
    if (last <= after) return;
    const options = { prefixes: projectedPrefixes, ...(after >= 0n && { after }) };
    for await (const events of this.reader.readAllInBatches(options)) {
      const isBeyond = (events.at(-1)?.position ?? 0n) > last;
      yield isBeyond ? events.filter(({ position }) => position <= last) : events;
      if (isBeyond) return;
    }
  }

  private async fill(batch: readonly StoredEvent[], checkpoint: bigint): Promise<void> {
    const { rows, holder } = this.options;
    const behind = this.writers.filter(({ generation }) => generation.checkpoint < checkpoint);
    const { changes, skipped } = await this.folded(batch, behind);
    if (!(await rows.fill(changes, checkpoint, skipped, holder))) throw new ReplayLostError();
    changes.forEach((change, index) => behind[index]?.committed(change, checkpoint));
    this.events += batch.length;
  }

  private async folded(
    batch: readonly StoredEvent[],
    writers: readonly GenerationWriter[],
    rowsBefore?: LoadsRows,
  ): Promise<CaughtUp> {
    const skipped: SkippedEvent[] = [];
    const placed = place(batch, skipped);
    const changes = [];
    for (const writer of writers) {
      changes.push(await writer.fold(placed, this.options.onError, skipped, rowsBefore));
    }
    return { changes, skipped };
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
