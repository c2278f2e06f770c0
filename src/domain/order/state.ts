// The order's state, folded from its events.
import { noPayment, type PaymentIntent, type SealedContact } from '../cart/events.js';
import { ImpossibleEventError, type Recorded } from '../decider.js';
import { assertNever } from '../assert-never.js';
import { evolveFulfilment, type Fulfilment, unfulfilled } from './fulfilment.js';
import type { OrderedDelivery } from './delivery.js';
import type {
  OrderedLine,
  OrderEvent,
  OrderPlaced,
  OrderTotalCorrected,
  Settlement,
} from './events.js';

export interface Correction {
  readonly eventId: string;
  readonly reportId: string;
  readonly occurredAt: number;
  readonly previousTotal: number;
  readonly correctedTotal: number;
  readonly settlement: Settlement;
  readonly reason: string;
  readonly operator: string;
}

export interface OrderState extends Fulfilment {
  readonly id: string | null;
  readonly revision: number;
  readonly cartId: string;
  readonly customerId: string | null;
  readonly currency: string;
  readonly lines: readonly OrderedLine[];
  readonly subtotal: number;
  readonly discount: number;
  /** The agreed total minus what corrections owe to the customer. */
  readonly total: number;
  readonly units: number;
  readonly pricingVersion: number;
  readonly contact: SealedContact | null;
  /** Codes of the coupons on the cart. */
  readonly coupons: readonly string[];
  readonly payment: PaymentIntent;
  /** Absent in rows of earlier builds. */
  readonly delivery?: OrderedDelivery | null;
  readonly placedAt: number;
  readonly updatedAt: number;
  /** Oldest first. */
  readonly corrections: readonly Correction[];
}

export const initialOrder: OrderState = {
  ...unfulfilled,
  id: null,
  revision: -1,
  cartId: '',
  customerId: null,
  currency: '',
  lines: [],
  subtotal: 0,
  discount: 0,
  total: 0,
  units: 0,
  pricingVersion: 0,
  contact: null,
  coupons: [],
  payment: noPayment,
  delivery: null,
  placedAt: 0,
  updatedAt: 0,
  corrections: [],
};

export function evolve(state: OrderState, event: Recorded<OrderEvent>): OrderState {
  switch (event.type) {
    case 'OrderPlaced':
      return placed(state, event);
    case 'OrderTotalCorrected':
      return corrected(state, event);
    case 'InventoryReserved':
    case 'PaymentReceived':
    case 'PaymentDeclined':
    case 'OrderShipped':
    case 'OrderCancelled':
    case 'RefundRequested':
    case 'OrderRefunded':
    case 'RefundRefused': {
      const { revision, occurredAt: updatedAt } = event;
      if (state.status === 'ABSENT') throw new ImpossibleEventError('The order was never placed');
      return { ...state, ...evolveFulfilment(state, event), revision, updatedAt };
    }
    default:
      return assertNever(event);
  }
}

function placed(state: OrderState, event: Recorded<OrderPlaced>): OrderState {
  if (state.status !== 'ABSENT') throw new ImpossibleEventError('The order was placed already');
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

function corrected(state: OrderState, event: Recorded<OrderTotalCorrected>): OrderState {
  demandPossible(state, event.data);
  const { id: eventId, revision, occurredAt } = event;
  const { reportId, previousTotal, correctedTotal, settlement, reason, operator } = event.data;
  const correction = { eventId, reportId, occurredAt, previousTotal, correctedTotal };
  return {
    ...state,
    revision,
    updatedAt: occurredAt,
    total: state.total + refundOf(event.data),
    corrections: [...state.corrections, { ...correction, settlement, reason, operator }],
  };
}

function demandPossible(state: OrderState, correction: OrderTotalCorrected['data']): void {
  if (state.status === 'ABSENT') throw new ImpossibleEventError('The order was never placed');
  if (correction.currency !== state.currency) {
    throw new ImpossibleEventError(`The order is in ${state.currency}`);
  }
  if (correction.previousTotal !== dueTotalOf(state)) {
    throw new ImpossibleEventError(`The order did not come to ${correction.previousTotal}`);
  }
  if (!Number.isSafeInteger(state.total + refundOf(correction))) {
    throw new ImpossibleEventError('What is owed cannot be counted');
  }
}

/** The refund of a correction, as a negative amount or 0. */
export function refundOf({
  previousTotal,
  correctedTotal,
  settlement,
}: Pick<Correction, 'previousTotal' | 'correctedTotal' | 'settlement'>): number {
  return settlement === 'OWED_TO_CUSTOMER' ? correctedTotal - previousTotal : 0;
}

/** The order's correct total: the latest correction, or else the agreed total. */
export function dueTotalOf({ total, corrections }: OrderState): number {
  return corrections.at(-1)?.correctedTotal ?? total;
}
