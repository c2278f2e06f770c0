// Converts an order's row or folded state to the API's Order.
import type { OrderState } from '../domain/order/state.js';
import { money } from './types/money.js';
import type { Order } from './types/order-types.js';

export function shownOrder(state: OrderState): Order {
  const { id, cartId, currency, revision, placedAt } = state;
  return {
    id: id ?? '',
    cartId,
    status: 'PLACED',
    revision,
    placedAt,
    lines: state.lines.map((line) => ({
      ...line,
      unitPrice: money(line.unitPrice, currency),
      total: money(line.total, currency),
    })),
    total: money(state.total, currency),
    corrections: state.corrections.map(
      ({ eventId, reportId, occurredAt: correctedAt, settlement, reason, ...totals }) => ({
        eventId,
        reportId,
        correctedAt,
        settlement,
        reason,
        previousTotal: money(totals.previousTotal, currency),
        correctedTotal: money(totals.correctedTotal, currency),
      }),
    ),
    cancelReason: null,
  };
}
