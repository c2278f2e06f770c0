// The rows of orders for queries.
import { evolve, initialOrder, type OrderState } from '../domain/order/state.js';
import type { Recorded } from '../domain/decider.js';
import { type OrderEvent, orderEventTypes } from '../domain/order/events.js';
import { storable } from '../domain/text.js';
import type { ProjectedEvent, Projection } from './projection.js';

interface OrderRow {
  readonly order_id: string;
  readonly cart_id: string;
  readonly status: string;
  readonly customer_id: string | null;
  /** The key that encrypts the address; null where there is none. */
  readonly contact_key: string | null;
  readonly skus: readonly string[];
  readonly coupons: readonly string[];
  readonly currency: string;
  readonly total: number;
  readonly placed_at: number;
  readonly state: OrderState;
}

const orderEvents = new Set<string>(orderEventTypes);

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
      customer_id: 'text',
      contact_key: 'text',
      skus: 'json',
      coupons: 'json',
      currency: 'text',
      total: 'integer',
      placed_at: 'integer',
      state: 'json',
    },
    indexes: [
      ['cart_id'],
      ['placed_at', 'order_id'],
      ['customer_id', 'placed_at', 'order_id'],
      ['status', 'placed_at', 'order_id'],
      ['contact_key'],
      // All that a search for a product or a coupon needs of the orders that have it.
      ['order_id', 'placed_at', 'status', 'customer_id'],
    ],
    keyed: ['skus', 'coupons'],
  },
  keyOf: (event) => (isOrderEvent(event) ? event.data.orderId : undefined),
  evolve(row, event) {
    if (!isOrderEvent(event)) throw new TypeError(`${event.type} is not about an order`);
    const state = evolve(row?.state ?? initialOrder, event);
    return {
      order_id: event.data.orderId,
      cart_id: state.cartId,
      status: state.status,
      customer_id: state.customerId === null ? null : storable(state.customerId),
      contact_key: state.contact === null ? null : storable(state.contact.keyId),
      skus: [...new Set(state.lines.map(({ sku }) => storable(sku)))],
      coupons: [...new Set(state.coupons.map(storable))],
      currency: state.currency,
      total: state.total,
      placed_at: state.placedAt,
      state,
    };
  },
};
