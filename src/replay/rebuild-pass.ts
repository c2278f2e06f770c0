// One pass of a rebuild over the log: fills all its generations at once. Rows and checkpoint of a
// batch commit together, so after a crash the next pass continues from them.
import { LogEndsEarlyError } from '../event-store/log-place.js';
import type { StoredEvent } from '../event-store/stored-event.js';
import { isOfStore } from '../event-store/stream-removal.js';
import { GenerationWriter, place } from '../projections/generation-writer.js';
import { nextGeneration } from '../projections/projector.js';
import type { AnyProjection } from '../projections/registry.js';
import { projectedPrefixes } from '../projections/shop-events.js';
import type { LoadsRows } from '../read-models/row-reader.js';
import type { CaughtUp, RowStore } from '../read-models/row-store.js';
import type { SkippedEvent } from '../read-models/skipped-events.js';
import type { Generation } from '../read-models/table.js';
import { systemTime, type Time } from '../waiting/time.js';
import { ReplayLostError } from './holder.js';
import type { ReadLog, RebuildOptions } from './rebuild-options.js';
import { RebuildThrottle } from './rebuild-throttle.js';

/** Minimum events in a batch; events that arrive together stay together. */
const BATCH = 1_000;
/** Of rows in memory, of each read model; see `rowWeight`. About 100 MiB. */
const CACHED_WEIGHT = 300_000;
/**
 * What a rebuild leaves of the disk, in bytes. The shop sells on that disk, and SQLite needs room
 * for its write-ahead log, also to drop the rebuild again.
 */
const LEFT_FREE = 64 * 2 ** 20;
/** Larger than every position. */
const LOG_END = 2n ** 63n - 1n;

export async function beginPass(options: RebuildOptions): Promise<RebuildPass> {
  const { rows, projections, time } = options;
  const writers: GenerationWriter[] = [];
  for (const projection of projections) {
    const generation = await beginOrGoOn(rows, projection);
    writers.push(new GenerationWriter(rows, projection, generation, CACHED_WEIGHT, time));
  }
  return new RebuildPass(options, writers);
}

/** Continues rows of an earlier rebuild with the same code; drops rows of other code. */
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

export class RebuildPass {
  events = 0;
  private readonly from: bigint;
  private readonly time: Time;
  private readonly begunAt: number;
  /** Only for most of the log: at the end the rebuild must catch up with new events. */
  private throttle: RebuildThrottle | undefined;
  private reader: ReadLog;

  constructor(
    private readonly options: RebuildOptions,
    private readonly writers: readonly GenerationWriter[],
  ) {
    this.from = this.checkpoint;
    this.time = options.time ?? systemTime;
    this.begunAt = this.time.monotonicMs();
    if (options.isThrottled === true) this.throttle = new RebuildThrottle(options.rows, this.time);
    this.reader = options.bulkReader ?? options.store;
  }

  get generations(): readonly Generation[] {
    return this.writers.map(({ generation }) => generation);
  }

  /** Folds the events up to and including a position; returns their number. */
  async upTo(position: bigint): Promise<number> {
    let folded = 0;
    let batch: StoredEvent[] = [];
    const flush = async () => {
      this.options.signal?.throwIfAborted();
      await this.options.rows.demandRoom(LEFT_FREE);
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
    // No projected event is between the last one and that position.
    if (position > this.checkpoint) await this.fill([], position);
    return folded;
  }

  /**
   * Joins the projector: it waits while the last few events are folded, and then fills these
   * generations too.
   */
  async join(): Promise<void> {
    const { rows, holder } = this.options;
    // Read most events before the projector has to wait; during the wait, read only newer ones.
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

  /** The next events of the log, also beyond the projector's position, up to a limit. */
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

  /**
   * Events after a position, up to and including another, at which the projector has seen one.
   *
   * @throws LogEndsEarlyError when the log was not read as far as that
   */
  private async *between(after: bigint, last: bigint): AsyncIterable<readonly StoredEvent[]> {
    if (last <= after) return;
    let reached = after;
    for await (const events of this.after(after)) {
      reached = events.at(-1)?.position ?? reached;
      yield events.filter((event) => event.position <= last && !isOfStore(event));
      if (reached > last) return;
    }
    if (reached < last && last !== LOG_END) await this.demandGone(last, reached);
  }

  /**
   * The store has taken the event at a position away; it is not that it does not know it yet. What
   * is removed leaves a later event behind. One answer has to tell both: another node, which lags,
   * may answer the next question.
   */
  private async demandGone(position: bigint, reached: bigint): Promise<void> {
    const next = await this.options.store.firstPositionFrom(position);
    if (next !== undefined && next > position) return;
    throw new LogEndsEarlyError(reached, position);
  }

  /** The store's own events too: the projector's last event may be one of them. */
  private after(position: bigint): AsyncIterable<readonly StoredEvent[]> {
    const prefixes = projectedPrefixes;
    const range = { prefixes, withStoreEvents: true, ...(position >= 0n && { after: position }) };
    return this.reader.readAllInBatches(range);
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
    const seconds = (this.time.monotonicMs() - this.begunAt) / 1_000;
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
