// Orders as queries show them.
import { evolve, initialOrder, type OrderState } from '../domain/order/state.js';
import type { Projection } from './projection.js';

interface OrderRow {
  readonly order_id: string;
  readonly cart_id: string;
  readonly status: string;
  readonly currency: string;
  readonly total: number;
  readonly placed_at: number;
  readonly state: OrderState;
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
  keyOf: (event) => (event.type === 'OrderPlaced' ? event.data.orderId : undefined),
  evolve(row, event) {
    if (event.type !== 'OrderPlaced') throw new TypeError(`${event.type} is not about an order`);
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
