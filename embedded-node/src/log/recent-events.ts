// Keeps the newest events in memory for subscribers; otherwise each would read the file after every
// commit.
import type { LoggedEvent } from './logged-event.js';

/** Minimum number of events kept, unless they are large. */
const RECENT = 512;
/** Minimum bytes of events kept; the maximum is twice as much. */
const RECENT_BYTES = 8 * 1024 * 1024;

export class RecentEvents {
  private events: LoggedEvent[] = [];
  private bytes = 0;

  /** @param step distance between the positions of two events */
  constructor(private readonly step: number) {}

  add(event: LoggedEvent): void {
    this.events.push(event);
    this.bytes += sizeOf(event);
    if (this.events.length >= 2 * RECENT || this.bytes >= 2 * RECENT_BYTES) this.forgetOldest();
  }

  /** The events from a position on; undefined when the position is older than the kept events. */
  from(position: number, maxCount: number): LoggedEvent[] | undefined {
    const first = this.events[0];
    if (first === undefined || position <= first.position - this.step) return undefined;
    const skipped = Math.max(0, Math.ceil((position - first.position) / this.step));
    return this.events.slice(skipped, skipped + maxCount);
  }

  clear(): void {
    this.events = [];
    this.bytes = 0;
  }

  private forgetOldest(): void {
    const { events } = this;
    let kept = 0;
    this.bytes = 0;
    for (const event of events.toReversed()) {
      if (kept === RECENT || this.bytes >= RECENT_BYTES) break;
      kept += 1;
      this.bytes += sizeOf(event);
    }
    this.events = events.slice(events.length - kept);
  }
}

export function sizeOf({ data, metadata }: LoggedEvent): number {
  return data.length + metadata.length;
}
