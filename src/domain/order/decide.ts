// What an order answers to a command.
import { accept, type Decider, reject } from '../decider.js';
import type { OrderCommand } from './commands.js';
import type { OrderEvent } from './events.js';
import { alreadyPlaced, type OrderRejection } from './rejections.js';
import { evolve, initialOrder, type OrderState } from './state.js';

export type OrderDecider = Decider<OrderState, OrderCommand, OrderEvent, OrderRejection>;

export const orderDecider: OrderDecider = {
  category: 'order',
  initial: initialOrder,
  evolve,
  decide: ({ order }, state) =>
    state.status === 'ABSENT'
      ? accept({ type: 'OrderPlaced', data: order })
      : reject(alreadyPlaced),
};
