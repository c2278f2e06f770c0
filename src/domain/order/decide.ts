// Decides an order's commands.
import { assertNever } from '../assert-never.js';
import { accept, type Decider, type Decision, reject } from '../decider.js';
import type { Rejection } from '../rejection.js';
import type { CorrectOrderTotal, OrderCommand } from './commands.js';
import type { OrderEvent } from './events.js';
import { alreadyPlaced, orderNotFound, outgrown } from './rejections.js';
import { dueTotalOf, evolve, initialOrder, type OrderState } from './state.js';

export type OrderDecider = Decider<OrderState, OrderCommand, OrderEvent, Rejection>;

export const orderDecider: OrderDecider = {
  category: 'order',
  initial: initialOrder,
  evolve,
  decide: (command, state) => {
    switch (command.type) {
      case 'PlaceOrder':
        return state.status === 'ABSENT'
          ? accept({ type: 'OrderPlaced', data: command.order })
          : reject(alreadyPlaced);
      case 'CorrectOrderTotal':
        return correctTotal(command, state);
      default:
        return assertNever(command);
    }
  },
};

function correctTotal(
  { reportId, previousTotal, correctedTotal, reason, operator }: CorrectOrderTotal,
  state: OrderState,
): Decision<OrderEvent, Rejection> {
  if (state.id === null) return reject(orderNotFound);
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
