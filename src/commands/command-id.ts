// Ids that are derived from content, so that a retry gets the same id, even after a restart.
import { hash } from 'node:crypto';
import { v5 } from 'uuid';
import type { NewEvent } from '../event-store/stored-event.js';

const EVENT_IDS = 'b4ef8b6a-5c0f-5f2e-9d1c-7a0c3f1f5f10';
const CART_IDS = '7d2a1f6c-7a53-5a4b-8a39-0d5f5c8f6a21';
const CORRECTION_IDS = '5b0e4f0a-6d7c-5c1a-9a57-3c4de1c9e0b6';
const ABANDONMENT_IDS = '8e0d3a57-51c1-5b0c-9a4e-2f8b7f6f1c02';
const FORK_IDS = 'c1b1d7d8-3c92-5d0f-8a53-3f3a1f0f7e55';
const FULFILMENT_IDS = '8d1f6b52-91c3-5f0e-a7d4-2b6c0e9f4a17';
const INHERITING_IDS = '3d4d6f0e-9d0c-5b57-9d07-6e1d2a8f2b90';
const MERGE_IDS = 'f4a7f2f1-08f5-5a0b-b0a4-2f6c8a5d3c11';
const STOCK_COMMAND_IDS = 'd0a1c7c2-6a0e-5c37-8a4b-1f5e7f0f2b91';
const WEBHOOK_IDS = '4f1c0b7e-2d59-5c3a-8e60-7b9a1d3f5c24';
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

/** Only who may change the source can ask for this id. */
export function forkIdOf(fromCartId: string, commandId: string): string {
  return v5(`${fromCartId}/${commandId}`, FORK_IDS);
}

/** A cart is abandoned at most once for each change that was its last. */
export function abandonmentIdOf(cartId: string, idleSince: number): string {
  return v5(`${cartId}/${idleSince}`, ABANDONMENT_IDS);
}

export function webhookIdOf(commandId: string): string {
  return v5(commandId, WEBHOOK_IDS);
}

/** A cart is merged once. */
export function mergeIdOf(fromCartId: string): string {
  return v5(fromCartId, MERGE_IDS);
}

/** The cart that takes the contents of a claimed one, where no other cart can. */
export function inheritingCartIdOf(fromCartId: string): string {
  return v5(fromCartId, INHERITING_IDS);
}

/** A cart is checked out once, so its order's id is derived from the cart's. */
export function orderIdOf(cartId: string): string {
  return v5(cartId, ORDER_IDS);
}

/** An id for one step of an order's fulfilment. */
export function fulfilmentIdOf(orderId: string, step: string): string {
  return v5(`${orderId}/${step}`, FULFILMENT_IDS);
}

/** Each report corrects an order at most once. */
export function correctionIdOf(reportId: string, orderId: string): string {
  return v5(`${reportId}/${orderId}`, CORRECTION_IDS);
}

/** Each product's stock sees each of these commands of an order at most once. */
export function stockCommandIdOf(name: 'confirm' | 'cancel' | 'ship', orderId: string): string {
  return v5(`${name}/${orderId}`, STOCK_COMMAND_IDS);
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
