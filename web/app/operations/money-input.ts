// An amount as somebody types it, and the minor units that the service takes.

/** Null for what is no amount or currency, or has more digits after the point than the currency. */
export function minorUnitsOf(typed: string, currency: string): number | null {
  const match = /^(\d{1,12})(?:[.,](\d+))?$/.exec(typed.trim());
  if (match === null || !/^[A-Z]{3}$/.test(currency)) return null;
  const digits = digitsOf(currency);
  const [, whole = '', fraction = ''] = match;
  if (fraction.length > digits) return null;
  return Number(whole + fraction.padEnd(digits, '0'));
}

function digitsOf(currency: string): number {
  const { maximumFractionDigits = 2 } = new Intl.NumberFormat('en', {
    style: 'currency',
    currency,
  }).resolvedOptions();
  return maximumFractionDigits;
}
