// How many digits each active currency of ISO 4217 has, whatever Node's own data says.
import { expect, test } from '@jest/globals';
import { currencies, currencyDigits, isCurrency } from '../../src/domain/currencies.js';
import { decimal, minorUnitsOf } from '../../src/domain/money.js';

const digits: Readonly<Record<number, string>> = {
  0: 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF',
  2: `AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF
    CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD
    GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL
    MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR
    PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP
    TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG`,
  3: 'BHD IQD JOD KWD LYD OMR TND',
  4: 'CLF UYW',
};
const active = Object.entries(digits).flatMap(([count, codes]) =>
  codes.split(/\s+/).map((code) => [code, Number(count)] as const),
);
/** Withdrawn lately: carts of earlier years may hold them. */
const withdrawn = ['ANG', 'BGN', 'CUC'];

test.each(active)('%s has %d', (code, count) => {
  expect([isCurrency(code), currencyDigits(code)]).toEqual([true, count]);
  expect(decimal(12_345, code).split('.')[1]?.length ?? 0).toBe(count);
  expect(minorUnitsOf(decimal(12_345, code), code)).toBe(12_345);
});

test('there are no others but those that were withdrawn lately', () => {
  const known = new Set([...active.map(([code]) => code), ...withdrawn]);
  expect(currencies().filter((code) => !known.has(code))).toEqual([]);
});

test.each(['XAU', 'XAG', 'XDR', 'XTS', 'XXX', 'DEM', 'gbp', 'GB', ''])('%s is none', (code) => {
  expect(isCurrency(code)).toBe(false);
});

test('a currency that only an old log holds is shown with two digits', () => {
  expect(decimal(1_250, 'HRK')).toBe('12.50');
});
