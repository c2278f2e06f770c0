// Revenue of placed orders by the day of their placement, in UTC, and currency. What is owed back for
// an order changes the day on which it was placed: the revenue of a day is what its orders bring.
import type { Recorded } from '../domain/decider.js';
import type { OrderEvent } from '../domain/order/events.js';
import { refundOf } from '../domain/order/state.js';
import type { ProjectedEvent, Projection } from './projection.js';

interface RevenueDay {
  readonly id: string;
  readonly date: string;
  readonly day_begins_at: number;
  readonly currency: string;
  readonly orders: number;
  readonly units: number;
  readonly revenue: number;
}

const DAY_MS = 86_400_000;

type Revenue = Recorded<OrderEvent> & ProjectedEvent;

function isRevenue(event: ProjectedEvent): event is Revenue {
  return event.type === 'OrderPlaced' || event.type === 'OrderTotalCorrected';
}

/** In milliseconds since 1970. */
function placedAt(event: Revenue): number {
  return event.type === 'OrderPlaced' ? event.occurredAt : event.data.placedAt;
}

function idOf(event: Revenue): string {
  const date = new Date(placedAt(event)).toISOString().slice(0, 10);
  return `${date}/${event.data.currency}`;
}

/** What an event adds to its day. */
function addedBy(event: Revenue) {
  if (event.type === 'OrderTotalCorrected') {
    return { orders: 0, units: 0, revenue: refundOf(event.data) };
  }
  return { orders: 1, units: event.data.units, revenue: event.data.total };
}

export const revenueByDay: Projection<RevenueDay> = {
  name: 'revenue-by-day',
  version: 1,
  table: {
    key: 'id',
    columns: {
      id: 'text',
      date: 'text',
      day_begins_at: 'integer',
      currency: 'text',
      orders: 'integer',
      units: 'integer',
      revenue: 'integer',
    },
    indexes: [['currency', 'day_begins_at']],
  },
  keyOf: (event) => (isRevenue(event) ? idOf(event) : undefined),
  evolve(row, event) {
    if (!isRevenue(event)) throw new TypeError(`${event.type} brings no revenue`);
    const id = idOf(event);
    const added = addedBy(event);
    return {
      id,
      date: id.slice(0, 10),
      day_begins_at: Math.floor(placedAt(event) / DAY_MS) * DAY_MS,
      currency: event.data.currency,
      orders: (row?.orders ?? 0) + added.orders,
      units: (row?.units ?? 0) + added.units,
      revenue: (row?.revenue ?? 0) + added.revenue,
    };
  },
};
