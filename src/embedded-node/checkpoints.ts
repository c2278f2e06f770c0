// When a filtered subscription tells how far it has looked, although it may have found nothing: after
// a page, once interval × window records were searched. It names the page's last wanted record or,
// where there was none, the page's first.
import type { EventFilter } from './event-filter.js';
import type { Checkpoint } from './event-messages.js';
import type { LoggedEvent } from './logged-event.js';

/** How many records are read at once where no filter sets a window. */
const PAGE = 256;

export class Checkpoints {
  private searched = 0;

  constructor(private readonly filter: EventFilter | undefined) {}

  /** How many records make a page. */
  get window(): number {
    return this.filter?.window ?? PAGE;
  }

  /** What to tell after a page; undefined when it is not time yet. */
  after(page: readonly LoggedEvent[]): Checkpoint | undefined {
    const { filter } = this;
    const first = page[0];
    if (filter === undefined || first === undefined) return undefined;
    this.searched += page.length;
    if (this.searched < filter.window * filter.checkpointInterval) return undefined;
    this.searched = 0;
    const found = page.findLast((record) => filter.wants(record));
    return { position: (found ?? first).position, hasFound: found !== undefined };
  }
}
