// Drives an order from its placement to its end. It starts with OrderPlaced for an order that is
// paid through the gateway, and ends when the order is shipped, or cancelled with every refund
// answered. Pure: the order so far and one of its events give the commands that are due. What a
// repeated or late event asks for, and has happened, is left out.
//
//   OrderPlaced        → ConfirmHolds → InventoryReserved, or OrderCancelled
//   InventoryReserved  → Charge       → PaymentReceived, or PaymentDeclined and OrderCancelled
//   OrderCancelled     → GiveBack, and SettlePayment while the charge has no outcome
//   OrderShipped       → ShipHolds
//   RefundRequested    → PayRefund    → OrderRefunded, or RefundRefused
//   PaymentReceived, PaymentDeclined → ForgetToken
import { isPaymentSettled, pendingRefund } from '../domain/order/fulfilment.js';
import type { OrderEvent } from '../domain/order/events.js';
import type { OrderState } from '../domain/order/state.js';

export type FulfilmentStep =
  /** Make what the checkout holds the order's own; cancel the order if that is refused. */
  | { readonly type: 'ConfirmHolds' }
  | { readonly type: 'Charge'; readonly intentId: string }
  /** Prevent the charge of a cancelled order, or learn that it happened. */
  | { readonly type: 'SettlePayment' }
  | { readonly type: 'ForgetToken'; readonly intentId: string }
  | { readonly type: 'GiveBack' }
  | { readonly type: 'ShipHolds' }
  | { readonly type: 'PayRefund'; readonly refundId: string; readonly amount: number };

/** @param order with all its events, also those after `event` */
export function reactToOrder(order: OrderState, event: OrderEvent): readonly FulfilmentStep[] {
  const { payment, status } = order;
  switch (event.type) {
    case 'OrderPlaced':
      return payment.kind === 'GATEWAY' && status === 'PLACED' ? [{ type: 'ConfirmHolds' }] : [];
    case 'InventoryReserved':
      return payment.kind === 'GATEWAY' && status === 'RESERVED'
        ? [{ type: 'Charge', intentId: payment.intentId }]
        : [];
    case 'PaymentReceived':
    case 'PaymentDeclined':
      return payment.kind === 'GATEWAY'
        ? [{ type: 'ForgetToken', intentId: payment.intentId }]
        : [];
    case 'OrderCancelled':
      return isChargePossible(order)
        ? [{ type: 'GiveBack' }, { type: 'SettlePayment' }]
        : [{ type: 'GiveBack' }];
    case 'OrderShipped':
      return [{ type: 'ShipHolds' }];
    case 'RefundRequested': {
      const pending = pendingRefund(order, event.data.refundId);
      if (pending === undefined) return [];
      return [{ type: 'PayRefund', refundId: pending.refundId, amount: pending.amount }];
    }
    case 'OrderTotalCorrected':
    case 'OrderRefunded':
    case 'RefundRefused':
      return [];
  }
}

function isChargePossible(order: OrderState): boolean {
  return order.payment.kind === 'GATEWAY' && !isPaymentSettled(order);
}
