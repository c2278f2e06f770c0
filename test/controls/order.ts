// Events of one order, with what a test does not care about filled in.
import { noPayment, type PaymentIntent } from '../../src/domain/cart/events.js';
import type {
  InventoryReserved,
  OrderCancelled,
  OrderPlaced,
  OrderRefunded,
  OrderShipped,
  PaymentDeclined,
  PaymentReceived,
  RefundRefused,
  RefundRequested,
} from '../../src/domain/order/events.js';
import { ORDER_ID, orderPlaced } from './cart.js';
import { NOON } from './recorded.js';

const orderId = ORDER_ID;
export const REFUND_ID = 'a refund';
export const viaGateway: PaymentIntent = { kind: 'GATEWAY', intentId: 'an intent' };

/** Placed with a payment; the imported history has none. */
export function placedToPay(total: number, payment = viaGateway): OrderPlaced {
  const { type, data } = orderPlaced(total);
  return { type, data: { ...data, payment } };
}

export const placedInHistory = (total: number): OrderPlaced => placedToPay(total, noPayment);

export const reserved: InventoryReserved = { type: 'InventoryReserved', data: { orderId } };

export function paid(amount: number, currency = 'GBP'): PaymentReceived {
  const gatewayReference = 'a charge';
  return { type: 'PaymentReceived', data: { orderId, amount, currency, gatewayReference } };
}

export const declined: PaymentDeclined = {
  type: 'PaymentDeclined',
  data: { orderId, reason: 'CARD_DECLINED' },
};

export const shipped: OrderShipped = {
  type: 'OrderShipped',
  data: { orderId, carrier: 'Post', trackingNumber: 'T1' },
};

export function cancelled(
  forgone: number,
  currency = 'GBP',
  cause: Pick<OrderCancelled['data'], 'reason' | 'by'> = { reason: 'no need', by: 'STAFF' },
): OrderCancelled {
  const loss = { currency, forgone, placedAt: NOON };
  return { type: 'OrderCancelled', data: { orderId, ...loss, ...cause, units: 1 } };
}

export function refundRequested(
  amount: number,
  reason = 'broken',
  refundId = REFUND_ID,
): RefundRequested {
  return { type: 'RefundRequested', data: { orderId, refundId, amount, reason } };
}

export function refunded(amount: number, forgone = amount, reason = 'broken'): OrderRefunded {
  const loss = { currency: 'GBP', forgone, placedAt: NOON };
  const refund = { refundId: REFUND_ID, amount, reason, gatewayReference: 'a refund of the bank' };
  return { type: 'OrderRefunded', data: { orderId, ...loss, ...refund } };
}

export const refundRefused: RefundRefused = {
  type: 'RefundRefused',
  data: { orderId, refundId: REFUND_ID, reason: 'CARD_CLOSED' },
};
