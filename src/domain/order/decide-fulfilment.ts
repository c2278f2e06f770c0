// Decides the commands that follow an order's placement. Those of the process manager may arrive
// twice, or late: what has happened already is accepted without an event.
import { assertNever } from '../assert-never.js';
import { accept, type Decision, reject } from '../decider.js';
import type { Rejection } from '../rejection.js';
import type {
  CancelOrder,
  FulfilmentCommand,
  RecordPayment,
  RecordRefund,
  RequestRefund,
  ShipOrder,
} from './commands.js';
import type { OrderCancelled, OrderEvent, RefundRequested } from './events.js';
import { isPaymentSettled, pendingRefund, refundableOf, refundedOf } from './fulfilment.js';
import { refundedInFull, refundTooLarge, wrongStatus } from './rejections.js';
import type { OrderState } from './state.js';

type PlacedOrder = OrderState & { readonly id: string };
type OrderDecision = Decision<OrderEvent, Rejection>;

export function decideFulfilment(command: FulfilmentCommand, order: PlacedOrder): OrderDecision {
  const { id: orderId } = order;
  switch (command.type) {
    case 'ReserveInventory':
      return order.status === 'PLACED'
        ? accept({ type: 'InventoryReserved', data: { orderId } })
        : accept();
    case 'RecordPayment':
      return recordPayment(command, order);
    case 'RecordDecline': {
      if (isPaymentSettled(order)) return accept();
      const declined = {
        type: 'PaymentDeclined',
        data: { orderId, reason: command.reason },
      } as const;
      if (order.status === 'CANCELLED') return accept(declined);
      // Together, so that no crash leaves a declined order that holds what it cannot pay.
      return accept<OrderEvent>(declined, cancelled(order, 'PAYMENT_DECLINED', 'FULFILMENT'));
    }
    case 'ShipOrder':
      return ship(command, order);
    case 'CancelOrder':
      return cancel(command, order);
    case 'RequestRefund':
      return requestRefund(command, order);
    case 'RecordRefund':
      return recordRefund(command, order);
    case 'RefuseRefund': {
      const { refundId, reason } = command;
      if (pendingRefund(order, refundId) === undefined) return accept();
      return accept({ type: 'RefundRefused', data: { orderId, refundId, reason } });
    }
    default:
      return assertNever(command);
  }
}

function recordPayment(
  { amount, gatewayReference, refundId }: RecordPayment,
  order: PlacedOrder,
): OrderDecision {
  if (isPaymentSettled(order)) return accept();
  const { id: orderId, currency, status } = order;
  const paid = {
    type: 'PaymentReceived',
    data: { orderId, amount, currency, gatewayReference },
  } as const;
  if (status !== 'CANCELLED' || amount === 0) return accept(paid);
  const reason = order.cancellation?.reason ?? 'CANCELLED';
  return accept<OrderEvent>(paid, refundRequested(order, { refundId, amount, reason }));
}

function ship({ carrier, trackingNumber }: ShipOrder, order: PlacedOrder): OrderDecision {
  if (order.status !== 'PAID') return reject(wrongStatus(order.status));
  const isFree = order.received?.amount === 0;
  if (!isFree && refundableOf(order) === 0) return reject(refundedInFull);
  return accept({ type: 'OrderShipped', data: { orderId: order.id, carrier, trackingNumber } });
}

function cancel({ reason, by, refundId }: CancelOrder, order: PlacedOrder): OrderDecision {
  const { status } = order;
  if (status === 'CANCELLED' && by === 'FULFILMENT') return accept();
  if (status === 'CANCELLED' || status === 'SHIPPED') return reject(wrongStatus(status));
  const ended = cancelled(order, reason, by);
  const amount = refundableOf(order);
  if (amount === 0) return accept(ended);
  return accept<OrderEvent>(ended, refundRequested(order, { refundId, amount, reason }));
}

function requestRefund(
  { refundId, amount, reason }: RequestRefund,
  order: PlacedOrder,
): OrderDecision {
  const refundable = refundableOf(order);
  const asked = amount ?? refundable;
  if (asked === 0 || asked > refundable) return reject(refundTooLarge(refundable));
  return accept(refundRequested(order, { refundId, amount: asked, reason }));
}

function recordRefund(
  { refundId, gatewayReference }: RecordRefund,
  order: PlacedOrder,
): OrderDecision {
  const pending = pendingRefund(order, refundId);
  if (pending === undefined) return accept();
  const { id: orderId, currency, placedAt } = order;
  const { amount, reason } = pending;
  const forgone = forgoneBy(amount, order);
  return accept({
    type: 'OrderRefunded',
    data: { orderId, refundId, amount, reason, gatewayReference, currency, forgone, placedAt },
  });
}

function cancelled(
  order: PlacedOrder,
  reason: string,
  by: OrderCancelled['data']['by'],
): OrderCancelled {
  const { id: orderId, currency, units, placedAt } = order;
  const forgone = revenueOf(order);
  return {
    type: 'OrderCancelled',
    data: { orderId, reason, by, currency, forgone, units, placedAt },
  };
}

function refundRequested(
  { id: orderId }: PlacedOrder,
  refund: Omit<RefundRequested['data'], 'orderId'>,
): RefundRequested {
  return { type: 'RefundRequested', data: { orderId, ...refund } };
}

/**
 * What a refund takes from the shop's revenue. A cancellation has taken all of it already, and a
 * correction what it owes to the customer: of the money that is left, the shop earns no more.
 */
function forgoneBy(amount: number, order: PlacedOrder): number {
  if (order.status === 'CANCELLED') return 0;
  const left = (order.received?.amount ?? 0) - refundedOf(order) - amount;
  return Math.min(amount, Math.max(0, revenueOf(order) - left));
}

/** What the shop still earns by the order, in minor units. */
export function revenueOf({ total, forgone }: OrderState): number {
  return Math.max(0, total - forgone);
}
