import { describe, expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readLine, type ReadLine, readLines } from '../../src/import/csv-lines.js';
import { NotOnlineRetailError } from '../../src/import/file-errors.js';
import { derivePriceList } from '../../src/import/price-list.js';
import { instantOf } from '../../src/import/dates.js';

const data = (name: string) =>
  fileURLToPath(new URL(`../../data/online-retail/${name}`, import.meta.url));

type Row = Partial<Record<string, string>>;
const row: Row = {
  InvoiceNo: '536365',
  StockCode: '85123A',
  Description: ' WHITE HANGING HEART ',
  Quantity: '6',
  InvoiceDate: '2010-12-01 08:26:00',
  UnitPrice: '2.55',
  CustomerID: '17850.0',
};

const read = (change: Row) =>
  readLine(
    Object.values({ ...row, ...change }).map((text) => text ?? ''),
    {
      columns: { invoice: 0, sku: 1, name: 2, quantity: 3, date: 4, price: 5, customer: 6 },
      dateOrder: 'dmy',
      decimalMark: '.',
      now: Date.UTC(2026, 0, 1),
    },
  );

describe('a line of an invoice', () => {
  test('is read to the penny', () => {
    expect(read({})).toEqual({
      line: {
        invoice: '536365',
        sku: '85123A',
        name: 'WHITE HANGING HEART',
        quantity: 6,
        unitPrice: 255,
        at: Date.UTC(2010, 11, 1, 8, 26),
        customer: '17850',
      },
    });
  });

  test.each([
    ['a cancellation', { InvoiceNo: 'C536379', Quantity: '-1' }, 'cancellation'],
    ['a negative quantity', { Quantity: '-10' }, 'non-positive quantity'],
    ['no quantity', { Quantity: '0' }, 'non-positive quantity'],
    ['no price', { UnitPrice: '0.00' }, 'zero price'],
    ['a negative price', { UnitPrice: '-11.95' }, 'zero price'],
    ['half a unit', { Quantity: '1.5' }, 'unparsable'],
    ['a fraction of a penny', { UnitPrice: '0.001' }, 'unparsable'],
    ['words for a price', { UnitPrice: 'free' }, 'unparsable'],
    ['no stock code', { StockCode: ' ' }, 'unparsable'],
    ['no invoice', { InvoiceNo: '' }, 'unparsable'],
    ['no date', { InvoiceDate: 'yesterday' }, 'unparsable'],
    ['a thirteenth month', { InvoiceDate: '2010-13-01 08:26:00' }, 'unparsable'],
    ['a stock code that does not print', { StockCode: 'A\u0000' }, 'unparsable'],
    ['a name with a control character', { Description: 'LAMP\u0007' }, 'unparsable'],
    ['a name that turns the text around', { Description: 'A\u202eLAMP' }, 'unparsable'],
    ['a stock code that is too long', { StockCode: 'A'.repeat(65) }, 'unparsable'],
    ['a customer who is a sentence', { CustomerID: 'the same as ever' }, 'unparsable'],
    ['missing columns', { UnitPrice: undefined }, 'unparsable'],
  ])('%s is skipped and says why', (_what, change, reason) => {
    expect(read(change)).toEqual({ skipped: reason });
  });

  test.each([
    ['0.1', 10],
    ['12', 1_200],
    ['13541.330', 1_354_133],
  ])('%s pounds are %d pence', (UnitPrice, pence) => {
    expect(read({ UnitPrice })).toMatchObject({ line: { unitPrice: pence } });
  });
});

test('a stock code has one spelling', () => {
  const codes = ['CAF\u00c9 1', 'CAFE\u0301\u00a01'].map((StockCode) => read({ StockCode }));
  for (const read of codes) expect(read).toMatchObject({ line: { sku: 'CAF\u00c9 1' } });
});

test('a long name is cut between characters', () => {
  expect(read({ Description: `${'x'.repeat(199)}🏮🏮` })).toMatchObject({
    line: { name: 'x'.repeat(199) },
  });
});

describe('the shop clock', () => {
  test('shows Greenwich time in winter and an hour more in summer', () => {
    expect(instantOf('2010-12-01 08:26:00', 'dmy')).toBe(Date.UTC(2010, 11, 1, 8, 26));
    expect(instantOf('2011-07-01 08:26:00', 'dmy')).toBe(Date.UTC(2011, 6, 1, 7, 26));
    expect(instantOf('12/1/2010 8:26', 'mdy')).toBe(Date.UTC(2010, 11, 1, 8, 26));
    expect(instantOf('2010-13-01 08:26:00', 'dmy')).toBeUndefined();
  });
});

describe('a file', () => {
  async function linesOf(content: string | Buffer, name = 'lines.csv') {
    const folder = await mkdtemp(join(tmpdir(), 'cartograph-csv-'));
    const path = join(folder, name);
    await writeFile(path, content);
    try {
      const lines: ReadLine[] = [];
      for await (const line of readLines(path)) lines.push(line);
      return lines;
    } finally {
      await rm(folder, { recursive: true });
    }
  }
  const header =
    'InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country';

  test('with a byte order mark, carriage returns and quoted line breaks', async () => {
    const lines = await linesOf(
      `\uFEFF${header}\r\n536365,A,"TWO\nLINES, ONE NAME",1,2010-12-01 08:26:00,1.00,,UK\r\n`,
    );
    expect(lines).toMatchObject([{ line: { name: 'TWO LINES, ONE NAME', customer: null } }]);
  });

  const line = '536365,A,NAME,1,2010-12-01 08:26:00,1.00,,UK\n';

  test.each<[string, string | Buffer]>([
    ['is something else', 'a,b,c\n1,2,3\n'],
    ['is empty', ''],
    ['is binary', randomBytes(100_000)],
    ['opens a quote that it does not close', `${header}\n536365,A,"NAME,1\n${line}`],
    ['has a field of megabytes', `${header}\n536365,A,${'x'.repeat(2_000_000)},1\n${line}`],
  ])('that %s is refused in one line that begins with its path', async (_what, content) => {
    const failure = await linesOf(content).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(NotOnlineRetailError);
    expect(String(failure)).toMatch(/^NotOnlineRetailError: \S+lines\.csv .+$/);
  });

  test('with garbage below a good header is counted, and its good lines are kept', async () => {
    // No quotes: they would open a field that takes in what follows.
    const garbage = randomBytes(50_000).map((byte) => (byte === 0x22 ? 0x21 : byte));
    const lines = await linesOf(Buffer.concat([Buffer.from(`${header}\n${line}`), garbage]));
    expect(lines.length).toBeGreaterThan(10);
    expect(lines.filter((read) => 'line' in read)).toHaveLength(1);
    expect(new Set(lines.slice(1).map((read) => JSON.stringify(read)))).toEqual(
      new Set(['{"skipped":"unparsable"}']),
    );
  });

  test.each<[string, (month: Buffer) => Buffer]>([
    ['ends in the middle', (month) => month.subarray(0, 50_000)],
    ['is not gzip', () => Buffer.from(line)],
  ])('that is to be gzip and %s is refused', async (_what, spoil) => {
    const content = spoil(await readFile(data('2010-12.csv.gz')));
    await expect(linesOf(content, 'lines.csv.gz')).rejects.toThrow(NotOnlineRetailError);
  });

  test('that is a folder, or is not there, is said to be so', async () => {
    const read = async (path: string) => {
      for await (const found of readLines(path)) throw new Error(JSON.stringify(found));
    };
    await expect(read(tmpdir())).rejects.toThrow(`${tmpdir()} is a folder`);
    await expect(read(join(tmpdir(), 'no-such-file.csv'))).rejects.toThrow('ENOENT');
  });

  test('of the month gives the price list that the shop is seeded with', async () => {
    const committed: unknown = JSON.parse(await readFile(data('price-list.json'), 'utf8'));
    expect(await derivePriceList(data('2010-12.csv.gz'))).toEqual(committed);
  });
});
