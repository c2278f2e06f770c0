// Lets the shop go first: while it sells, a relay that catches up in the same process rests after
// each batch for as long as that took.
import type { EventStore } from '../event-store/event-store.js';
import { delay, systemTime, type Time } from '../waiting/time.js';

/** The shop counts as busy for this long after its last event. */
const BUSY_MS = 500;
/** Maximum pause: the machine may have slept, or the brokers been away, during a batch. */
const LONGEST_PAUSE_MS = 1_000;

export class CatchUpPace {
  private head: bigint | undefined;
  private busyUntil = -Infinity;
  private pausedAt: number;

  constructor(
    private readonly store: Pick<EventStore, 'headPosition'>,
    private readonly time: Pick<Time, 'monotonicMs' | 'after'> = systemTime,
  ) {
    this.pausedAt = time.monotonicMs();
  }

  /** Called after a batch. */
  async pause(signal: AbortSignal): Promise<void> {
    // A store that is away sells nothing; the subscription finds out by itself.
    const head = await this.store.headPosition().catch(() => this.head);
    const now = this.time.monotonicMs();
    const isMoving = head !== undefined && this.head !== undefined && head > this.head;
    if (isMoving) this.busyUntil = now + BUSY_MS;
    this.head = head;
    if (now < this.busyUntil) {
      await delay(this.time, Math.min(LONGEST_PAUSE_MS, now - this.pausedAt), signal);
    }
    this.pausedAt = this.time.monotonicMs();
  }
}
