// The active currencies of ISO 4217 and the digits of their minor units, from a pinned copy of its
// list. The platform's own table follows CLDR, which shows HUF or IDR without digits and changes
// with Node.
import currencyCodes from 'currency-codes';

/**
 * Precious metals, units of account, the test code and "no currency": the list gives them no minor
 * unit.
 */
const withoutMinorUnit = /^X(A[GU]|B[A-D]|DR|P[DT]|SU|TS|UA|XX)$/;

/** What ISO 4217 has changed since that copy (amendment 176). */
const since: readonly (readonly [string, number])[] = [['XCG', 2]];

const digitsByCode: ReadonlyMap<string, number> = new Map([
  ...currencyCodes.data
    .filter(({ code }) => !withoutMinorUnit.test(code))
    .map(({ code, digits }) => [code, digits] as const),
  ...since,
]);

export function isCurrency(code: string): boolean {
  return digitsByCode.has(code);
}

/** GBP 2, JPY 0, KWD 3; 2 for a currency that the list no longer has, which an old log may hold. */
export function currencyDigits(code: string): number {
  return digitsByCode.get(code) ?? 2;
}

export function currencies(): string[] {
  return [...digitsByCode.keys()];
}
