// The newest events of the log, in memory, for those who follow it: without them every follower
// would have the file read after every commit.
import type { LoggedEvent } from './logged-event.js';

/** How many events are kept at least, unless they are large. */
const RECENT = 512;
/** How many bytes of events are kept at least: as many as half of what may be kept at all. */
const RECENT_BYTES = 8 * 1024 * 1024;

export class RecentEvents {
  private events: LoggedEvent[] = [];
  private bytes = 0;

  /** @param step from one event's position to the next one's */
  constructor(private readonly step: number) {}

  add(event: LoggedEvent): void {
    this.events.push(event);
    this.bytes += sizeOf(event);
    if (this.events.length >= 2 * RECENT || this.bytes >= 2 * RECENT_BYTES) this.forgetOldest();
  }

  /** The events from a position on; undefined where that lies before what is kept. */
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
