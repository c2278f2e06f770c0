// Revenue of placed orders by day, in UTC, and currency.
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

function dateOf({ occurredAt }: ProjectedEvent): string {
  return new Date(occurredAt).toISOString().slice(0, 10);
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
  keyOf: (event) =>
    event.type === 'OrderPlaced' ? `${dateOf(event)}/${event.data.currency}` : undefined,
  evolve(row, event) {
    if (event.type !== 'OrderPlaced') throw new TypeError(`${event.type} brings no revenue`);
    const { currency, units, total } = event.data;
    const date = dateOf(event);
    return {
      id: `${date}/${currency}`,
      date,
      day_begins_at: Math.floor(event.occurredAt / DAY_MS) * DAY_MS,
      currency,
      orders: (row?.orders ?? 0) + 1,
      units: (row?.units ?? 0) + units,
      revenue: (row?.revenue ?? 0) + total,
    };
  },
};
