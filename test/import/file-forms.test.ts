// The same month of invoices in the forms in which the public file is found: each is read to the
// same lines, and what can be read in two ways stops.
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type InvoiceLine, readLines } from '../../src/import/csv-lines.js';
import { dateOrderNamed } from '../../src/import/dates.js';
import { encodingNamed } from '../../src/import/encoding.js';
import type { AskedForm } from '../../src/import/file-form.js';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cartograph-forms-'));
});
afterEach(() => rm(folder, { recursive: true }));

const now = Date.UTC(2026, 0, 1);

async function linesOf(content: string | Buffer, form: AskedForm = {}): Promise<InvoiceLine[]> {
  const path = join(folder, 'lines.csv');
  await writeFile(path, content);
  const lines: InvoiceLine[] = [];
  for await (const read of readLines(path, { ...form, now })) {
    if ('line' in read) lines.push(read.line);
  }
  return lines;
}

const failureOf = async (content: string | Buffer, form: AskedForm = {}) =>
  String(await linesOf(content, form).catch((error: unknown) => error));

const header = 'InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country';
const plain = `${header}
536365,85123A,CAFÉ CRÈME,6,2010-12-01 08:26:00,2.55,17850.0,United Kingdom
536366,71053,LANTERN,1200,2010-12-23 16:05:00,1234.50,,EIRE
`;
const expected = [
  {
    invoice: '536365',
    sku: '85123A',
    name: 'CAFÉ CRÈME',
    quantity: 6,
    unitPrice: 255,
    at: Date.UTC(2010, 11, 1, 8, 26),
    customer: '17850',
  },
  {
    invoice: '536366',
    sku: '71053',
    name: 'LANTERN',
    quantity: 1_200,
    unitPrice: 123_450,
    at: Date.UTC(2010, 11, 23, 16, 5),
    customer: null,
  },
];

const withDates = (first: string, second: string) =>
  plain.replace('2010-12-01 08:26:00', first).replace('2010-12-23 16:05:00', second);
const separatedBy = (separator: string, text = plain) => text.replaceAll(',', separator);
const decimalCommas = plain
  .replaceAll(',', ';')
  .replace('2.55', '2,55')
  .replace('1234.50', '1.234,5')
  .replace('17850.0', '17850,0');
const utf16be = (text: string) => Buffer.from(text, 'utf16le').swap16();

describe('the same lines', () => {
  test.each<[string, string | Buffer]>([
    ['as they are', plain],
    ['with a byte order mark', `\uFEFF${plain}`],
    ['in Latin-1', Buffer.from(plain, 'latin1')],
    ['in UTF-16, little end first', Buffer.from(`\uFEFF${plain}`, 'utf16le')],
    ['in UTF-16, big end first', utf16be(`\uFEFF${plain}`)],
    ['in UTF-16 without a mark', Buffer.from(plain, 'utf16le')],
    ['gzipped under a plain name', gzipSync(plain)],
    ['with carriage returns', plain.replaceAll('\n', '\r\n')],
    ['between semicolons', separatedBy(';')],
    ['between tabs', separatedBy('\t')],
    ['with decimal commas', decimalCommas],
    ['with quoted decimal commas', plain.replace('2.55', '"2,55"').replace('1234.50', '"1234,5"')],
    ['with commas between thousands', plain.replace('1234.50', '"1,234.50"')],
    ['with pound signs', plain.replace('2.55', '£2.55').replace('1234.50', '£1234.50')],
    ['with quantities as decimals', plain.replace(',6,', ',6.0,').replace(',1200,', ',1200.0,')],
    [
      'as Online Retail II names its columns',
      plain.replace(
        header,
        'Invoice,StockCode,Description,Quantity,InvoiceDate,Price,Customer ID,Country',
      ),
    ],
    [
      'under names with blanks and in capitals',
      plain.replace(
        header,
        'INVOICE NO,Stock Code,description,QTY,Invoice Date,unit_price,Customer No,c',
      ),
    ],
    [
      'in another order',
      plain
        .split('\n')
        .map((row) => row.split(',').reverse().join(','))
        .join('\n'),
    ],
    ['with ISO dates with T', withDates('2010-12-01T08:26', '2010-12-23T16:05')],
    [
      'with fractions of a second and Z',
      withDates('2010-12-01T08:26:00.000Z', '2010-12-23T16:05:00Z'),
    ],
    ['with an offset', withDates('2010-12-01 10:26+02:00', '2010-12-23 17:05:00+0100')],
    ['with slashes after the year', withDates('2010/12/01 08:26', '2010/12/23 16:05')],
    ['with days first', withDates('01/12/2010 08:26', '23/12/2010 16:05')],
    ['with months first', withDates('12/1/2010 8:26', '12/23/2010 16:05')],
    ['with months first, years of two digits', withDates('12/1/10 8:26', '12/23/10 16:05')],
    ['with days first, years of two digits', withDates('1/12/10 8:26', '23/12/10 16:05')],
    ['with days first between dots', withDates('01.12.2010 08:26', '23.12.2010 16:05')],
    ['with days first between hyphens', withDates('01-12-2010 08:26', '23-12-2010 16:05')],
    ['with the twelve-hour clock', withDates('12/1/2010 8:26 AM', '12/23/2010 4:05:00 PM')],
    ['with named months', withDates('01-Dec-2010 08:26', '23 December 2010 16:05')],
  ])('%s', async (_form, content) => {
    expect(await linesOf(content)).toEqual(expected);
  });

  test('from a pipe, which can be read only once', async () => {
    const path = join(folder, 'pipe');
    const made = spawn('mkfifo', [path]);
    expect(await once(made, 'close')).toEqual([0, null]);
    const writing = writeFile(path, plain);
    const lines: unknown[] = [];
    for await (const read of readLines(path, { now })) lines.push(read);
    await writing;
    expect(lines).toEqual(expected.map((line) => ({ line })));
  });
});

test('Windows-1252 has more than Latin-1', async () => {
  const bytes = Buffer.from(plain.replace('CAFÉ CRÈME', 'PRICE \x80 5 \x96 \x93NEW\x94'), 'latin1');
  expect((await linesOf(bytes))[0]?.name).toBe('PRICE € 5 – “NEW”');
});

test('a sequence that is broken between two chunks of a file is one letter', async () => {
  for (const shift of [0, 1, 2, 3]) {
    const name = `${'x'.repeat(shift)}${'🏮'.repeat(40)}`;
    const rows = Array.from({ length: 900 }, (_, n) =>
      [536365, `SKU${n}`, name, 1, '2010-12-01 08:26:00', 1, '', 'UK'].join(','),
    );
    const lines = await linesOf([header, ...rows].join('\n'));
    expect(new Set(lines.map((line) => line.name))).toEqual(new Set([name]));
  }
});

describe('what can be read in two ways stops, and names the option that settles it', () => {
  const unclear = withDates('01/12/2010 08:26', '12/01/2010 16:05');
  const both = withDates('13/12/2010 08:26', '12/13/2010 16:05');
  const shortYears = withDates('10-12-01 08:26', '10-12-23 16:05');
  const mixed = Buffer.concat([
    Buffer.from(plain),
    Buffer.from(plain.split('\n')[1] ?? '', 'latin1'),
  ]);
  const thousands = separatedBy(';').replace('2.55', '2.550').replace('1234.50', '1.234');
  test.each<[string, string | Buffer, string]>([
    ['days and months', unclear, '--date-format'],
    ['days and months of two orders', both, '--date-format'],
    ['a year that may come first', shortYears, '--date-format'],
    ['two encodings', mixed, '--encoding'],
    ['thousands and decimals', thousands, '--decimal-mark'],
    ['points and commas', plain.replace('2.55', '"2,55"'), '--decimal-mark'],
    ['two columns of one name', plain.replace('Country', 'Unit Price'), 'two columns Unit'],
  ])('%s', async (_what, content, option) => {
    const failure = await failureOf(content);
    expect(failure).toMatch(/^AmbiguousFileError: \S+lines\.csv [^\n]+$/);
    expect(failure).toContain(option);
  });

  test('the option decides', async () => {
    const ats = async (order: 'dmy' | 'mdy') =>
      (await linesOf(unclear, { dateOrder: order })).map(({ at }) => at);
    expect(await ats('dmy')).toEqual([Date.UTC(2010, 11, 1, 8, 26), Date.UTC(2010, 0, 12, 16, 5)]);
    expect(await ats('mdy')).toEqual([Date.UTC(2010, 0, 12, 8, 26), Date.UTC(2010, 11, 1, 16, 5)]);
    expect(await linesOf(shortYears, { dateOrder: 'ymd' })).toEqual(expected);
    expect((await linesOf(mixed, { encoding: 'windows-1252' })).map(({ name }) => name)).toEqual([
      'CAFÃ‰ CRÃˆME',
      'LANTERN',
      'CAFÉ CRÈME',
    ]);
    const cents = async (decimalMark: '.' | ',') =>
      (await linesOf(thousands, { decimalMark })).map(({ unitPrice }) => unitPrice);
    expect(await cents(',')).toEqual([255_000, 123_400]);
  });

  test('a day that is the month tells nothing, and need not', async () => {
    const [line] = await linesOf(withDates('11/11/2010 08:26', '12/12/2010 08:26'));
    expect(line?.at).toBe(Date.UTC(2010, 10, 11, 8, 26));
  });
});

describe('what cannot be believed stops', () => {
  test.each<[string, string | Buffer, AskedForm, RegExp]>([
    ['a date before 1990', withDates('1989-12-31 08:26', '2010-12-01 08:26'), {}, /1989.*1990/],
    ['a year of two centuries ago', withDates('1/12/1810 8:26', '23/12/2010 8:26'), {}, /1810/],
    ['a date in the future', withDates('2026-01-03 08:26', '2010-12-01 08:26'), {}, /future/],
    ['no line', plain.replaceAll(/2010-\S+ \S+?,/g, 'then,'), {}, /none of its 2 lines/],
    ['no UTF-8', Buffer.from(plain, 'latin1'), { encoding: 'utf-8' }, /is not utf-8/],
  ])('%s', async (_what, content, form, problem) => {
    const failure = await failureOf(content, form);
    expect(failure).toMatch(/^UnbelievableFileError: \S+lines\.csv[^\n]+$/);
    expect(failure).toMatch(problem);
  });
});

test.each([
  ['d/m/y', 'dmy'],
  ['DD/MM/YYYY', 'dmy'],
  ['%d/%m/%Y %H:%M', 'dmy'],
  ['dd.MM.yyyy HH:mm', 'dmy'],
  ['m/d/y', 'mdy'],
  ['M/d/yy H:mm', 'mdy'],
  ['mdy', 'mdy'],
  ['yyyy-MM-dd', 'ymd'],
  ['iso', 'ymd'],
  ['y/d/m', undefined],
  ['european', undefined],
  ['', undefined],
])('the date format %s is the order %s', (format, order) => {
  expect(dateOrderNamed(format)).toBe(order);
});

test.each([
  ['utf8', 'utf-8'],
  ['Latin-1', 'windows-1252'],
  ['iso-8859-1', 'windows-1252'],
  ['cp1252', 'windows-1252'],
  ['UTF-16LE', 'utf-16le'],
  ['rot13', undefined],
])('the encoding %s is %s', (name, encoding) => {
  expect(encodingNamed(name)).toBe(encoding);
});
