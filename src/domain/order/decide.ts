// Decides an order's commands.
import { assertNever } from '../assert-never.js';
import { accept, type Decider, type Decision, reject } from '../decider.js';
import type { Rejection } from '../rejection.js';
import type { CorrectOrderTotal, OrderCommand } from './commands.js';
import { decideFulfilment } from './decide-fulfilment.js';
import type { OrderEvent } from './events.js';
import { alreadyPlaced, orderNotFound, outgrown, wrongStatus } from './rejections.js';
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

function correctTotal(
  { reportId, previousTotal, correctedTotal, reason, operator }: CorrectOrderTotal,
  state: OrderState & { readonly id: string },
): Decision<OrderEvent, Rejection> {
  // A cancelled order has no revenue left to correct.
  if (state.status === 'CANCELLED') return reject(wrongStatus(state.status));
  const due = dueTotalOf(state);
  if (due !== previousTotal) return reject(outgrown(due));
  if (correctedTotal === previousTotal) return accept();
  const settlement = correctedTotal < previousTotal ? 'OWED_TO_CUSTOMER' : 'FORGIVEN';
  const { id: orderId, currency, placedAt } = state;
  return accept({
    type: 'OrderTotalCorrected',
    data: {
      orderId,
      reportId,
      currency,
      previousTotal,
      correctedTotal,
      settlement,
      reason,
      operator,
      placedAt,
    },
  });
}
