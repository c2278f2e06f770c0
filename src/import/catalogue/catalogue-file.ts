// A catalogue file: CSV with a row for each product, or several for its prices. An empty cell and a
// missing column leave the product as it is; a hyphen takes away.
import type { SetProduct } from '../../domain/catalog/commands.js';
import {
  descriptionFault,
  imageUrlFault,
  nameFault,
  tagsFault,
} from '../../domain/catalog/product-text.js';
import { taxCategoryFault } from '../../domain/tax/rule.js';
import { spelledSku } from '../../domain/text.js';
import { currencyDigits, isCurrency } from '../../domain/currencies.js';
import { instantOf } from '../dates.js';
import { minorUnitsOf } from '../numbers.js';
import { type NamedRow, namedRows } from '../named-rows.js';

export const catalogueColumns = [
  ...['sku', 'name', 'description', 'tags', 'image_url'],
  ...['price', 'currency', 'price_from', 'on_sale', 'tax_category'],
] as const;

export type CatalogueChange = Omit<SetProduct, 'type' | 'at'>;

export interface CatalogueRow {
  /** In the file, from 1 for the header. */
  readonly row: number;
  readonly sku: string;
  /** The same as the file has it. */
  readonly written: string;
  /** What it asks for, or what is wrong with it. */
  readonly asked: CatalogueChange | { readonly fault: string };
}

const CLEAR = '-';
const SKU = /^[\p{L}\p{M}\p{N}\p{P}\p{S}\p{Zs}]{1,64}$/u;
const YES = ['yes', 'true', '1'];
const NO = ['no', 'false', '0'];

/** What is wrong with a row, in words. */
class CatalogueFault extends Error {
  override readonly name = 'CatalogueFault';
}

/** @throws FileColumnsError, AmbiguousFileError, UnbelievableFileError, and the system's error */
export async function readCatalogue(path: string): Promise<readonly CatalogueRow[]> {
  const rows: CatalogueRow[] = [];
  for await (const row of namedRows(path, [['sku']], catalogueColumns)) {
    const written = cell(row, 'sku');
    rows.push({ row: row.row, sku: spelledSku(written), written, asked: asked(row) });
  }
  return rows;
}

function asked(row: NamedRow): CatalogueRow['asked'] {
  try {
    return changeIn(row);
  } catch (error) {
    if (error instanceof CatalogueFault) return { fault: error.message };
    throw error;
  }
}

function changeIn(row: NamedRow): CatalogueChange {
  const sku = spelledSku(cell(row, 'sku'));
  if (!SKU.test(sku)) throw new CatalogueFault('sku must be 1 to 64 printable characters.');
  const price = priceIn(row);
  const from = row.text('price_from');
  if (from !== '' && price === undefined) throw new CatalogueFault('price_from needs a price.');
  return {
    sku,
    name: textIn(row, 'name', nameFault),
    description: clearableIn(row, 'description', descriptionFault),
    imageUrl: clearableIn(row, 'image_url', imageUrlFault),
    tags: tagsIn(row.text('tags')),
    taxCategory: clearableIn(row, 'tax_category', taxCategoryFault),
    price,
    holdsFrom: from === '' ? undefined : instantIn(from),
    listed: saleIn(row.text('on_sale').toLowerCase()),
  };
}

/** A spreadsheet shows a formula as text behind an apostrophe; so does the export. */
function cell(row: NamedRow, column: string): string {
  return row.text(column).replace(/^'(?='*[=+\-@])/, '');
}

function textIn(
  row: NamedRow,
  column: string,
  faultOf: (text: string) => string | undefined,
): string | undefined {
  const text = cell(row, column);
  return text === '' ? undefined : faultless(text, faultOf(text));
}

function clearableIn(
  row: NamedRow,
  column: string,
  faultOf: (text: string) => string | undefined,
): string | null | undefined {
  return row.text(column) === CLEAR ? null : textIn(row, column, faultOf);
}

function tagsIn(text: string): readonly string[] | undefined {
  if (text === '') return undefined;
  const tags = text === CLEAR ? [] : text.split(/[\s;,]+/).filter((tag) => tag !== '');
  return faultless(tags, tagsFault(tags));
}

function priceIn(row: NamedRow): CatalogueChange['price'] {
  const [text, currency] = [row.text('price'), row.text('currency').toUpperCase()];
  if (text === '') return undefined;
  if (!isCurrency(currency))
    throw new CatalogueFault('A price needs a currency of ISO 4217, such as GBP.');
  const minorUnits = minorUnitsOf(text, '.', currencyDigits(currency));
  if (minorUnits !== undefined && minorUnits >= 0) return { minorUnits, currency };
  throw new CatalogueFault(`price ${JSON.stringify(text)} is not an amount of ${currency}.`);
}

function instantIn(text: string): number {
  const at = instantOf(text, 'ymd', 'UTC');
  if (at !== undefined) return at;
  throw new CatalogueFault(
    'price_from must be an instant such as 2026-12-24 or 2026-12-24T08:00:00Z.',
  );
}

function saleIn(text: string): boolean | undefined {
  if (text === '') return undefined;
  if (YES.includes(text)) return true;
  if (NO.includes(text)) return false;
  throw new CatalogueFault('on_sale must be yes or no.');
}

function faultless<Value>(value: Value, fault: string | undefined): Value {
  if (fault !== undefined) throw new CatalogueFault(fault);
  return value;
}
