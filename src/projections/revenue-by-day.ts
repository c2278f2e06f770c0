// Revenue of placed orders, by currency and minute of placement. Days of any time zone are sums of
// minutes: since 1972 all UTC offsets are whole minutes, and some zones change a minute after
// midnight. A refund changes the minute of the order's placement.
import type { Recorded } from '../domain/decider.js';
import type { OrderEvent } from '../domain/order/events.js';
import { refundOf } from '../domain/order/state.js';
import type { RevenueMinute } from '../read-models/days-of-zone.js';
import type { ProjectedEvent, Projection } from './projection.js';

interface RevenueMinuteRow extends RevenueMinute {
  readonly id: string;
  readonly currency: string;
}

const MINUTE_MS = 60_000;

type Revenue = Recorded<OrderEvent> & ProjectedEvent;

function isRevenue(event: ProjectedEvent): event is Revenue {
  return event.type === 'OrderPlaced' || event.type === 'OrderTotalCorrected';
}

/** In milliseconds since 1970. */
function placedAt(event: Revenue): number {
  return event.type === 'OrderPlaced' ? event.occurredAt : event.data.placedAt;
}

function idOf(event: Revenue): string {
  const minute = new Date(placedAt(event)).toISOString().slice(0, -':00.000Z'.length);
  return `${minute}Z/${event.data.currency}`;
}

/** The event's contribution to its minute. */
function addedBy(event: Revenue) {
  if (event.type === 'OrderTotalCorrected') {
    return { orders: 0, units: 0, revenue: refundOf(event.data) };
  }
  return { orders: 1, units: event.data.units, revenue: event.data.total };
}

export const revenueByDay: Projection<RevenueMinuteRow> = {
  name: 'revenue-by-day',
  version: 2,
  table: {
    key: 'id',
    columns: {
      id: 'text',
      begins_at: 'integer',
      currency: 'text',
      orders: 'integer',
      units: 'integer',
      revenue: 'text',
    },
    indexes: [['currency', 'begins_at']],
  },
  keyOf: (event) => (isRevenue(event) ? idOf(event) : undefined),
  evolve(row, event) {
    if (!isRevenue(event)) throw new TypeError(`${event.type} brings no revenue`);
    const added = addedBy(event);
    return {
      id: idOf(event),
      begins_at: Math.floor(placedAt(event) / MINUTE_MS) * MINUTE_MS,
      currency: event.data.currency,
      orders: (row?.orders ?? 0) + added.orders,
      units: (row?.units ?? 0) + added.units,
      revenue: String(BigInt(row?.revenue ?? 0) + BigInt(added.revenue)),
    };
  },
};
