// The active currencies of ISO 4217 and the digits of their minor units, from a pinned copy of the
// list. Node's own table is not used: it follows CLDR, gives HUF and IDR no digits, and changes
// with Node.
import currencyCodes from 'currency-codes';

/**
 * The list gives these no minor unit: precious metals, units of account, the test code and "no
 * currency".
 */
const withoutMinorUnit = /^X(A[GU]|B[A-D]|DR|P[DT]|SU|TS|UA|XX)$/;

/** Changes of ISO 4217 since that copy (amendment 176). */
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

/** GBP 2, JPY 0, KWD 3. An old log may contain a currency that has left the list; it gets 2. */
export function currencyDigits(code: string): number {
  return digitsByCode.get(code) ?? 2;
}

export function currencies(): string[] {
  return [...digitsByCode.keys()];
}
