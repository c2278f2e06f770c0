// What all reads of a cart's past share: its stream, and how they are metered.
import type { FoldFollower } from '../folds/stream-folds.js';
import type { Meter } from './meter.js';

/** A long history yields to other requests after this many events. */
export const EVENTS_PER_TURN = 128;

export function streamOf(cartId: string): string {
  return `cart-${cartId}`;
}

/** Counts the events that a fold reads. */
export function metering(meter: Meter): FoldFollower {
  return { begins: () => true, folds: () => meter.onEvent() };
}
