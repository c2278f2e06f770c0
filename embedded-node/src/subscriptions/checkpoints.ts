// When a filtered subscription tells how far it has looked, although it may have found nothing:
// once interval × window records were searched. While it catches up that is asked after each page,
// and the checkpoint names the page's last wanted record or, where there was none, its first; live
// it is asked after each record, and the checkpoint names that.
import type { EventFilter } from '../read/event-filter.js';
import type { FilterCheckpoint } from '../wire/read-messages.js';
import type { LoggedEvent } from '../log/logged-event.js';

/** How many records are read at once where no filter sets a window. */
const PAGE = 256;
/** However wide the window is, a page of the past ends with so many wanted records. */
const MOST_WANTED = 32;

export class Checkpoints {
  private searched = 0;
  private readonly interval: number;

  constructor(private readonly filter: EventFilter | undefined) {
    this.interval = filter === undefined ? Infinity : filter.window * filter.checkpointInterval;
  }

  /** How many records make a page. */
  get window(): number {
    return this.filter?.window ?? PAGE;
  }

  /** How many of these records belong to the page. */
  lengthOf(records: readonly LoggedEvent[]): number {
    const { filter } = this;
    if (filter === undefined || records.length <= MOST_WANTED) return records.length;
    let wanted = 0;
    const last = records.findIndex((record) => filter.wants(record) && ++wanted === MOST_WANTED);
    return last < 0 ? records.length : last + 1;
  }

  /**
   * What to tell after a page of the past; undefined when it is not time yet, and after a page that
   * has come to the end of the log before it was full.
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

  /** What to tell after a record that came live; undefined when it is not time yet. */
  afterLive({ position }: LoggedEvent): FilterCheckpoint | undefined {
    this.searched += 1;
    if (this.searched < this.interval) return undefined;
    this.searched = 0;
    return { position, hasFound: true };
  }
}
