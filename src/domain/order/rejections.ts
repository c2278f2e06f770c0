// Every way in which an order refuses a command, with its stable code.
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

/** @param due what the order comes to now, in minor units */
export function outgrown(due: number): OrderRejection & { readonly due: number } {
  const message = 'The order does not come to what the report says any more.';
  return { code: 'REPORT_OUTGROWN', message, due };
}
