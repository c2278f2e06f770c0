// The events that are being handled: each once, however often the store gives it, and those of one
// stream in their order.
import type { StoredEvent } from '../event-store/stored-event.js';

export class InHand {
  /** When each event was recorded, in milliseconds since 1970. */
  private readonly recordedAt = new Map<string, number>();
  /** The end of the last event of each stream. */
  private readonly ends = new Map<string, Promise<void>>();

  /** @param handle never rejects */
  take({ id, stream, recordedAt }: StoredEvent, handle: () => Promise<void>): void {
    if (this.recordedAt.has(id)) return;
    this.recordedAt.set(id, recordedAt);
    const before = this.ends.get(stream) ?? Promise.resolve();
    const end = before.then(handle).finally(() => {
      this.recordedAt.delete(id);
      if (this.ends.get(stream) === end) this.ends.delete(stream);
    });
    this.ends.set(stream, end);
  }

  /** When the oldest of them was recorded; undefined for none. */
  oldestAt(): number | undefined {
    return this.recordedAt.size === 0 ? undefined : Math.min(...this.recordedAt.values());
  }

  /** Resolves when none of those that it has now is being handled. */
  async settled(): Promise<void> {
    await Promise.all(this.ends.values());
  }
}
