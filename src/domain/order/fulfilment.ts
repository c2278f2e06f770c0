// What happened to an order after it was placed: its payment, shipment, cancellation and refunds.
import { assertNever } from '../assert-never.js';
import { ImpossibleEventError, type Recorded } from '../decider.js';
import type {
  CancelledBy,
  OrderCancelled,
  OrderEvent,
  OrderPlaced,
  OrderRefunded,
  OrderTotalCorrected,
  PaymentReceived,
  RefundRefused,
  RefundRequested,
} from './events.js';

/** Where an order is on its way. RESERVED: everything that it holds is its own. */
export type OrderProgress = 'ABSENT' | 'PLACED' | 'RESERVED' | 'PAID' | 'SHIPPED' | 'CANCELLED';

export interface ReceivedPayment {
  /** In minor units. */
  readonly amount: number;
  readonly gatewayReference: string | null;
  readonly at: number;
}

export interface Refund {
  readonly refundId: string;
  /** In minor units. */
  readonly amount: number;
  readonly reason: string;
  /** REQUESTED: the gateway has not answered yet. */
  readonly outcome: 'REQUESTED' | 'REFUNDED' | 'REFUSED';
  /** When it was requested, in milliseconds since 1970. */
  readonly requestedAt: number;
}

export interface Shipment {
  readonly carrier: string | null;
  readonly trackingNumber: string | null;
  readonly at: number;
}

export interface Cancellation {
  readonly reason: string;
  readonly by: CancelledBy;
  readonly at: number;
}

export interface Fulfilment {
  readonly status: OrderProgress;
  readonly received: ReceivedPayment | null;
  /** Why the gateway declined; null when it did not. */
  readonly declined: string | null;
  readonly shipment: Shipment | null;
  readonly cancellation: Cancellation | null;
  /** Oldest first. */
  readonly refunds: readonly Refund[];
  /** What cancellation and refunds took from the shop's revenue, in minor units. */
  readonly forgone: number;
}

export const unfulfilled: Fulfilment = {
  status: 'ABSENT',
  received: null,
  declined: null,
  shipment: null,
  cancellation: null,
  refunds: [],
  forgone: 0,
};

export type FulfilmentEvent = Exclude<OrderEvent, OrderPlaced | OrderTotalCorrected>;

/** The order as far as fulfilment must know it. */
type Fulfilled = Fulfilment & { readonly currency: string };

/** @throws ImpossibleEventError */
export function evolveFulfilment(
  state: Fulfilled,
  event: Recorded<FulfilmentEvent>,
): Partial<Fulfilment> {
  const { occurredAt: at } = event;
  switch (event.type) {
    case 'InventoryReserved':
      demand(state.status === 'PLACED', 'reserved');
      return { status: 'RESERVED' };
    case 'PaymentReceived':
      return received(state, event.data, at);
    case 'PaymentDeclined':
      demand(!isPaymentSettled(state), 'declined');
      return { declined: event.data.reason };
    case 'OrderShipped': {
      demand(state.status === 'PAID', 'shipped');
      const { carrier, trackingNumber } = event.data;
      return { status: 'SHIPPED', shipment: { carrier, trackingNumber, at } };
    }
    case 'OrderCancelled':
      return cancelled(state, event.data, at);
    case 'RefundRequested':
      return requested(state, event.data, at);
    case 'OrderRefunded':
      return refunded(state, event.data);
    case 'RefundRefused':
      return refused(state, event.data);
    default:
      return assertNever(event);
  }
}

/** Whether the gateway has said what became of the charge. */
export function isPaymentSettled({ received: paid, declined }: Fulfilment): boolean {
  return paid !== null || declined !== null;
}

/** The paid amount that no refund takes, in minor units. */
export function refundableOf({ received: paid, refunds }: Fulfilment): number {
  return (paid?.amount ?? 0) - amountOf(refunds, ['REQUESTED', 'REFUNDED']);
}

/** What was paid back, in minor units. */
export function refundedOf({ refunds }: Pick<Fulfilment, 'refunds'>): number {
  return amountOf(refunds, ['REFUNDED']);
}

function amountOf(refunds: readonly Refund[], outcomes: readonly Refund['outcome'][]): number {
  return refunds
    .filter(({ outcome }) => outcomes.includes(outcome))
    .reduce((sum, { amount }) => sum + amount, 0);
}

function received(
  state: Fulfilled,
  { amount, gatewayReference, currency }: PaymentReceived['data'],
  at: number,
): Partial<Fulfilment> {
  demand(!isPaymentSettled(state), 'paid');
  demandCurrency(state, currency);
  // Money can arrive for an order that was cancelled at the same time; it is refunded.
  const status = state.status === 'CANCELLED' ? 'CANCELLED' : 'PAID';
  return { status, received: { amount, gatewayReference, at } };
}

function cancelled(
  state: Fulfilled,
  { reason, by, forgone, currency }: OrderCancelled['data'],
  at: number,
): Partial<Fulfilment> {
  demand(['PLACED', 'RESERVED', 'PAID'].includes(state.status), 'cancelled');
  demandCurrency(state, currency);
  const lost = { forgone: summed(state.forgone, forgone) };
  return { status: 'CANCELLED', cancellation: { reason, by, at }, ...lost };
}

function requested(
  state: Fulfilled,
  { refundId, amount, reason }: RefundRequested['data'],
  requestedAt: number,
): Partial<Fulfilment> {
  if (state.refunds.some((refund) => refund.refundId === refundId)) {
    throw new ImpossibleEventError('The refund was requested already');
  }
  if (amount > refundableOf(state)) throw new ImpossibleEventError('More is refunded than paid');
  const refund = { refundId, amount, reason, outcome: 'REQUESTED' as const, requestedAt };
  return { refunds: [...state.refunds, refund] };
}

function refunded(
  state: Fulfilled,
  { refundId, amount, forgone, currency }: OrderRefunded['data'],
): Partial<Fulfilment> {
  demandCurrency(state, currency);
  if (pendingRefund(state, refundId)?.amount !== amount) {
    throw new ImpossibleEventError('No such refund was requested');
  }
  const lost = { forgone: summed(state.forgone, forgone) };
  return { refunds: withOutcome(state.refunds, refundId, 'REFUNDED'), ...lost };
}

function refused(state: Fulfilled, { refundId }: RefundRefused['data']): Partial<Fulfilment> {
  if (pendingRefund(state, refundId) === undefined) {
    throw new ImpossibleEventError('No such refund was requested');
  }
  return { refunds: withOutcome(state.refunds, refundId, 'REFUSED') };
}

/** The refund that the gateway has not answered yet. */
export function pendingRefund({ refunds }: Fulfilment, refundId: string): Refund | undefined {
  return refunds.find((one) => one.refundId === refundId && one.outcome === 'REQUESTED');
}

function withOutcome(
  refunds: readonly Refund[],
  refundId: string,
  outcome: Refund['outcome'],
): readonly Refund[] {
  return refunds.map((one) => (one.refundId === refundId ? { ...one, outcome } : one));
}

function demand(isPossible: boolean, what: string): void {
  if (!isPossible) throw new ImpossibleEventError(`The order cannot be ${what} now`);
}

function demandCurrency({ currency }: Fulfilled, stated: string): void {
  if (stated !== currency) throw new ImpossibleEventError(`The order is in ${currency}`);
}

function summed(one: number, other: number): number {
  const sum = one + other;
  if (!Number.isSafeInteger(sum)) throw new ImpossibleEventError('The loss cannot be counted');
  return sum;
}
