// Validates the values of arguments. Commands pass on only the fields of their contract, so a
// shopper cannot send a price.
import { isCountry, isRegion } from '../domain/countries.js';
import { normalizedCode } from '../domain/coupon/decide.js';
import { taxCategoryFault } from '../domain/tax/rule.js';
import { spelledSku, textFault } from '../domain/text.js';
import { isTimeZone } from '../read-models/zone-clock.js';
import { ApiError, badInput } from './api-error.js';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
// One to 64 printable characters; no product name has control or formatting characters.
const sku = /^[\p{L}\p{M}\p{N}\p{P}\p{S}\p{Zs}]{1,64}$/u;
// Rejects only impossible addresses; the mail server decides about the rest.
const email = /^[^\s@<>()[\],;:"\\]{1,64}@[^\s@.<>()[\],;:"\\]+(\.[^\s@.<>()[\],;:"\\]+)+$/;
// But the joiners, which words of some languages are spelled with.
const invisible = /[^\P{Cf}\u200c\u200d]/gu;

export const maxTextLength = 200;
/** Room for the longest sku and the beginning of a name, each character in four bytes. */
const maxCursorLength = 800;

/** The id of a cart, an order or a command, in canonical form, so that it names one stream only. */
export function uuidOf(value: string, name: string): string {
  if (!uuid.test(value)) throw badInput(`${name} must be a UUID.`);
  return value.toLowerCase();
}

export function skuOf(value: string): string {
  const spelled = spelledSku(value);
  if (!sku.test(spelled) || value.trim() !== value) {
    throw badInput('sku must be 1 to 64 printable characters, with no space at either end.');
  }
  return spelled;
}

/** Customers type codes by hand, so their spelling does not matter. */
export function couponCodeOf(value: string): string {
  const code = normalizedCode(value);
  if (code === '' || code.length > 40 || textFault(code) !== undefined) {
    throw badInput('code must be 1 to 40 printable characters.');
  }
  return code;
}

export function textOf(value: string, name: string, maxLength = maxTextLength): string {
  if (value.trim() === '' || value.length > maxLength || textFault(value) !== undefined) {
    throw badInput(`${name} must be 1 to ${maxLength} printable characters.`);
  }
  return value;
}

/** @param fault what is wrong with it, in words; undefined for nothing */
export function faultless<Value>(value: Value, fault: string | undefined): Value {
  if (fault !== undefined) throw badInput(fault);
  return value;
}

export function currencyOf(value: string): string {
  if (!/^[A-Z]{3}$/.test(value))
    throw badInput('currency must be a code of ISO 4217, such as GBP.');
  return value;
}

/** In the spelling of ISO 3166-1. */
export function countryOf(value: string): string {
  if (isCountry(value)) return value;
  throw badInput('country must be a code of ISO 3166-1, such as GB.');
}

export function regionOf(value: string): string {
  if (isRegion(value)) return value;
  throw badInput('region must be a code of ISO 3166-2 without the country, such as CA.');
}

export function taxCategoryOf(value: string): string {
  return faultless(value, taxCategoryFault(value));
}

/** A name; not an offset such as +01:00, which Intl would accept too. */
export function timeZoneOf(value: string): string {
  if (isTimeZone(value)) return value;
  throw badInput('timeZone must be a name of the IANA database, such as Europe/London.');
}

export function quantityOf(value: number, minimum: 0 | 1): number {
  if (value < minimum) throw badInput(`quantity must be ${minimum} or more.`);
  return value;
}

const maxLinesAtOnce = 250;

export function checkLines(lines: readonly unknown[], minimum: 0 | 1): void {
  if (lines.length < minimum || lines.length > maxLinesAtOnce) {
    throw badInput(`lines must be ${minimum} to ${maxLinesAtOnce} lines.`);
  }
}

/** Without what comes along when an address is copied, or completed by a phone. */
export function emailOf(value: string): string {
  const address = value.replace(invisible, '').trim();
  if (value.length > maxTextLength || !email.test(address)) {
    throw badInput('email must be an e-mail address.');
  }
  return address;
}

export function amountOf(value: number, name: string): number {
  if (value < 0) throw badInput(`${name} must not be negative.`);
  return value;
}

/** Revisions start at 0. @param lowest -1 where the command can make what is not there yet */
export function revisionOf(value: number, name: string, lowest: 0 | -1 = 0): number {
  if (value < lowest) throw badInput(`${name} must be ${lowest} or more.`);
  return value;
}

/** At most `latest`: a future cart cannot be computed. */
export function pastInstantOf(at: number, name: string, latest: number): number {
  if (at > latest) throw badInput(`${name} is in the future.`);
  return at;
}

export interface IdempotencyInput {
  readonly commandId?: string | null | undefined;
  readonly expectedRevision?: number | null | undefined;
}

export interface Idempotency {
  readonly commandId?: string;
  readonly expectedRevision?: number;
}

/** The options of every command; null means the same as a missing value. */
export function idempotencyOf(
  { commandId, expectedRevision }: IdempotencyInput,
  lowest: 0 | -1 = 0,
): Idempotency {
  return {
    ...(commandId == null ? {} : { commandId: uuidOf(commandId, 'commandId') }),
    ...(expectedRevision == null
      ? {}
      : { expectedRevision: revisionOf(expectedRevision, 'expectedRevision', lowest) }),
  };
}

export interface PageInput {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
  readonly last?: number | null | undefined;
  readonly before?: string | null | undefined;
}

/** @throws ApiError BAD_USER_INPUT when the page has both ends, or is too large */
export function checkPage({ first, last, after, before }: PageInput, maximum: number): void {
  if (first != null && last != null) throw badInput('Ask for first or last, not both.');
  for (const size of [first, last]) {
    if (size != null && (size < 0 || size > maximum)) {
      throw badInput(`A page has 0 to ${maximum} entries.`);
    }
  }
  for (const cursor of [after, before]) {
    if (cursor != null && cursor.length > maxCursorLength) throw badCursor();
  }
}

export function badCursor(): ApiError {
  return badInput('The cursor is not valid: use one that a page returned.');
}
