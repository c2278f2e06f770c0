// Rows of UCI Online Retail CSV, plain or gzipped: each either a line that can be sold or the reason
// why it cannot. Nothing is dropped: every row of the file comes out.
import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { CsvError, parse } from 'csv-parse';
import { instantOf } from './uk-time.js';

export interface InvoiceLine {
  readonly invoice: string;
  readonly sku: string;
  readonly name: string;
  readonly quantity: number;
  /** In pence. */
  readonly unitPrice: number;
  /** In milliseconds since 1970. */
  readonly at: number;
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

/** The file is not this kind of CSV at all; the message is one line that begins with its path. */
export class NotOnlineRetailError extends Error {
  override readonly name = 'NotOnlineRetailError';
}

type RowValues = Partial<Record<string, string>>;

/** A quote that is never closed must not take the rest of a large file into memory. */
const MAX_ROW_BYTES = 1024 * 1024;

/** @throws NotOnlineRetailError, and the system's error for a file that cannot be opened */
export async function* readLines(path: string): AsyncIterable<ReadLine> {
  const file = createReadStream(path);
  const text = path.endsWith('.gz') ? file.pipe(createGunzip()) : file;
  const seen = { header: false };
  const parser = parse({
    bom: true,
    columns: (header: string[]) => {
      seen.header = true;
      return checkedHeader(path, header);
    },
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    max_record_size: MAX_ROW_BYTES,
  });
  const fail = (error: Error) => parser.destroy(error);
  file.on('error', fail);
  text.on('error', fail);
  text.pipe(parser);
  try {
    for await (const row of parser) yield readLine(row as RowValues);
  } catch (error) {
    throw readError(path, error);
  } finally {
    file.destroy();
  }
  if (!seen.header) throw new NotOnlineRetailError(`${path} is empty`);
}

/** What is wrong with the content, in one line; anything else as it is. */
function readError(path: string, error: unknown): unknown {
  if (error instanceof CsvError) {
    return new NotOnlineRetailError(`${path} is not CSV: ${error.message}`, { cause: error });
  }
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : '';
  if (String(code).startsWith('Z_')) {
    return new NotOnlineRetailError(`${path} is damaged, or not gzip`, { cause: error });
  }
  if (code === 'EISDIR') return new NotOnlineRetailError(`${path} is a folder`, { cause: error });
  return error;
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
const CUSTOMER = /^\w{0,64}$/;
// Control and formatting characters name no product.
const SKU = /^\P{C}{1,64}$/u;
const MAX_NAME = 200;

export function readLine(row: RowValues): ReadLine {
  const text = (column: (typeof COLUMNS)[number]) => row[column]?.trim() ?? '';
  const invoice = text('InvoiceNo');
  const sku = text('StockCode');
  const customer = text('CustomerID').replace(/\.0$/, '');
  const quantity = wholeNumber(text('Quantity'));
  const unitPrice = penceOf(text('UnitPrice'));
  const at = lineInstantOf(text('InvoiceDate'));
  if (!INVOICE.test(invoice) || !SKU.test(sku) || !CUSTOMER.test(customer)) return unparsable;
  if (quantity === undefined || unitPrice === undefined || at === undefined) return unparsable;
  if (/^c/i.test(invoice)) return { skipped: 'cancellation' };
  if (quantity <= 0) return { skipped: 'non-positive quantity' };
  if (unitPrice <= 0) return { skipped: 'zero price' };
  const name = shortened(text('Description')) || sku;
  return { line: { invoice, sku, name, quantity, unitPrice, at, customer: customer || null } };
}

const unparsable: ReadLine = { skipped: 'unparsable' };

/** Cut between characters, never inside one. */
function shortened(name: string): string {
  return name.slice(0, MAX_NAME).replace(/[\uD800-\uDBFF]$/, '');
}

let lastDate = '';
let lastInstant: number | undefined;

/** Lines of one invoice follow each other and have its time; reading a time is slow. */
function lineInstantOf(date: string): number | undefined {
  if (date !== lastDate) lastInstant = instantOf(date);
  lastDate = date;
  return lastInstant;
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
