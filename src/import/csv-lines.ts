// Rows of UCI Online Retail CSV, plain or gzipped: each either a line that can be sold or the reason
// why it cannot. Nothing is dropped: every row of the file comes out.
import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { parse } from 'csv-parse';

export interface InvoiceLine {
  readonly invoice: string;
  readonly sku: string;
  readonly name: string;
  readonly quantity: number;
  /** In pence. */
  readonly unitPrice: number;
  /** As it stands in the file: UK local time. */
  readonly date: string;
  readonly customer: string | null;
}

export type SkipReason = 'cancellation' | 'non-positive quantity' | 'zero price' | 'unparsable';

export type ReadLine = { readonly line: InvoiceLine } | { readonly skipped: SkipReason };

const COLUMNS = [
  'InvoiceNo',
  'StockCode',
  'Description',
  'Quantity',
  'InvoiceDate',
  'UnitPrice',
  'CustomerID',
] as const;

/** The file is not this kind of CSV at all. */
export class NotOnlineRetailError extends Error {
  override readonly name = 'NotOnlineRetailError';
}

type RowValues = Partial<Record<string, string>>;

/** @throws NotOnlineRetailError, and the system's error for a file that cannot be read */
export async function* readLines(path: string): AsyncIterable<ReadLine> {
  const file = createReadStream(path);
  const text = path.endsWith('.gz') ? file.pipe(createGunzip()) : file;
  const parser = parse({
    bom: true,
    columns: (header: string[]) => checkedHeader(path, header),
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
  });
  const fail = (error: Error) => parser.destroy(error);
  file.on('error', fail);
  text.on('error', fail);
  text.pipe(parser);
  try {
    for await (const row of parser) yield readLine(row as RowValues);
  } finally {
    file.destroy();
  }
}

function checkedHeader(path: string, header: string[]): string[] {
  const names = header.map((name) => name.trim());
  const missing = COLUMNS.filter((column) => !names.includes(column));
  if (missing.length > 0) {
    throw new NotOnlineRetailError(`${path} has no column ${missing.join(', ')}`);
  }
  return names;
}

const INVOICE = /^[A-Z]?\d{1,12}$/i;
const DATE = /^(\d{4}-\d{2}-\d{2} \d{2}:\d{2}(:\d{2})?|\d{1,2}\/\d{1,2}\/\d{2,4} \d{1,2}:\d{2})$/;
const MAX_SKU = 64;
const MAX_NAME = 200;

export function readLine(row: RowValues): ReadLine {
  const text = (column: (typeof COLUMNS)[number]) => row[column]?.trim() ?? '';
  const invoice = text('InvoiceNo');
  const sku = text('StockCode');
  const quantity = wholeNumber(text('Quantity'));
  const unitPrice = penceOf(text('UnitPrice'));
  const date = text('InvoiceDate');
  if (!INVOICE.test(invoice) || !DATE.test(date)) return { skipped: 'unparsable' };
  if (sku === '' || sku.length > MAX_SKU) return { skipped: 'unparsable' };
  if (quantity === undefined || unitPrice === undefined) return { skipped: 'unparsable' };
  if (/^c/i.test(invoice)) return { skipped: 'cancellation' };
  if (quantity <= 0) return { skipped: 'non-positive quantity' };
  if (unitPrice <= 0) return { skipped: 'zero price' };
  const name = text('Description').slice(0, MAX_NAME) || sku;
  const customer = text('CustomerID').replace(/\.0$/, '') || null;
  return { line: { invoice, sku, name, quantity, unitPrice, date, customer } };
}

function wholeNumber(text: string): number | undefined {
  return /^-?\d{1,9}$/.test(text) ? Number(text) : undefined;
}

/** Pounds as a decimal → pence, exactly; undefined for fractions of a penny. */
function penceOf(text: string): number | undefined {
  const [, sign, pounds, fraction = ''] = /^(-?)(\d{1,10})(?:\.(\d+))?$/.exec(text) ?? [];
  if (pounds === undefined || !/^\d{0,2}0*$/.test(fraction)) return undefined;
  const pence = Number(pounds) * 100 + Number(fraction.slice(0, 2).padEnd(2, '0'));
  return sign === '-' ? -pence : pence;
}
