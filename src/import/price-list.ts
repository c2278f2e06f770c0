// Derives a price list from a month of invoices: each stock code with its last price.
import { readLines } from './csv-lines.js';

export interface PricedProduct {
  readonly sku: string;
  readonly name: string;
  readonly pence: number;
}

/** In the order of sku. The file's lines are in the order of time. */
export async function derivePriceList(path: string): Promise<PricedProduct[]> {
  const products = new Map<string, PricedProduct>();
  for await (const read of readLines(path)) {
    if ('skipped' in read) continue;
    const { sku, name, unitPrice: pence } = read.line;
    products.set(sku, { sku, name, pence });
  }
  return [...products.values()].sort((a, b) => (a.sku < b.sku ? -1 : 1));
}
