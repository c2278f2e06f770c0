// Slows down a rebuild while the shop sells: small batches, and a pause after each.
import { projectedTo } from '../read-models/generations.js';
import type { RowStore } from '../read-models/row-store.js';
import { delay, systemTime, type Time } from '../waiting/time.js';

/**
 * Events in a batch. The projector waits for a lock while rows are written, longer for larger
 * batches.
 */
const BATCH = { quiet: 1_000, busy: 250 };
/** The shop counts as busy for this long after the last sale. */
const BUSY_MS = 500;
/** Maximum pause: the machine may have slept during a batch. */
const LONGEST_PAUSE_MS = 1_000;

export class RebuildThrottle {
  private projected: bigint | undefined;
  private busyUntil = 0;
  private pausedAt: number;

  constructor(
    private readonly rows: Pick<RowStore, 'generations'>,
    private readonly time: Pick<Time, 'monotonicMs' | 'after'> = systemTime,
  ) {
    this.pausedAt = time.monotonicMs();
  }

  /** Approximate number of events for the next batch. */
  get batchSize(): number {
    return this.time.monotonicMs() < this.busyUntil ? BATCH.busy : BATCH.quiet;
  }

  /**
   * Called after a batch: while the shop is busy, pauses for as long as the batch took. This gives
   * the node a rest too.
   */
  async pause(): Promise<void> {
    const projected = projectedTo(await this.rows.generations());
    const now = this.time.monotonicMs();
    if (this.projected !== undefined && projected > this.projected) this.busyUntil = now + BUSY_MS;
    this.projected = projected;
    if (now < this.busyUntil) {
      await delay(this.time, Math.min(LONGEST_PAUSE_MS, now - this.pausedAt));
    }
    this.pausedAt = this.time.monotonicMs();
  }
}
