// A projection turns events into the rows of one table. It is pure; the projector chooses the
// database, the generation and the batch.
import type { AccessEvent } from '../domain/access/events.js';
import type { CartEvent } from '../domain/cart/events.js';
import type { CatalogEvent } from '../domain/catalog/events.js';
import type { CouponEvent } from '../domain/coupon/events.js';
import type { Recorded } from '../domain/decider.js';
import type { InventoryEvent } from '../domain/inventory/events.js';
import type { OrderEvent } from '../domain/order/events.js';
import type { TableDefinition } from '../read-models/table.js';

/** All events of the shop. */
export type ShopEvent =
  AccessEvent | CartEvent | OrderEvent | CatalogEvent | CouponEvent | InventoryEvent;

/** An event with its place; `subject` is the part of the stream's name after the category. */
export type ProjectedEvent = Recorded<ShopEvent> & { readonly subject: string };

export interface Projection<ProjectedRow extends object> {
  readonly name: string;
  /**
   * Raised when the same events must give other rows while this code can still continue the old
   * ones.
   */
  readonly version: number;
  readonly table: TableDefinition;
  /** The key of the row that an event changes; undefined for an event that changes none. */
  keyOf(event: ProjectedEvent): string | undefined;
  /** The row after an event. Called once for each event, in log order. */
  evolve(row: ProjectedRow | undefined, event: ProjectedEvent): ProjectedRow;
  /** Adds expensive columns to a row, once for each batch instead of once for each event. */
  complete?(row: ProjectedRow): ProjectedRow;
}
