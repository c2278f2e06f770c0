// The rows of orders for queries.
import { evolve, initialOrder, type OrderState } from '../domain/order/state.js';
import type { Recorded } from '../domain/decider.js';
import type { OrderEvent } from '../domain/order/events.js';
import type { ProjectedEvent, Projection } from './projection.js';

interface OrderRow {
  readonly order_id: string;
  readonly cart_id: string;
  readonly status: string;
  readonly currency: string;
  readonly total: number;
  readonly placed_at: number;
  readonly state: OrderState;
}

const orderEvents = new Set<string>([
  'OrderPlaced',
  'OrderTotalCorrected',
] satisfies OrderEvent['type'][]);

function isOrderEvent(event: ProjectedEvent): event is Recorded<OrderEvent> & ProjectedEvent {
  return orderEvents.has(event.type);
}

export const orderSummary: Projection<OrderRow> = {
  name: 'order-summary',
  version: 1,
  table: {
    key: 'order_id',
    columns: {
      order_id: 'text',
      cart_id: 'text',
      status: 'text',
      currency: 'text',
      total: 'integer',
      placed_at: 'integer',
      state: 'json',
    },
    indexes: [['cart_id'], ['placed_at']],
  },
  keyOf: (event) => (isOrderEvent(event) ? event.data.orderId : undefined),
  evolve(row, event) {
    if (!isOrderEvent(event)) throw new TypeError(`${event.type} is not about an order`);
    const state = evolve(row?.state ?? initialOrder, event);
    return {
      order_id: event.data.orderId,
      cart_id: state.cartId,
      status: state.status,
      currency: state.currency,
      total: state.total,
      placed_at: state.placedAt,
      state,
    };
  },
};
