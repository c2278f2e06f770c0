// A product's stock, folded from its events: the units on hand, and what orders hold of them.
import { assertNever } from '../assert-never.js';
import { MAX_UNITS } from '../cart/limits.js';
import { ImpossibleEventError, type Recorded } from '../decider.js';
import type { InventoryEvent, StockReleased, StockReserved } from './events.js';

export interface HoldingAttempt {
  readonly attemptId: string;
  readonly quantity: number;
  /** In milliseconds since 1970; null for never. */
  readonly expiresAt: number | null;
}

/** What one order holds. */
export interface Reservation {
  readonly orderId: string;
  readonly cartId: string;
  /** Units of the placed order; null while only its checkouts hold units. */
  readonly confirmed: number | null;
  /** Checkouts for the order that hold units; none once it is confirmed. */
  readonly attempts: readonly HoldingAttempt[];
}

export interface StockState {
  /** Null while the product's stock is not tracked: nothing limits what can be ordered. */
  readonly sku: string | null;
  /** Units in the shop. Below 0 when more were shipped than had been counted. */
  readonly onHand: number;
  /** Units that orders hold; part of those on hand. */
  readonly reserved: number;
  /** The oldest first. A list, because a long one is copied faster than an object. */
  readonly reservations: readonly Reservation[];
  readonly revision: number;
}

export const initialStock: StockState = {
  sku: null,
  onHand: 0,
  reserved: 0,
  reservations: [],
  revision: -1,
};

export function evolve(state: StockState, event: Recorded<InventoryEvent>): StockState {
  const next = { ...state, revision: event.revision };
  switch (event.type) {
    case 'StockReceived':
      return moved({ ...next, sku: event.data.sku }, event.data.quantity);
    case 'StockAdjusted':
      return moved({ ...next, sku: event.data.sku }, event.data.change);
    case 'StockReserved':
      return withReservation(next, reservedBy(next, event.data));
    case 'StockReleased':
      return withReservation(next, released(next, event.data));
    case 'StockShipped': {
      const { orderId, quantity } = event.data;
      const shipped = reservationOf(demandTracked(next), orderId);
      return moved(withReservation(next, shipped && { ...shipped, ...ENDED }), -quantity);
    }
    default:
      return assertNever(event);
  }
}

const ENDED = { confirmed: null, attempts: [] };

/** Units that an order can take beyond those that it holds. */
export function availableIn({ onHand, reserved }: StockState): number {
  return Math.max(0, onHand - reserved);
}

export function reservationOf(
  { reservations }: Pick<StockState, 'reservations'>,
  orderId: string,
): Reservation | undefined {
  return reservations.find((one) => one.orderId === orderId);
}

/** The most that one checkout took, so that a refused one never takes from an accepted one. */
export function unitsHeldBy({
  confirmed,
  attempts,
}: Pick<Reservation, 'confirmed' | 'attempts'>): number {
  return confirmed ?? Math.max(0, ...attempts.map(({ quantity }) => quantity));
}

function demandTracked(state: StockState): StockState {
  if (state.sku === null) throw new ImpossibleEventError('The product is not tracked for stock');
  return state;
}

function moved(state: StockState, units: number): StockState {
  const onHand = state.onHand + units;
  if (Math.abs(onHand) > MAX_UNITS) throw new ImpossibleEventError('The units cannot be counted');
  return { ...state, onHand };
}

function reservedBy(
  state: StockState,
  { orderId, cartId, attemptId, quantity, expiresAt }: StockReserved['data'],
): Reservation {
  const before = reservationOf(demandTracked(state), orderId);
  if (attemptId === null) return { orderId, cartId, confirmed: quantity, attempts: [] };
  if (typeof before?.confirmed === 'number') {
    throw new ImpossibleEventError('The order was placed already');
  }
  const others = (before?.attempts ?? []).filter((one) => one.attemptId !== attemptId);
  return {
    orderId,
    cartId,
    confirmed: null,
    attempts: [...others, { attemptId, quantity, expiresAt }],
  };
}

function released(
  state: StockState,
  { orderId, attemptId }: StockReleased['data'],
): Reservation | undefined {
  const before = reservationOf(demandTracked(state), orderId);
  if (before === undefined) return undefined;
  if (attemptId === null) return { ...before, ...ENDED };
  const attempts = before.attempts.filter((one) => one.attemptId !== attemptId);
  return { ...before, attempts };
}

/** Undefined changes nothing; a reservation of no units ends. */
function withReservation(state: StockState, after: Reservation | undefined): StockState {
  if (after === undefined) return state;
  const index = state.reservations.findIndex(({ orderId }) => orderId === after.orderId);
  const before = state.reservations[index];
  const reserved = state.reserved + unitsHeldBy(after) - (before ? unitsHeldBy(before) : 0);
  if (reserved > MAX_UNITS) throw new ImpossibleEventError('The units cannot be counted');
  const reservations =
    unitsHeldBy(after) === 0
      ? state.reservations.filter((one) => one !== before)
      : before === undefined
        ? [...state.reservations, after]
        : state.reservations.with(index, after);
  return { ...state, reserved, reservations };
}
