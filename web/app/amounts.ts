// Sums and differences of amounts of one currency, exact at any size: decimals are added as whole
// minor units.

export interface Amount {
  readonly decimal: string;
  readonly currency: string;
}

const digitsOf = (decimal: string): number => decimal.split('.')[1]?.length ?? 0;
const minorUnitsOf = (decimal: string): bigint => BigInt(decimal.replace('.', ''));

function decimalOf(minorUnits: bigint, digits: number): string {
  const sign = minorUnits < 0n ? '-' : '';
  const text = String(minorUnits < 0n ? -minorUnits : minorUnits).padStart(digits + 1, '0');
  if (digits === 0) return sign + text;
  return `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`;
}

export function sumOf(amounts: readonly Amount[], currency: string): Amount {
  const digits = digitsOf(amounts[0]?.decimal ?? '0');
  const sum = amounts.reduce((so, { decimal }) => so + minorUnitsOf(decimal), 0n);
  return { decimal: decimalOf(sum, digits), currency };
}

/** Rounded down to a minor unit; null when there is nothing to divide by. */
export function shareOf({ decimal, currency }: Amount, count: number): Amount | null {
  if (count === 0) return null;
  const share = minorUnitsOf(decimal) / BigInt(count);
  return { decimal: decimalOf(share, digitsOf(decimal)), currency };
}

/** What the first is more than the second. */
export function differenceOf(more: Amount, less: Amount): Amount {
  const difference = minorUnitsOf(more.decimal) - minorUnitsOf(less.decimal);
  return { decimal: decimalOf(difference, digitsOf(more.decimal)), currency: more.currency };
}
