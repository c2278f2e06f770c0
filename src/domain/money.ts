// Money is an integer count of minor units. An amount of one cart or order is a safe integer (up to
// 2^53−1); a sum over many is a bigint. Only functions whose docstring says so round.
import { currencyDigits, isCurrency } from './currencies.js';

/** The amount in major units as an exact decimal string: 1250 GBP → "12.50", 1250 KWD → "1.250". */
export function decimal(minorUnits: number | bigint, currency: string): string {
  const digits = currencyDigits(currency);
  const sign = minorUnits < 0 ? '-' : '';
  const padded = String(minorUnits)
    .replace('-', '')
    .padStart(digits + 1, '0');
  if (digits === 0) return sign + padded;
  return `${sign}${padded.slice(0, -digits)}.${padded.slice(-digits)}`;
}

/** Null when a number cannot store the amount exactly. */
export function safeAmount(amount: number | bigint): number | null {
  const number = Number(amount);
  return Number.isSafeInteger(number) ? number : null;
}

/** A sum in JSON: a number up to 2^53−1, its decimal digits beyond. */
export function jsonAmount(amount: bigint): number | string {
  return safeAmount(amount) ?? String(amount);
}

/**
 * Parses the output of `decimal`; undefined when the text is not an amount in that currency or is
 * too large.
 */
export function minorUnitsOf(text: string, currency: string): number | undefined {
  return isCurrency(currency) ? scaled(text, currencyDigits(currency)) : undefined;
}

/** A decimal string times 10^digits; undefined unless the result is a safe integer, 0 or more. */
export function scaled(text: string, digits: number): number | undefined {
  const [, whole = '', fraction = ''] = /^(\d+)(?:\.(\d+))?$/.exec(text) ?? [];
  if (whole === '' || fraction.length > digits) return undefined;
  const units = Number(whole + fraction.padEnd(digits, '0'));
  return Number.isSafeInteger(units) ? units : undefined;
}

/**
 * Splits `total` in proportion to `weights`; the parts sum to it exactly. Each part is rounded
 * down. The remaining units go, one each, to the parts with the largest remainders (the earlier of
 * equals first). Weights must not be negative, and one must be positive unless the total is 0.
 */
export function spread(total: number, weights: readonly number[]): number[] {
  if (total === 0) return weights.map(() => 0);
  const sum = weights.reduce((so, weight) => so + BigInt(weight), 0n);
  if (sum === 0n) throw new RangeError('An amount cannot be spread over nothing');
  const shares = weights.map((weight) => BigInt(total) * BigInt(weight));
  const parts = shares.map((share) => Number(share / sum));
  const left = total - parts.reduce((so, part) => so + part, 0);
  const byLoss = shares
    .map((share, index) => ({ index, lost: share % sum }))
    .sort((a, b) => (a.lost === b.lost ? a.index - b.index : a.lost > b.lost ? -1 : 1));
  for (const { index } of byLoss.slice(0, left)) parts[index] = (parts[index] ?? 0) + 1;
  return parts;
}

/** `amount` × `basisPoints` / 10,000, rounded to the nearest minor unit, half up. */
export function basisPointsOf(amount: number, basisPoints: number): number {
  return Number((BigInt(amount) * BigInt(basisPoints) + 5_000n) / 10_000n);
}
