// Every rejection of an order's command, with its stable code.
import { type Rejection, rejection } from '../rejection.js';

export const alreadyPlaced = rejection('ALREADY_PLACED', 'This order has been placed before.');

export const orderNotFound = rejection('NOT_FOUND', 'There is no such order.');

/** @param due the order's correct total so far, in minor units */
export function outgrown(due: number): Rejection & { readonly due: number } {
  const message = 'The order does not come to what the report says any more.';
  return { ...rejection('REPORT_OUTGROWN', message), due };
}

export function wrongStatus(status: string): Rejection {
  return rejection('ORDER_STATUS', `This is not possible for an order that is ${status}.`);
}

export const refundedInFull = rejection(
  'ORDER_STATUS',
  'All that was paid for this order is refunded, so it is not shipped.',
);

/** @param refundable what can still be refunded, in minor units */
export function refundTooLarge(refundable: number): Rejection {
  return rejection('REFUND_LIMIT', `At most ${refundable} minor units can be refunded.`);
}
