// What each order sold: its products, its coupons, and what the shop still earns by it. A row for
// each order, so that a cancellation or a refund changes what the order was counted for.
import { assertNever } from '../domain/assert-never.js';
import { ImpossibleEventError, type Recorded } from '../domain/decider.js';
import type {
  OrderCancelled,
  OrderPlaced,
  OrderRefunded,
  OrderTotalCorrected,
  PaymentReceived,
} from '../domain/order/events.js';
import { refundOf } from '../domain/order/state.js';
import type { SoldLine, SoldOrder } from '../read-models/sold-orders.js';
import type { ProjectedEvent, Projection } from './projection.js';

interface OrderSalesRow extends Omit<SoldOrder, 'lines' | 'coupons'> {
  readonly currency: string;
  readonly lines: readonly SoldLine[];
  readonly coupons: readonly string[];
}

type Sale = Recorded<
  OrderPlaced | OrderTotalCorrected | PaymentReceived | OrderCancelled | OrderRefunded
> &
  ProjectedEvent;

const types = new Set<string>([
  'OrderPlaced',
  'OrderTotalCorrected',
  'PaymentReceived',
  'OrderCancelled',
  'OrderRefunded',
] satisfies Sale['type'][]);

function isSale(event: ProjectedEvent): event is Sale {
  return types.has(event.type);
}

function placed({ data, occurredAt }: Recorded<OrderPlaced>): OrderSalesRow {
  return {
    order_id: data.orderId,
    currency: data.currency,
    placed_at: occurredAt,
    // An order without a payment, such as an imported one, was paid outside of the shop.
    paid: data.payment.kind === 'NONE' ? 1 : 0,
    cancelled: 0,
    discount: data.discount,
    total: data.total,
    revenue: data.total,
    lines: data.lines.map(({ sku, name, quantity, total }) => [sku, name, quantity, total]),
    coupons: data.coupons,
  };
}

function changed(row: OrderSalesRow, event: Exclude<Sale, OrderPlaced>): OrderSalesRow {
  switch (event.type) {
    case 'PaymentReceived':
      return { ...row, paid: 1 };
    case 'OrderTotalCorrected':
      return { ...row, revenue: row.revenue + refundOf(event.data) };
    case 'OrderCancelled':
      return { ...row, cancelled: 1, revenue: row.revenue - event.data.forgone };
    case 'OrderRefunded':
      return { ...row, revenue: row.revenue - event.data.forgone };
    default:
      return assertNever(event);
  }
}

function evolved(row: OrderSalesRow | undefined, event: Sale): OrderSalesRow {
  if (event.type === 'OrderPlaced') {
    if (row !== undefined) throw new ImpossibleEventError('The order was placed already');
    return placed(event);
  }
  if (row === undefined) throw new ImpossibleEventError('The order was never placed');
  const after = changed(row, event);
  if (Number.isSafeInteger(after.revenue)) return after;
  throw new ImpossibleEventError('The revenue cannot be counted');
}

export const orderSales: Projection<OrderSalesRow> = {
  name: 'order-sales',
  version: 1,
  table: {
    key: 'order_id',
    columns: {
      order_id: 'text',
      currency: 'text',
      placed_at: 'integer',
      paid: 'integer',
      cancelled: 'integer',
      discount: 'integer',
      total: 'integer',
      revenue: 'integer',
      lines: 'json',
      coupons: 'json',
    },
    indexes: [['currency', 'placed_at', 'order_id']],
  },
  keyOf: (event) => (isSale(event) ? event.data.orderId : undefined),
  evolve(row, event) {
    if (!isSale(event)) throw new TypeError(`${event.type} is not about a sale`);
    return evolved(row, event);
  },
};
