// Revenue of placed orders, by currency and minute of placement. Days of any time zone are sums of
// minutes: since 1972 all UTC offsets are whole minutes, and some zones change a minute after
// midnight. A refund or a cancellation changes the minute of the order's placement.
import { assertNever } from '../domain/assert-never.js';
import { ImpossibleEventError, type Recorded } from '../domain/decider.js';
import type {
  OrderCancelled,
  OrderPlaced,
  OrderRefunded,
  OrderTotalCorrected,
} from '../domain/order/events.js';
import { refundOf } from '../domain/order/state.js';
import type { RevenueMinute } from '../read-models/days-of-zone.js';
import type { ProjectedEvent, Projection } from './projection.js';

interface RevenueMinuteRow extends RevenueMinute {
  readonly id: string;
  readonly currency: string;
}

const MINUTE_MS = 60_000;

type Revenue = Recorded<OrderPlaced | OrderTotalCorrected | OrderCancelled | OrderRefunded> &
  ProjectedEvent;

const revenueTypes = new Set<string>([
  'OrderPlaced',
  'OrderTotalCorrected',
  'OrderCancelled',
  'OrderRefunded',
] satisfies Revenue['type'][]);

function isRevenue(event: ProjectedEvent): event is Revenue {
  return revenueTypes.has(event.type);
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
  switch (event.type) {
    case 'OrderPlaced':
      return { orders: 1, units: event.data.units, revenue: event.data.total };
    case 'OrderTotalCorrected':
      return { orders: 0, units: 0, revenue: refundOf(event.data) };
    case 'OrderCancelled':
      return { orders: -1, units: -event.data.units, revenue: -event.data.forgone };
    case 'OrderRefunded':
      return { orders: 0, units: 0, revenue: -event.data.forgone };
    default:
      return assertNever(event);
  }
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
    if (event.type === 'OrderPlaced' && event.revision > 0) {
      throw new ImpossibleEventError('The order was placed already');
    }
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
