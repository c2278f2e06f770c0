// A projection says how events become the rows of one table. It is pure: which database, which
// generation and which batch it works in is the projector's affair.
import type { CartEvent } from '../domain/cart/events.js';
import type { CatalogEvent } from '../domain/catalog/events.js';
import type { CouponEvent } from '../domain/coupon/events.js';
import type { Recorded } from '../domain/decider.js';
import type { OrderEvent } from '../domain/order/events.js';
import type { TableDefinition } from '../read-models/table.js';

/** Every event that happens in the shop. */
export type ShopEvent = CartEvent | OrderEvent | CatalogEvent | CouponEvent;

/** An event with its place: the id of the stream's subject is what follows the category. */
export type ProjectedEvent = Recorded<ShopEvent> & { readonly subject: string };

export interface Projection<ProjectedRow extends object> {
  readonly name: string;
  /**
   * Raised where the same events are to give other rows, and those of before can still be carried
   * on.
   */
  readonly version: number;
  readonly table: TableDefinition;
  /** The row that an event is about; undefined when it is not of interest. */
  keyOf(event: ProjectedEvent): string | undefined;
  /** The row after an event. A row is asked for once an event, in the order of the log. */
  evolve(row: ProjectedRow | undefined, event: ProjectedEvent): ProjectedRow;
  /** Completes a row once its batch is folded, for what is dear to compute at each event. */
  complete?(row: ProjectedRow): ProjectedRow;
}
