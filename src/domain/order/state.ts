// The order as the fold of its events.
import type { Recorded } from '../decider.js';
import type { OrderedLine, OrderEvent } from './events.js';

export interface OrderState {
  readonly id: string | null;
  readonly status: 'ABSENT' | 'PLACED';
  readonly revision: number;
  readonly cartId: string;
  readonly customerId: string | null;
  readonly currency: string;
  readonly lines: readonly OrderedLine[];
  readonly subtotal: number;
  readonly discount: number;
  readonly total: number;
  readonly units: number;
  readonly placedAt: number;
  readonly updatedAt: number;
}

export const initialOrder: OrderState = {
  id: null,
  status: 'ABSENT',
  revision: -1,
  cartId: '',
  customerId: null,
  currency: '',
  lines: [],
  subtotal: 0,
  discount: 0,
  total: 0,
  units: 0,
  placedAt: 0,
  updatedAt: 0,
};

export function evolve(state: OrderState, event: Recorded<OrderEvent>): OrderState {
  const { orderId, ...content } = event.data;
  return {
    ...state,
    ...content,
    id: orderId,
    status: 'PLACED',
    revision: event.revision,
    placedAt: event.occurredAt,
    updatedAt: event.occurredAt,
  };
}
