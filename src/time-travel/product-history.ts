// The events of a product, one page at a time, from the log.
import { demandBeginning } from '../event-store/stream-beginning.js';
import type { EventStore } from '../event-store/event-store.js';
import type { StoredEvent } from '../event-store/stored-event.js';
import { type PageRange, sized, spanOf } from './page-span.js';

export interface ProductHistoryPage {
  readonly rows: readonly StoredEvent[];
  readonly totalCount: number;
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
}

/** Little happens to a product that is off sale. */
const LOOKED_AT = 200;

export class ProductHistory {
  constructor(private readonly store: Pick<EventStore, 'readStream'>) {}

  /**
   * Oldest first; an event that this build cannot read is among them.
   *
   * @throws IncompleteHistoryError when the log no longer has the stream's first events
   */
  async page(sku: string, range: PageRange): Promise<ProductHistoryPage> {
    const stream = `product-${sku}`;
    await demandBeginning(this.store, stream);
    const totalCount = (await this.lastRevision(stream)) + 1;
    const { begin, end } = sized(spanOf(range, totalCount), range);
    const rows: StoredEvent[] = [];
    if (end > begin) {
      const options = { from: begin, maxCount: end - begin };
      for await (const stored of this.store.readStream(stream, options)) rows.push(stored);
    }
    return { rows, totalCount, hasNextPage: end < totalCount, hasPreviousPage: begin > 0 };
  }

  /**
   * The last event of a type, among the newest ones of the product; undefined where none of these
   * is one.
   */
  async lastOf(sku: string, type: string): Promise<StoredEvent | undefined> {
    const options = { backwards: true, maxCount: LOOKED_AT };
    for await (const stored of this.store.readStream(`product-${sku}`, options)) {
      if (stored.type === type) return stored;
    }
    return undefined;
  }

  private async lastRevision(stream: string): Promise<number> {
    const options = { backwards: true, maxCount: 1 };
    for await (const { revision } of this.store.readStream(stream, options)) return revision;
    return -1;
  }
}
