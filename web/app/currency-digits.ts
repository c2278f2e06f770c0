// How many digits the minor unit of a currency has, as the service counts it: by ISO 4217. The
// browser's own table follows CLDR, which gives HUF and IDR none.

/** The codes of all active currencies that have another number of digits than 2. */
const unusual: readonly (readonly [digits: number, codes: string])[] = [
  [0, 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'],
  [3, 'BHD IQD JOD KWD LYD OMR TND'],
  [4, 'CLF UYW'],
];

const digitsByCode: ReadonlyMap<string, number> = new Map(
  unusual.flatMap(([digits, codes]) => codes.split(' ').map((code) => [code, digits] as const)),
);

export const currencyDigits = (code: string): number => digitsByCode.get(code) ?? 2;
