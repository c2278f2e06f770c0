// Encodes cursors. They are opaque to callers, so their content can change.
import { textFault } from '../domain/text.js';
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

/** The cursor of a product in the catalogue. */
export function encodeSku(sku: string): string {
  return encode(`sku ${sku}`);
}

/** @throws ApiError BAD_USER_INPUT for a text that is not such a cursor */
export function decodeSku(cursor: string): string {
  return decode(cursor, /^sku (.+)$/s);
}

function decode(cursor: string, pattern: RegExp): string {
  const value = pattern.exec(Buffer.from(cursor, 'base64url').toString())?.[1];
  // A cursor is encoded, so the rule for texts did not check its content.
  if (value === undefined || textFault(value) !== undefined) throw badCursor();
  return value;
}
