// A group's way through its source: reads ahead as far as the buffer allows, and knows whether
// there is more.
import { messageFor, type Backlog } from './messages.js';
import type { EventLog } from './ports.js';
import type { GroupSettings } from './settings.js';
import type { Source } from './source.js';

/** EventStoreDB reads no smaller pages, whatever a group asks for. */
const smallestPage = 10;

/** A filter may leave nothing of many pages: the rest of the node must not wait for that. */
const pagesATurn = 20;

/** The buffer is set as a number of events; large ones do not wait in memory in that number. */
const mostBytes = 2 * 1024 * 1024;

export class ReadAhead {
  readonly #log: EventLog;
  readonly #source: Source;
  readonly #settings: GroupSettings;
  #nextPlace: bigint;
  #lastPlace: bigint | undefined;
  #sequence = 0;
  #isBehind = true;

  /** Starts behind the checkpoint, or where the settings say if there is none. */
  constructor(
    log: EventLog,
    source: Source,
    settings: GroupSettings,
    checkpoint: bigint | undefined,
  ) {
    this.#log = log;
    this.#source = source;
    this.#settings = settings;
    this.#lastPlace = checkpoint;
    const start = settings.startFrom === 'end' ? source.end() : settings.startFrom;
    this.#nextPlace = checkpoint === undefined ? start : checkpoint + 1n;
  }

  get isBehind(): boolean {
    return this.#isBehind;
  }

  /** The last event that was read, in the source's notation. */
  get lastKnown(): string | undefined {
    if (this.#sequence === 0 || this.#lastPlace === undefined) return undefined;
    return this.#source.format(this.#lastPlace);
  }

  /** Something was committed; tells whether it may be for this group. */
  wake(): boolean {
    const hasMore = this.#source.end() > this.#nextPlace;
    if (hasMore) this.#isBehind = true;
    return hasMore;
  }

  /** Fills the backlog; false if it has room left and a later turn has to go on. */
  fill(backlog: Backlog): boolean {
    const { readBatchSize, historyBufferSize } = this.#settings;
    let pages = 0;
    while (
      this.#isBehind &&
      backlog.freshCount + readBatchSize <= historyBufferSize &&
      backlog.freshBytes < mostBytes
    ) {
      if (pages++ === pagesATurn) return false;
      this.#readPage(backlog, Math.max(readBatchSize, smallestPage));
    }
    return true;
  }

  #readPage(backlog: Backlog, pageSize: number): void {
    const page = this.#source.read(this.#nextPlace, pageSize);
    this.#isBehind = page.next > this.#nextPlace;
    this.#nextPlace = page.next;
    for (const event of page.events) {
      const place = this.#source.placeOf(event);
      const resolved = this.#log.resolve(event, this.#settings.resolveLinks);
      backlog.add(messageFor(resolved, place, this.#lastPlace, this.#sequence++));
      this.#lastPlace = place;
    }
  }
}
