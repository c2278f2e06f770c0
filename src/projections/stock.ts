// The rows of stock: what of each tracked product is on hand, held and available.
import type { Recorded } from '../domain/decider.js';
import type { InventoryEvent } from '../domain/inventory/events.js';
import { availableIn, evolve, initialStock, type StockState } from '../domain/inventory/state.js';
import type { ProjectedEvent, Projection } from './projection.js';

interface StockRow {
  readonly sku: string;
  readonly on_hand: number;
  readonly reserved: number;
  readonly available: number;
  /** When the first hold of a checkout expires, in milliseconds since 1970; null for none. */
  readonly next_expiry: number | null;
  readonly state: StockState;
}

const inventoryEvents = new Set<string>([
  'StockReceived',
  'StockAdjusted',
  'StockReserved',
  'StockReleased',
  'StockShipped',
] satisfies InventoryEvent['type'][]);

function isInventoryEvent(
  event: ProjectedEvent,
): event is Recorded<InventoryEvent> & ProjectedEvent {
  return inventoryEvents.has(event.type);
}

export const stock: Projection<StockRow> = {
  name: 'stock',
  version: 1,
  table: {
    key: 'sku',
    columns: {
      sku: 'text',
      on_hand: 'integer',
      reserved: 'integer',
      available: 'integer',
      next_expiry: 'integer',
      state: 'json',
    },
    indexes: [['next_expiry']],
  },
  keyOf: (event) => (isInventoryEvent(event) ? event.data.sku : undefined),
  evolve(row, event) {
    if (!isInventoryEvent(event)) throw new TypeError(`${event.type} is not about stock`);
    return rowOf(event.data.sku, evolve(row?.state ?? initialStock, event));
  },
};

function rowOf(sku: string, state: StockState): StockRow {
  const { onHand, reserved } = state;
  return {
    sku,
    on_hand: onHand,
    reserved,
    available: availableIn(state),
    next_expiry: nextExpiryOf(state),
    state,
  };
}

function nextExpiryOf({ reservations }: StockState): number | null {
  let next: number | null = null;
  for (const { attempts } of reservations) {
    for (const { expiresAt } of attempts) {
      if (expiresAt !== null && (next === null || expiresAt < next)) next = expiresAt;
    }
  }
  return next;
}
