// Reads rows of UCI Online Retail CSV, plain or gzipped. Each becomes a sold line or a reason to
// skip it, and no row is dropped silently.
import { spelledSku, textFault } from '../domain/text.js';
import { type DateOrder, implausibility, instantOf } from './dates.js';
import { UnbelievableFileError } from './file-errors.js';
import { type AskedForm, type FileForm, formOf, rowsOf } from './file-form.js';
import { FileSource } from './file-source.js';
import { penceOf, wholeNumber } from './numbers.js';

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

/** How to parse a line; `now` in milliseconds since 1970. */
export type LineForm = Pick<FileForm, 'columns' | 'dateOrder' | 'decimalMark'> & {
  readonly now: number;
};

export interface CsvReadOptions extends AskedForm {
  /** Milliseconds since 1970; later dates are implausible. */
  readonly now?: number;
}

/**
 * @throws NotOnlineRetailError, AmbiguousFileError, UnbelievableFileError, and the system's error
 * for a file that cannot be read
 */
export async function* readLines(
  path: string,
  options: CsvReadOptions = {},
): AsyncIterable<ReadLine> {
  const source = await FileSource.open(path);
  const found = await formOf(source, options);
  const form = { ...found, now: options.now ?? Date.now() };
  let [rows, unparsable] = [0, 0];
  for await (const row of rowsOf(source, found)) {
    const read = lineIn(path, row, form);
    rows += 1;
    if ('skipped' in read && read.skipped === 'unparsable') unparsable += 1;
    yield read;
  }
  if (rows > 0 && rows === unparsable) {
    throw new UnbelievableFileError(`${path}: none of its ${rows} lines can be read`);
  }
}

function lineIn(path: string, row: readonly string[], form: LineForm): ReadLine {
  try {
    return readLine(row, form);
  } catch (error) {
    if (!(error instanceof ImplausibleDateError)) throw error;
    throw new UnbelievableFileError(`${path}: ${error.message}; nothing is imported`);
  }
}

class ImplausibleDateError extends Error {}

const INVOICE = /^[A-Z]?\d{1,12}$/i;
const CUSTOMER = /^\w{0,64}$/;
/** Texts that stand for a missing customer. */
const NO_CUSTOMER = /^(nan|null|none|n\/a)?$/i;
// Product codes have no control or formatting characters.
const SKU = /^\P{C}{1,64}$/u;
/** A quoted name may contain line breaks. */
const LINE_BREAKS = /[\t\r\n]+/g;
const MAX_NAME = 200;

/** @throws ImplausibleDateError */
export function readLine(row: readonly string[], form: LineForm): ReadLine {
  const { columns, dateOrder, decimalMark, now } = form;
  const text = (column: keyof FileForm['columns']) => row[columns[column]]?.trim() ?? '';
  const invoice = text('invoice');
  const sku = spelledSku(text('sku'));
  const written = text('name').replaceAll(LINE_BREAKS, ' ');
  const customer = text('customer')
    .replace(/[.,]0+$/, '')
    .replace(NO_CUSTOMER, '');
  const quantity = wholeNumber(text('quantity'), decimalMark);
  const unitPrice = penceOf(text('price'), decimalMark);
  const at = lineInstantOf(text('date'), dateOrder, now);
  if (!INVOICE.test(invoice) || !SKU.test(sku) || !CUSTOMER.test(customer)) return unparsable;
  if (quantity === undefined || unitPrice === undefined || at === undefined) return unparsable;
  if (textFault(written) !== undefined) return unparsable;
  if (/^c/i.test(invoice)) return { skipped: 'cancellation' };
  if (quantity <= 0) return { skipped: 'non-positive quantity' };
  if (unitPrice <= 0) return { skipped: 'zero price' };
  const name = shortened(written) || sku;
  return { line: { invoice, sku, name, quantity, unitPrice, at, customer: customer || null } };
}

const unparsable: ReadLine = { skipped: 'unparsable' };

/** Cuts between characters, never inside one. */
function shortened(name: string): string {
  return name.slice(0, MAX_NAME).replace(/[\uD800-\uDBFF]$/, '');
}

let last: { readonly key: string; readonly at: number | undefined } = { key: '', at: undefined };

/**
 * The lines of an invoice are adjacent and have the same time; parsing a time is slow, so the last
 * one is cached.
 */
function lineInstantOf(date: string, order: DateOrder, now: number): number | undefined {
  const key = `${order} ${date}`;
  if (key !== last.key) last = { key, at: instantOf(date, order) };
  const { at } = last;
  if (at === undefined) return undefined;
  const problem = implausibility(at, now);
  if (problem === undefined) return at;
  throw new ImplausibleDateError(`the date ${date} ${problem}`);
}
