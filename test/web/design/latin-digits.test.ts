// What a typed quantity means, in the digits of any script.
import { expect, test } from '@jest/globals';
import { minorUnitsOf, scaledBy } from '../../../web/app/operations/money-input.ts';
import { latinDigits, wholeNumberIn } from '../../../web/design/latin-digits.ts';

test.each([
  ['0123456789', '0123456789'],
  ['٠١٢٣٤٥٦٧٨٩', '0123456789'],
  ['۰۱۲۳۴۵۶۷۸۹', '0123456789'],
  ['०१२३४५६७८९', '0123456789'],
  ['０１２３４５６７８９', '0123456789'],
  ['𝟎𝟗𝟘𝟡', '0909'],
  ['١٢٫٥', '12.5'],
  ['-1,5 a', '-1,5 a'],
])('%s are the digits %s', (typed, expected) => {
  expect(latinDigits(typed)).toBe(expected);
});

test.each([
  ['12', 12],
  [' 007 ', 7],
  ['٣', 3],
  ['１２', 12],
  ['', null],
  ['1.000', null],
  ['1,000', null],
  ['1e3', null],
  ['0x10', null],
  ['-1', null],
])('“%s” is the whole number %j', (typed, expected) => {
  expect(wholeNumberIn(typed)).toBe(expected);
});

test('an amount may be typed in them', () => {
  expect(minorUnitsOf('١٢٫٥', 'GBP')).toBe(1250);
});

test.each([
  ['12.5', 1250],
  [' 12,50 ', 1250],
  ['12.345', null],
  ['1e1', null],
  ['0x10', null],
  ['-0', null],
  ['', null],
])('“%s” is %j hundredths', (typed, expected) => {
  expect(scaledBy(2, typed)).toBe(expected);
});
