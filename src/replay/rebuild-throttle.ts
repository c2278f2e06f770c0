// Slows a rebuild down for a shop that is selling: a low priority for the process, and small
// batches with a pause after each.
import { readdirSync } from 'node:fs';
import { setPriority } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { projectedTo } from '../read-models/generations.js';
import type { RowStore } from '../read-models/row-store.js';

/** As `nice -n 10`: about a tenth of what one of the usual priority gets where both want a core. */
const LOW_PRIORITY = 10;
const THREADS = '/proc/self/task';

/** Of this process, for good: raising it again needs rights that the process should not have. */
export function lowerPriority(): void {
  // On Linux each thread has its own priority; threads that start later inherit it.
  if (process.platform !== 'linux') setPriority(LOW_PRIORITY);
  else for (const thread of readdirSync(THREADS)) setPriority(Number(thread), LOW_PRIORITY);
}

/** Events. The projector waits for a lock while rows are written: longer for larger batches. */
const BATCH = { quiet: 1_000, busy: 250 };
/** The shop counts as busy for this long after the last sale. */
const BUSY_MS = 500;
/** A machine may have slept during a batch. */
const LONGEST_PAUSE_MS = 1_000;

export class RebuildThrottle {
  private projected: bigint | undefined;
  private busyUntil = 0;
  private pausedAt = performance.now();

  constructor(private readonly rows: Pick<RowStore, 'generations'>) {}

  /** About how many events the next batch may have. */
  get batchSize(): number {
    return performance.now() < this.busyUntil ? BATCH.busy : BATCH.quiet;
  }

  /** After a batch: while the shop is busy, for as long as the batch took. The node rests too. */
  async pause(): Promise<void> {
    const projected = projectedTo(await this.rows.generations());
    const now = performance.now();
    if (this.projected !== undefined && projected > this.projected) this.busyUntil = now + BUSY_MS;
    this.projected = projected;
    if (now < this.busyUntil) await delay(Math.min(LONGEST_PAUSE_MS, now - this.pausedAt));
    this.pausedAt = performance.now();
  }
}
