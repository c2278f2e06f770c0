// A group's way through its source: reads ahead as far as the buffer allows, and knows whether
// there is more.
import { messageFor, type Backlog } from './messages.js';
import type { EventLog } from './ports.js';
import type { GroupSettings } from './settings.js';
import type { GroupSource } from './source.js';

/** EventStoreDB reads no smaller pages, whatever a group asks for. */
const smallestPage = 10;

/** A filter may leave nothing of many pages: the rest of the node must not wait for that. */
const pagesATurn = 20;

/** The buffer is set as a number of events; large ones do not wait in memory in that number. */
const mostBytes = 2 * 1024 * 1024;

export class ReadAhead {
  readonly #log: EventLog;
  readonly #source: GroupSource;
  readonly #settings: GroupSettings;
  #nextPlace: bigint;
  #lastKnown: bigint | undefined;
  #looked: bigint | undefined;
  #sequence = 0;
  #hasSkipped = false;
  #isBehind = true;
  #hasBeenLive: boolean;
  #isOver = false;
  #liveCount = 0;

  /** Starts behind the checkpoint, or where the settings say if there is none. */
  constructor(
    log: EventLog,
    source: GroupSource,
    settings: GroupSettings,
    checkpoint: bigint | undefined,
  ) {
    this.#log = log;
    this.#source = source;
    this.#settings = settings;
    this.#looked = checkpoint;
    const start = settings.startFrom === 'end' ? source.end() : settings.startFrom;
    this.#nextPlace = checkpoint === undefined ? start : checkpoint + 1n;
    this.#hasBeenLive = checkpoint === undefined && settings.startFrom === 'end';
  }

  /** Whether the stream was tombstoned before all of it was read: the group is of no more use. */
  get isOver(): boolean {
    return this.#isOver;
  }

  get isBehind(): boolean {
    return this.#isBehind;
  }

  /** The last event that was read, in the source's notation. */
  get lastKnown(): string | undefined {
    return this.#lastKnown === undefined ? undefined : this.#source.format(this.#lastKnown);
  }

  /** The last place that was looked at, whether the group wanted what is there or not. */
  get looked(): bigint | undefined {
    return this.#looked;
  }

  /** The number of the last event, of those that the filter leaves out too. */
  get lastSequence(): number {
    return this.#sequence - 1;
  }

  /** Whether the last thing that was looked at is nothing that the group wants. */
  get hasSkipped(): boolean {
    return this.#hasSkipped;
  }

  /** How many events have come since the group had read everything for the first time. */
  get liveCount(): number {
    return this.#liveCount;
  }

  /** Something was committed; tells whether it may be for this group. */
  wake(): boolean {
    const hasMore = !this.#isOver && this.#source.end() > this.#nextPlace;
    if (hasMore) this.#isBehind = true;
    return hasMore;
  }

  /** Fills the backlog; false if it has room left and a later turn has to go on. */
  fill(backlog: Backlog): boolean {
    const { readBatchSize, historyBufferSize } = this.#settings;
    let pages = 0;
    while (
      this.#isBehind &&
      !this.#isOver &&
      backlog.freshCount + backlog.retryCount + readBatchSize < historyBufferSize &&
      backlog.freshBytes < mostBytes
    ) {
      if (pages++ === pagesATurn) return false;
      this.#readPage(backlog, Math.max(readBatchSize, smallestPage));
    }
    return true;
  }

  #readPage(backlog: Backlog, pageSize: number): void {
    const page = this.#source.read(this.#nextPlace, pageSize, this.#hasBeenLive);
    if (page.isOver) {
      this.#isOver = true;
      return;
    }
    // Before anything of the page counts as read: a link may lead to an event that is damaged.
    const messages = page.events.map((event) => ({
      place: this.#source.placeOf(event),
      resolved: this.#log.resolve(event, this.#settings.resolveLinks),
    }));
    this.#isBehind = page.next > this.#nextPlace;
    this.#nextPlace = page.next;
    if (this.#hasBeenLive) this.#liveCount += page.events.length;
    else this.#hasBeenLive = !this.#isBehind;
    for (const { place, resolved } of messages) {
      backlog.add(messageFor(resolved, place, this.#looked, this.#sequence++));
      this.#looked = place;
      this.#lastKnown = place;
    }
    if (page.events.length > 0) this.#hasSkipped = false;
    if (page.skipped !== undefined && page.skipped > 0) this.#skip(page.skipped);
  }

  /** What the filter leaves out counts for the checkpoint, so that it is not searched again. */
  #skip(count: number): void {
    this.#sequence += count;
    this.#looked = this.#nextPlace - 1n;
    this.#hasSkipped = true;
  }
}
