// Decides when a filtered subscription sends a checkpoint: after each interval × window examined
// records. While it catches up it decides after each page, and the checkpoint is the page's last
// wanted record or, without one, its first. Live it decides after each record, and the checkpoint
// is that record.
import type { EventFilter } from '../read/event-filter.js';
import type { FilterCheckpoint } from '../wire/read-messages.js';
import type { LoggedEvent } from '../log/logged-event.js';

/** Records read at once without a filter's window. */
const PAGE = 256;
/** A page of the past ends after this many wanted records, regardless of the window. */
const MOST_WANTED = 32;

export class Checkpoints {
  private searched = 0;
  private readonly interval: number;

  constructor(private readonly filter: EventFilter | undefined) {
    this.interval = filter === undefined ? Infinity : filter.window * filter.checkpointInterval;
  }

  /** Number of records in a page. */
  get window(): number {
    return this.filter?.window ?? PAGE;
  }

  /** Number of these records that belong to the page. */
  lengthOf(records: readonly LoggedEvent[]): number {
    const { filter } = this;
    if (filter === undefined || records.length <= MOST_WANTED) return records.length;
    let wanted = 0;
    const last = records.findIndex((record) => filter.wants(record) && ++wanted === MOST_WANTED);
    return last < 0 ? records.length : last + 1;
  }

  /**
   * The checkpoint after a page of the past; undefined when it is not due, and after a page that
   * reached the end of the log before it was full.
   */
  afterPage(page: readonly LoggedEvent[], isAtEnd: boolean): FilterCheckpoint | undefined {
    const { filter } = this;
    const first = page[0];
    if (filter === undefined || first === undefined) return undefined;
    this.searched += page.length;
    const wanted = page.filter((record) => filter.wants(record));
    const isFull = page.length >= filter.window || wanted.length >= MOST_WANTED;
    if ((isAtEnd && !isFull) || this.searched < this.interval) return undefined;
    this.searched %= this.interval;
    const found = wanted.at(-1);
    return { position: (found ?? first).position, hasFound: found !== undefined };
  }

  /** The checkpoint after a live record; undefined when it is not due. */
  afterLive({ position }: LoggedEvent): FilterCheckpoint | undefined {
    this.searched += 1;
    if (this.searched < this.interval) return undefined;
    this.searched = 0;
    return { position, hasFound: true };
  }
}
