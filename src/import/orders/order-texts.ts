// Amounts, units, currencies and names as an order export writes them.
import { currencyDigits, isCurrency } from '../../domain/currencies.js';
import { spelledSku, textFault } from '../../domain/text.js';
import { minorUnitsOf, wholeNumber } from '../numbers.js';
import type { NamedRow } from '../named-rows.js';
import { OrderProblem } from './foreign-order.js';

/** 0 for no text. @throws OrderProblem */
export function amountOf(row: NamedRow, currency: string, ...names: readonly string[]): number {
  return amountIn(row.text(...names), currency, `row ${row.row}: ${names[0] ?? ''}`);
}

/** 0 for no text. @throws OrderProblem */
export function amountIn(text: string, currency: string, what: string): number {
  if (text === '') return 0;
  const amount = minorUnitsOf(text, '.', currencyDigits(currency));
  if (amount !== undefined && amount >= 0) return amount;
  throw new OrderProblem(
    'unreadable',
    `${what} ${JSON.stringify(text)} is not an amount of ${currency}`,
  );
}

/** @throws OrderProblem */
export function unitsIn(text: string, what: string): number {
  const units = wholeNumber(text, '.');
  if (units !== undefined && units >= 0) return units;
  throw new OrderProblem('unreadable', `${what} ${JSON.stringify(text)} is not a number of units`);
}

/** @throws OrderProblem */
export function currencyIn(text: string): string {
  const code = text.toUpperCase();
  if (isCurrency(code)) return code;
  throw new OrderProblem('unreadable', `${JSON.stringify(text)} is not a currency of ISO 4217`);
}

const MAX_NAME = 200;
const MAX_SKU = 64;

/** A name without line breaks, cut between characters. @throws OrderProblem */
export function nameIn(text: string, row: number): string {
  const name = text.replaceAll(/\s+/g, ' ').trim();
  if (textFault(name) !== undefined) {
    throw new OrderProblem('unreadable', `row ${row}: the name has ${textFault(name) ?? ''}`);
  }
  return cut(name, MAX_NAME);
}

/** Many shops give no article numbers; then the name is one. */
export function skuIn(text: string, name: string): string {
  const written = spelledSku(text);
  const sku = /^\P{C}{1,64}$/u.test(written) ? written : cut(spelledSku(name), MAX_SKU).trim();
  return sku === '' ? 'UNNAMED' : sku;
}

function cut(text: string, length: number): string {
  return text.slice(0, length).replace(/[\uD800-\uDBFF]$/, '');
}
