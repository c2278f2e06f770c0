// Ids that are derived from content, so that a retry gets the same id, even after a restart.
import { hash } from 'node:crypto';
import { v5 } from 'uuid';
import type { NewEvent } from '../event-store/stored-event.js';

const EVENT_IDS = 'b4ef8b6a-5c0f-5f2e-9d1c-7a0c3f1f5f10';
const CART_IDS = '7d2a1f6c-7a53-5a4b-8a39-0d5f5c8f6a21';
const CORRECTION_IDS = '5b0e4f0a-6d7c-5c1a-9a57-3c4de1c9e0b6';
const ORDER_IDS = '2c9e7b14-3b0d-5d55-b2e4-6f4f0a9d7b32';

/** An id that is unique to the event's place, type, data and metadata. */
export function contentId(
  stream: string,
  revision: number,
  { type, data, metadata }: Omit<NewEvent, 'id'>,
): string {
  return v5(JSON.stringify([stream, revision, type, data, metadata]), EVENT_IDS);
}

/**
 * The id that earlier releases gave a command's event at `index`. It did not depend on the event's
 * content, so one of two instances could take the other's event for its own. `audit mend-chain`
 * recognises these events by the id.
 */
export function earlierEventId(stream: string, commandId: string, index: number): string {
  return v5(`${stream}/${commandId}/${index}`, EVENT_IDS);
}

export function cartIdOf(commandId: string): string {
  return v5(commandId, CART_IDS);
}

/** A cart is checked out once, so its order's id is derived from the cart's. */
export function orderIdOf(cartId: string): string {
  return v5(cartId, ORDER_IDS);
}

/** Each report corrects an order at most once. */
export function correctionIdOf(reportId: string, orderId: string): string {
  return v5(`${reportId}/${orderId}`, CORRECTION_IDS);
}

/**
 * SHA-256, in hexadecimal, of a command's name and input. The order of properties does not matter.
 */
export function inputHash(command: string, input: Readonly<Record<string, unknown>>): string {
  return hash('sha256', JSON.stringify([command, canonical(input)]), 'hex');
}

/** An object as the sorted list of its defined properties. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value)
    .filter(([, property]) => property !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, property]) => [name, canonical(property)]);
}
