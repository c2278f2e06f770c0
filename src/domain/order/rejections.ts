// Every way in which an order refuses a command, with its stable code.
import type { Rejection } from '../rejection.js';

export type OrderRejection = Rejection;

export const alreadyPlaced: OrderRejection = {
  code: 'ALREADY_PLACED',
  message: 'This order has been placed before.',
};
