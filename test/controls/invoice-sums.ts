// Sums the lines of an invoice file by itself: it shares no code with the import or the reports.
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

export interface InvoiceSums {
  readonly orders: number;
  readonly units: number;
  readonly pence: bigint;
}

interface InvoiceLine {
  readonly invoice: string;
  readonly sku: string;
  readonly quantity: number;
  readonly pence: bigint;
  /** As the shop's clock showed it: 2010-12-01 08:26:00. */
  readonly date: string;
}

const ORDINARY_FIELD = /"((?:[^"]|"")*)"|([^,]*)/y;

function fieldsOf(line: string): readonly string[] {
  const fields: string[] = [];
  for (let at = 0; at <= line.length; at = ORDINARY_FIELD.lastIndex + 1) {
    ORDINARY_FIELD.lastIndex = at;
    const [, quoted, plain = ''] = ORDINARY_FIELD.exec(line) ?? [];
    fields.push(quoted?.replaceAll('""', '"') ?? plain);
  }
  return fields;
}

function penceOf(price: string): bigint {
  const [whole = '0', fraction = ''] = price.split('.');
  if (/[1-9]/.test(fraction.slice(2))) throw new RangeError(`${price} is no whole number of pence`);
  return BigInt(whole + fraction.slice(0, 2).padEnd(2, '0'));
}

/** The sold lines: no cancelled invoices, nothing returned, nothing free. */
export function soldLines(gzippedFile: URL): readonly InvoiceLine[] {
  const [, ...rows] = gunzipSync(readFileSync(gzippedFile)).toString().trim().split(/\r?\n/);
  return rows.flatMap((row) => {
    const [invoice = '', sku = '', , quantity = '', date = '', price = ''] = fieldsOf(row);
    const isSold = !/^c/i.test(invoice) && Number(quantity) > 0 && Number(price) > 0;
    if (!isSold) return [];
    const units = Number(quantity);
    return [{ invoice, sku, quantity: units, date, pence: penceOf(price) * BigInt(units) }];
  });
}

/** Summed by what `keyOf` says of a line; an order counts once for each key. */
export function sumsBy(
  lines: readonly InvoiceLine[],
  keyOf: (line: InvoiceLine) => string,
): ReadonlyMap<string, InvoiceSums> {
  const sums = new Map<string, InvoiceSums>();
  const counted = new Set<string>();
  for (const line of lines) {
    const key = keyOf(line);
    const so = sums.get(key) ?? { orders: 0, units: 0, pence: 0n };
    const order = JSON.stringify([key, line.invoice]);
    sums.set(key, {
      orders: so.orders + (counted.has(order) ? 0 : 1),
      units: so.units + line.quantity,
      pence: so.pence + line.pence,
    });
    counted.add(order);
  }
  return sums;
}
