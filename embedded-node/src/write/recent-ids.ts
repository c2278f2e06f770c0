// The ids of recent events, to recognise repeated writes without an expected revision. The real
// server has such a cache too; both forget old ids.
import { BoundedMap } from '../log/bounded-map.js';
import { type EventPlace, type Log, POSITION_STEP } from '../log/log.js';
import type { ProposedEvent } from '../log/logged-event.js';
import { LogDamageError } from '../errors.js';

export interface Place {
  readonly revision: number;
  readonly position: number;
}

/** At least half of this number is always kept. */
const KEPT = 30_000;
const WARMED = 5_000;

/**
 * Compact, because there are many: a key has the id's 16 bytes and the stream's number, a place is
 * its number in the log.
 */
export class RecentIds {
  private readonly places = new BoundedMap<string, number>(KEPT);

  constructor(private readonly log: Log) {
    this.warm();
  }

  find(stream: string, id: string): Place | undefined {
    const key = this.keyOf(stream, id);
    const number = key === undefined ? undefined : this.places.get(key);
    if (number === undefined) return undefined;
    const [event] = this.log.allForwards(number * POSITION_STEP, 1);
    if (event === undefined) return undefined;
    return { revision: Number(event.revision), position: event.position };
  }

  /** Remembers events that were written together, the last one at this position. */
  add(stream: string, events: readonly ProposedEvent[], lastPosition: number): void {
    events.forEach(({ id }, index) => {
      const back = events.length - 1 - index;
      this.keep(stream, id, lastPosition - back * POSITION_STEP);
    });
  }

  /** Clears the cache after a rollback; the log has the correct state. */
  clear(): void {
    this.places.clear();
    this.warm();
  }

  private warm(): void {
    for (const { id, stream, position } of this.newest().reverse()) {
      this.keep(stream, id, position);
    }
  }

  /** The read that finds damage reports it. The cache then starts after the damage. */
  private newest(): EventPlace[] {
    const places: EventPlace[] = [];
    try {
      for (const place of this.log.newest(WARMED)) places.push(place);
    } catch (error) {
      if (!(error instanceof LogDamageError)) throw error;
    }
    return places;
  }

  /** If an id occurs twice in a stream, its first place counts. */
  private keep(stream: string, id: string, position: number): void {
    const key = this.keyOf(stream, id);
    if (key === undefined || this.places.get(key) !== undefined) return;
    this.places.set(key, position / POSITION_STEP);
  }

  /** Undefined for an absent stream. */
  private keyOf(stream: string, id: string): string | undefined {
    const streamId = this.log.head(stream)?.streamId;
    if (streamId === undefined) return undefined;
    const bytes = Buffer.from(id.replaceAll('-', ''), 'hex');
    const letters = bytes.length === UUID_BYTES ? bytes.toString('latin1') : id;
    return `${letters}@${streamId.toString(36)}`;
  }
}

const UUID_BYTES = 16;
