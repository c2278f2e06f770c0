// Decides an order's commands.
import { assertNever } from '../assert-never.js';
import { accept, type Decider, type Decision, reject } from '../decider.js';
import type { Rejection } from '../rejection.js';
import type { CorrectOrderTotal, OrderCommand } from './commands.js';
import { decideFulfilment, revenueOf } from './decide-fulfilment.js';
import type { OrderEvent, Settlement } from './events.js';
import {
  alreadyPlaced,
  orderNotFound,
  outgrown,
  refundTooLarge,
  wrongStatus,
} from './rejections.js';
import { dueTotalOf, evolve, initialOrder, type OrderState } from './state.js';

export type OrderDecider = Decider<OrderState, OrderCommand, OrderEvent, Rejection>;

export const orderDecider: OrderDecider = {
  category: 'order',
  initial: initialOrder,
  evolve,
  decide: (command, state) => {
    if (command.type === 'PlaceOrder') {
      return state.status === 'ABSENT'
        ? accept({ type: 'OrderPlaced', data: command.order })
        : reject(alreadyPlaced);
    }
    if (state.id === null) return reject(orderNotFound);
    const order = { ...state, id: state.id };
    switch (command.type) {
      case 'CorrectOrderTotal':
        return correctTotal(command, order);
      case 'ReserveInventory':
      case 'RecordPayment':
      case 'RecordDecline':
      case 'ShipOrder':
      case 'CancelOrder':
      case 'RequestRefund':
      case 'RecordRefund':
      case 'RefuseRefund':
        return decideFulfilment(command, order);
      default:
        return assertNever(command);
    }
  },
};

/**
 * Only what is below the price that the customer agreed to is owed: an amount that was forgiven
 * before was never paid. It is taken back first, by an event of its own.
 */
function correctTotal(
  { reportId, previousTotal, correctedTotal, reason, operator }: CorrectOrderTotal,
  state: OrderState & { readonly id: string },
): Decision<OrderEvent, Rejection> {
  // A cancelled order has no revenue left to correct.
  if (state.status === 'CANCELLED') return reject(wrongStatus(state.status));
  const due = dueTotalOf(state);
  if (due !== previousTotal) return reject(outgrown(due));
  const owed = Math.max(0, state.total - correctedTotal);
  // What refunds have taken is with the customer already.
  if (owed > revenueOf(state)) return reject(refundTooLarge(revenueOf(state)));
  const { id: orderId, currency, placedAt } = state;
  const facts = { orderId, reportId, currency, reason, operator, placedAt };
  const corrected = (from: number, to: number, settlement: Settlement): OrderEvent[] =>
    from === to
      ? []
      : [
          {
            type: 'OrderTotalCorrected',
            data: { ...facts, previousTotal: from, correctedTotal: to, settlement },
          },
        ];
  const agreed = correctedTotal + owed;
  return accept(
    ...corrected(previousTotal, agreed, 'FORGIVEN'),
    ...corrected(agreed, correctedTotal, 'OWED_TO_CUSTOMER'),
  );
}
