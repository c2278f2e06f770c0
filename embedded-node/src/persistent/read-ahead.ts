// Reads a group's source ahead, as far as the buffer allows, and knows whether there is more.
import { messageFor, type Backlog } from './messages.js';
import type { EventLog } from './ports.js';
import type { GroupSettings } from './settings.js';
import type { GroupSource } from './source.js';

/** EventStoreDB's minimum page, regardless of the group's settings. */
const smallestPage = 10;

/** A filter may reject many pages; the node yields to other work after this number. */
const pagesATurn = 20;

/** The buffer's size is a number of events; this limits its bytes. */
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
  #isOver: boolean;
  #liveCount = 0;

  /** Starts after the checkpoint, or else where the settings say. */
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
    this.#isOver = checkpoint === undefined && !source.isStart(start);
    this.#hasBeenLive = checkpoint === undefined && settings.startFrom === 'end';
  }

  /**
   * Whether nothing can be read any more: the stream was tombstoned before all of it was read, or
   * no event is at the place where the group should start. Its consumers are dropped.
   */
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

  /** The last examined place, even if the filter rejected its event. */
  get looked(): bigint | undefined {
    return this.#looked;
  }

  /** Number of the last event, including rejected ones. */
  get lastSequence(): number {
    return this.#sequence - 1;
  }

  /** Whether the filter rejected the last examined event. */
  get hasSkipped(): boolean {
    return this.#hasSkipped;
  }

  /** Number of events since the group first reached the end. */
  get liveCount(): number {
    return this.#liveCount;
  }

  /** Called after a commit; returns whether the group may have new events. */
  wake(): boolean {
    const hasMore = !this.#isOver && this.#source.end() > this.#nextPlace;
    if (hasMore) this.#isBehind = true;
    return hasMore;
  }

  /** Fills the backlog; false if it still has room and must continue in a later turn. */
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
    // Before the page counts as read: a link may point to a damaged event.
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

  /** Rejected events count for the checkpoint, so that they are not examined again. */
  #skip(count: number): void {
    this.#sequence += count;
    this.#looked = this.#nextPlace - 1n;
    this.#hasSkipped = true;
  }
}
