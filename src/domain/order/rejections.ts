// Every rejection of an order's command, with its stable code.
import type { Rejection } from '../rejection.js';

export type OrderRejection = Rejection;

export const alreadyPlaced: OrderRejection = {
  code: 'ALREADY_PLACED',
  message: 'This order has been placed before.',
};

export const orderNotFound: OrderRejection = {
  code: 'NOT_FOUND',
  message: 'There is no such order.',
};

/** @param due the order's correct total so far, in minor units */
export function outgrown(due: number): OrderRejection & { readonly due: number } {
  const message = 'The order does not come to what the report says any more.';
  return { code: 'REPORT_OUTGROWN', message, due };
}
