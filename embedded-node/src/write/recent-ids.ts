// The ids of recent events, by which a write that expects nothing is recognised as a repetition.
// The real server keeps such a cache too; both forget in time.
import { BoundedMap } from '../log/bounded-map.js';
import { type Log, POSITION_STEP } from '../log/log.js';
import type { ProposedEvent } from '../log/logged-event.js';

export interface Place {
  readonly revision: number;
  readonly position: number;
}

const KEPT = 100_000;
const WARMED = 5_000;

export class RecentIds {
  private readonly places = new BoundedMap<string, Place>(KEPT);

  constructor(private readonly log: Log) {
    this.warm();
  }

  find(stream: string, id: string): Place | undefined {
    return this.places.get(`${id}@${stream}`);
  }

  /** Remembers events that were written one after another, the last of them at this place. */
  add(
    stream: string,
    events: readonly ProposedEvent[],
    lastRevision: number,
    lastPosition: number,
  ): void {
    events.forEach(({ id }, index) => {
      const back = events.length - 1 - index;
      const position = lastPosition - back * POSITION_STEP;
      this.keep(`${id}@${stream}`, {
        revision: lastRevision - back,
        position,
      });
    });
  }

  /** After a write that was taken back: what the log has is the truth. */
  clear(): void {
    this.places.clear();
    this.warm();
  }

  private warm(): void {
    for (const { id, stream, revision, position } of this.log.newest(WARMED).reverse()) {
      this.keep(`${id}@${stream}`, { revision, position });
    }
  }

  /** Where an id stands twice in a stream, its first place counts. */
  private keep(key: string, place: Place): void {
    if (this.places.get(key) === undefined) this.places.set(key, place);
  }
}
