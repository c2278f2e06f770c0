// What a cart's command comes to, and the cart as it would be after it.
import { type Decision, type Recorded, reject } from '../decider.js';
import type { CartEvent } from './events.js';
import { MAX_UNITS } from './limits.js';
import * as rejections from './rejections.js';
import type { CartRejection } from './rejections.js';
import {
  applied,
  type CartState,
  countabilityOf,
  type ExistingCartState,
  type OpenCartState,
} from './state.js';

export type CartDecision = Decision<CartEvent, CartRejection>;

/** Why a cart could not be counted after these events; undefined where it can. */
export function overflowAfter(
  state: OpenCartState,
  events: readonly CartEvent[],
  at: number,
): CartRejection | undefined {
  switch (countabilityOf(stateAfter(state, events, at))) {
    case 'countable':
      return undefined;
    case 'worth too much':
      return rejections.moneyOverflow;
    case 'too many units':
      return rejections.quantityLimit(MAX_UNITS);
  }
}

/** Rejects a change after which an amount could exceed 2^53−1, or the units 2^31−1. */
export function withoutOverflow(
  decision: CartDecision,
  state: OpenCartState,
  at: number,
): CartDecision {
  if ('rejected' in decision) return decision;
  const overflow = overflowAfter(state, decision.accepted, at);
  return overflow === undefined ? decision : reject(overflow);
}

/** The cart as it would be after these events; not yet stored, they have no ids. */
export function stateAfter(
  state: ExistingCartState,
  events: readonly CartEvent[],
  at: number,
): ExistingCartState {
  return events.reduce<ExistingCartState>(
    (so, event) => applied(so, unrecorded(event, so, at)),
    state,
  );
}

/** As `stateAfter`, for events that leave the cart open. */
export function openAfter(
  state: OpenCartState,
  events: readonly CartEvent[],
  at: number,
): OpenCartState {
  const after = stateAfter(state, events, at);
  if (after.status !== 'OPEN') throw new TypeError(`The cart would be ${after.status}`);
  return after;
}

export function unrecorded(event: CartEvent, state: CartState, at: number): Recorded<CartEvent> {
  return { ...event, id: '', revision: state.revision + 1, occurredAt: at };
}
