// A rebuild has time and whoever shops has not: it asks the system for what others leave, and where the
// shop sells while it reads, it takes small bites and rests after each for as long as that took.
import { readdirSync } from 'node:fs';
import { setPriority } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { projectedTo, type RowStore } from '../read-models/row-store.js';

/** As `nice -n 10`: about a tenth of what one of the usual priority gets where both want a core. */
const LOW_PRIORITY = 10;
const THREADS = '/proc/self/task';

/** Of this process, for good: to take it back needs rights that it should not have. */
export function lowerPriority(): void {
  // On Linux each thread has a priority of its own; those that are begun later inherit it.
  if (process.platform !== 'linux') setPriority(LOW_PRIORITY);
  else for (const thread of readdirSync(THREADS)) setPriority(Number(thread), LOW_PRIORITY);
}

/** The projector waits for a lock while rows are written: longer for more of them. */
const BATCH = { quiet: 1_000, busy: 250 };
/** So long after the last sale that was seen the shop counts as busy. */
const BUSY_MS = 500;
/** However long a batch took, as on a machine that slept. */
const LONGEST_REST_MS = 1_000;

export class Pace {
  private projected: bigint | undefined;
  private busyUntil = 0;
  private restedAt = performance.now();

  constructor(private readonly rows: Pick<RowStore, 'generations'>) {}

  /** How many events the next batch may have, or a few more. */
  get batch(): number {
    return performance.now() < this.busyUntil ? BATCH.busy : BATCH.quiet;
  }

  /** After a batch. The node that is read from has nothing to do for this meanwhile either. */
  async rest(): Promise<void> {
    const projected = projectedTo(await this.rows.generations());
    const now = performance.now();
    if (this.projected !== undefined && projected > this.projected) this.busyUntil = now + BUSY_MS;
    this.projected = projected;
    if (now < this.busyUntil) await delay(Math.min(LONGEST_REST_MS, now - this.restedAt));
    this.restedAt = performance.now();
  }
}
