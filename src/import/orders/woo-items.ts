// The items of a WooCommerce order, in each of the ways in which its exports write them: a row for
// each item, a column for each item, or all items in one column, as fields or as JSON.
import type { NamedRow } from '../named-rows.js';
import { OrderProblem } from './foreign-order.js';

/** As it is written. */
export interface WooItem {
  readonly name: string;
  readonly sku: string;
  readonly quantity: string;
  /** Before discounts, without tax; empty where it is not stated. */
  readonly subtotal: string;
  /** After discounts, without tax; empty where it is not stated. */
  readonly total: string;
  readonly row: number;
}

type Fields = ReadonlyMap<string, string>;

/** A name may hold the signs that divide fields, so only these names begin a field. */
const FIELD = [
  ...['id', 'name', 'product_id', 'variation_id', 'sku', 'quantity', 'qty', 'price', 'subtotal'],
  ...['sub_total', 'subtotal_tax', 'sub_total_tax', 'total', 'total_tax', 'refunded'],
  ...['refunded_qty', 'meta', 'tax', 'tax_class', 'tax_data', 'taxes', 'item_id'],
].join('|');
const BETWEEN_FIELDS = new RegExp(`\\|(?=(?:${FIELD}):)`);
const BETWEEN_ITEMS = /;(?=(?:id|name):)/;

/** @throws OrderProblem for JSON that is none */
export function itemsIn(rows: readonly NamedRow[]): WooItem[] {
  return rows.flatMap((row) => {
    if (row.text('item_name', 'item_sku') !== '') return [ofRow(row)];
    return [row.text('line_items'), ...row.texts(/^lineitem\d+$/)]
      .filter((text) => text !== '')
      .flatMap((text) => fieldsOf(text, row.row))
      .map((fields) => ofFields(fields, row.row));
  });
}

function ofRow(row: NamedRow): WooItem {
  return {
    name: row.text('item_name'),
    sku: row.text('item_sku'),
    quantity: row.text('item_quantity', 'item_qty'),
    subtotal: row.text('item_subtotal'),
    total: row.text('item_total'),
    row: row.row,
  };
}

function ofFields(fields: Fields, row: number): WooItem {
  const first = (...names: readonly string[]) =>
    names.map((name) => fields.get(name)?.trim() ?? '').find((text) => text !== '') ?? '';
  return {
    name: first('name'),
    sku: first('sku'),
    quantity: first('quantity', 'qty'),
    subtotal: first('subtotal', 'sub_total'),
    total: first('total'),
    row,
  };
}

function fieldsOf(text: string, row: number): Fields[] {
  if (text.startsWith('[')) return jsonFieldsOf(text, row);
  return text.split(BETWEEN_ITEMS).map(
    (item) =>
      new Map(
        item.split(BETWEEN_FIELDS).map((field): [string, string] => {
          const at = field.indexOf(':');
          return [field.slice(0, at).trim(), field.slice(at + 1)];
        }),
      ),
  );
}

function jsonFieldsOf(text: string, row: number): Fields[] {
  let items: unknown;
  try {
    items = JSON.parse(text);
  } catch {
    throw new OrderProblem('unreadable', `row ${row}: line_items is not JSON`);
  }
  const known = Array.isArray(items) ? (items as unknown[]) : [];
  return known
    .filter((item) => typeof item === 'object' && item !== null)
    .map((item) => {
      const values = Object.entries(item as Readonly<Record<string, unknown>>);
      return new Map(
        values.map(([name, value]) => [
          name,
          typeof value === 'string' || typeof value === 'number' ? String(value) : '',
        ]),
      );
    });
}
