// Converts an order's row or folded state to the API's Order.
import { refundedOf } from '../domain/order/fulfilment.js';
import type { OrderState } from '../domain/order/state.js';
import { orderedCharges } from './delivery-view.js';
import { money } from './types/money.js';
import type { Order, PaymentStatus } from './types/order-types.js';

/** An order with what its personal data are opened from. */
export interface ShownOrder extends Order {
  readonly delivery: OrderState['delivery'];
}

export function shownOrder(state: OrderState): ShownOrder {
  const { delivery } = state;
  const shipTo = delivery?.shipTo ?? null;
  const shipping = delivery?.shipping ?? null;
  const { id, cartId, currency, revision, placedAt, updatedAt, status, received } = state;
  return {
    id: id ?? '',
    cartId,
    // Only an order that exists is shown.
    status: status === 'ABSENT' ? 'PLACED' : status,
    paymentStatus: paymentStatusOf(state),
    revision,
    placedAt,
    updatedAt,
    currency,
    coupons: state.coupons,
    delivery,
    shipTo: shipTo && { country: shipTo.country, region: shipTo.region },
    shippingMethod: shipping && {
      code: shipping.code,
      name: shipping.name,
      price: money(shipping.amount, currency),
    },
    ...orderedCharges(delivery, currency),
    subtotal: money(state.subtotal, currency),
    discount: money(state.discount, currency),
    paid: money(received?.amount ?? 0, currency),
    refunded: money(refundedOf(state), currency),
    refunds: state.refunds.map((refund) => ({ ...refund, amount: money(refund.amount, currency) })),
    shipment: state.shipment && { ...state.shipment, shippedAt: state.shipment.at },
    cancelledAt: state.cancellation?.at ?? null,
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
    cancelReason: state.cancellation?.reason ?? null,
  };
}

function paymentStatusOf({ payment, received, declined }: OrderState): `${PaymentStatus}` {
  if (received !== null) return 'RECEIVED';
  if (declined !== null) return 'DECLINED';
  return payment.kind === 'NONE' ? 'NONE' : 'PENDING';
}
