// The ids of recent events, by which a write that expects nothing is recognised as a repetition.
// The real server keeps such a cache too; both forget in time.
import { BoundedMap } from '../log/bounded-map.js';
import { type EventPlace, type Log, POSITION_STEP } from '../log/log.js';
import type { ProposedEvent } from '../log/logged-event.js';
import { LogDamageError } from '../errors.js';

export interface Place {
  readonly revision: number;
  readonly position: number;
}

/** At least half as many are always there. */
const KEPT = 30_000;
const WARMED = 5_000;

/**
 * Small, for there are many: a key holds an id's 16 bytes and its stream's number, and what is kept
 * of a place is its number in the log.
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

  /** Remembers events that were written one after another, the last of them at this position. */
  add(stream: string, events: readonly ProposedEvent[], lastPosition: number): void {
    events.forEach(({ id }, index) => {
      const back = events.length - 1 - index;
      this.keep(stream, id, lastPosition - back * POSITION_STEP);
    });
  }

  /** After a write that was taken back: what the log has is the truth. */
  clear(): void {
    this.places.clear();
    this.warm();
  }

  private warm(): void {
    for (const { id, stream, position } of this.newest().reverse()) {
      this.keep(stream, id, position);
    }
  }

  /**
   * Damage is told by the read that met it. What is remembered begins behind it, as after a while.
   */
  private newest(): EventPlace[] {
    const places: EventPlace[] = [];
    try {
      for (const place of this.log.newest(WARMED)) places.push(place);
    } catch (error) {
      if (!(error instanceof LogDamageError)) throw error;
    }
    return places;
  }

  /** Where an id stands twice in a stream, its first place counts. */
  private keep(stream: string, id: string, position: number): void {
    const key = this.keyOf(stream, id);
    if (key === undefined || this.places.get(key) !== undefined) return;
    this.places.set(key, position / POSITION_STEP);
  }

  /** Undefined for a stream that is not there. */
  private keyOf(stream: string, id: string): string | undefined {
    const streamId = this.log.head(stream)?.streamId;
    if (streamId === undefined) return undefined;
    const bytes = Buffer.from(id.replaceAll('-', ''), 'hex');
    const letters = bytes.length === UUID_BYTES ? bytes.toString('latin1') : id;
    return `${letters}@${streamId.toString(36)}`;
  }
}

const UUID_BYTES = 16;
