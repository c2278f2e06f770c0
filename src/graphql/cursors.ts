// Encodes cursors. They are opaque to callers, so their content can change.
import { textFault } from '../domain/text.js';
import type { PlaceInLog } from '../event-browser/log-pages.js';
import type { CartPlace } from '../read-models/cart-lists.js';
import type { ProductOrder, ProductPlace } from '../read-models/product-pages.js';
import type { TimePlace } from '../read-models/time-list.js';
import { badCursor } from './input-rules.js';

const encode = (text: string) => Buffer.from(text).toString('base64url');

/** The cursor of an event in a cart's timeline. */
export function encodeRevision(revision: number): string {
  return encode(`revision ${revision}`);
}

/** @throws ApiError BAD_USER_INPUT for a text that is not such a cursor */
export function decodeRevision(cursor: string): number {
  return Number(decode(cursor, /^revision (\d{1,15})$/));
}

/** The cursor of a product in one order of the catalogue. */
export function encodePlace(order: ProductOrder, { sortedBy, sku }: ProductPlace): string {
  return encode(`product ${JSON.stringify([order, sortedBy, sku])}`);
}

/** @throws ApiError BAD_USER_INPUT for a text that is no such cursor, or is one of another order */
export function decodePlace(cursor: string, order: ProductOrder): ProductPlace {
  const [of, sortedBy, sku] = parts(decode(cursor, /^product (\[.+\])$/s));
  const isPlace = isSortedBy(sortedBy, order) && typeof sku === 'string' && sku !== '';
  if (of !== order || !isPlace || textFault(sku) !== undefined) throw badCursor();
  return { sortedBy, sku };
}

/** The cursor of a coupon in the list of all. */
export function encodeCode(code: string): string {
  return encode(`coupon ${code}`);
}

/** @throws ApiError BAD_USER_INPUT for a text that is no such cursor */
export function decodeCode(cursor: string): string {
  return decode(cursor, /^coupon (.+)$/s);
}

/** The cursor of a delivery in the list of its webhook. */
export function encodeDelivery({ at, id }: { readonly at: number; readonly id: string }): string {
  return encode(`delivery ${at} ${id}`);
}

/** @throws ApiError BAD_USER_INPUT for a text that is not such a cursor */
export function decodeDelivery(cursor: string): { readonly at: number; readonly id: string } {
  const [at, id = ''] = decode(cursor, /^delivery (\d{1,16} [\w-]{1,64})$/).split(' ');
  return { at: Number(at), id };
}

/** The cursor of a cart among those of a customer. */
export function encodeCartPlace({ updatedAt, cartId }: CartPlace): string {
  return encode(`cart ${updatedAt} ${cartId}`);
}

/** @throws ApiError BAD_USER_INPUT for a text that is not such a cursor */
export function decodeCartPlace(cursor: string): CartPlace {
  const [updatedAt, cartId = ''] = decode(cursor, /^cart (-?\d{1,16} [\w-]{1,64})$/).split(' ');
  return { updatedAt: Number(updatedAt), cartId };
}

/** The cursor of a cart in an impact report. */
export function encodePlaceInReport(place: number): string {
  return encode(`reported ${place}`);
}

/** @throws ApiError BAD_USER_INPUT for a text that is no such cursor */
export function decodePlaceInReport(cursor: string): number {
  return Number(decode(cursor, /^reported (\d{1,9})$/));
}

function isSortedBy(value: unknown, order: ProductOrder): value is ProductPlace['sortedBy'] {
  if (order !== 'SKU' && order !== 'NAME') return typeof value === 'number';
  return typeof value === 'string' && textFault(value) === undefined;
}

function parts(json: string): readonly unknown[] {
  try {
    return JSON.parse(json) as readonly unknown[];
  } catch {
    throw badCursor();
  }
}

/** The cursor of a look at a cart. */
export function encodeAccess({ at, key }: TimePlace): string {
  return encode(`access ${at} ${key}`);
}

/** @throws ApiError BAD_USER_INPUT for a text that is not such a cursor */
export function decodeAccess(cursor: string): TimePlace {
  const [at, key = ''] = decode(cursor, /^access (-?\d{1,16} [\w-]{1,64})$/).split(' ');
  return { at: Number(at), key };
}

/** The cursor of a place in the log; with the revision in a search of one stream. */
export function encodePlaceInLog({ position, revision }: PlaceInLog): string {
  return encode(`log ${position} ${revision ?? '-'}`);
}

/** @throws ApiError BAD_USER_INPUT for a text that is not such a cursor */
export function decodePlaceInLog(cursor: string): PlaceInLog {
  const [position = '', revision] = decode(cursor, /^log (\d{1,18} (?:\d{1,15}|-))$/).split(' ');
  return { position: BigInt(position), revision: revision === '-' ? null : Number(revision) };
}

/** The cursor of an order in a list. */
export function encodeOrder({ at, key }: TimePlace): string {
  return encode(`order ${at} ${key}`);
}

/** @throws ApiError BAD_USER_INPUT for a text that is not such a cursor */
export function decodeOrder(cursor: string): TimePlace {
  const [at = '', key = ''] = decode(cursor, /^order (-?\d{1,16} .{1,500})$/s).split(/ (.*)/s);
  return { at: Number(at), key };
}

function decode(cursor: string, pattern: RegExp): string {
  const value = pattern.exec(Buffer.from(cursor, 'base64url').toString())?.[1];
  // A cursor is encoded, so the rule for texts did not check its content.
  if (value === undefined || textFault(value) !== undefined) throw badCursor();
  return value;
}
