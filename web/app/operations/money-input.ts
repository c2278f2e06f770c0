// An amount as somebody types it, and the minor units that the service takes.
import { latinDigits } from '../../design/latin-digits.ts';
import { currencyDigits } from '../currency-digits.ts';

/** Null for what is no amount or currency, or has more digits after the point than the currency. */
export function minorUnitsOf(typed: string, currency: string): number | null {
  return /^[A-Z]{3}$/.test(currency) ? scaledBy(currencyDigits(currency), typed) : null;
}

/**
 * The typed number times ten to the power of `digits`, exact; null for what is no number, is too
 * large, or has more digits after the point.
 */
export function scaledBy(digits: number, typed: string): number | null {
  const match = /^(\d{1,12})(?:[.,](\d+))?$/.exec(latinDigits(typed).trim());
  if (match === null) return null;
  const [, whole = '', fraction = ''] = match;
  if (fraction.length > digits) return null;
  const scaled = Number(whole + fraction.padEnd(digits, '0'));
  return Number.isSafeInteger(scaled) ? scaled : null;
}
