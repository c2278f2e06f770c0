// Reads the order export of Shopify: a row for each line of an order, of which the first one has
// the order's own columns. Names, addresses and e-mail addresses are never read.
// https://help.shopify.com/en/manual/fulfillment/managing-orders/exporting-orders
import { instantOf } from '../dates.js';
import { type NamedRow, namedRows } from '../named-rows.js';
import { amountIn, currencyIn, nameIn, skuIn, unitsIn, amountOf } from './order-texts.js';
import {
  type ForeignLine,
  type ForeignOrder,
  OrderProblem,
  type ReadOrder,
  reconciled,
} from './foreign-order.js';
import { byOrder, type ReadingOptions, readOrder } from './grouped-orders.js';

const required = [
  ...['Name', 'Financial Status', 'Currency', 'Subtotal', 'Shipping', 'Taxes', 'Total'],
  ...['Created at', 'Lineitem quantity', 'Lineitem name', 'Lineitem price'],
].map((name) => [name]);

/** What was paid once is sold, whatever was paid back. */
const PAID = ['paid', 'partially_refunded', 'refunded'];

/** @throws FileColumnsError, AmbiguousFileError, and the system's error */
export async function shopifyOrders(
  path: string,
  options: ReadingOptions,
): Promise<readonly ReadOrder[]> {
  const orders = await byOrder(namedRows(path, required), (row) => row.text('Name'));
  return [...orders].flatMap(([name, rows]) =>
    apart(rows).map((own) => readOrder(name, own, options, () => orderIn(name, own, options))),
  );
}

/**
 * Exports that were put together have an order twice, or orders of two shops with one name. Each
 * begins with a row that has its currency.
 */
function apart(rows: readonly NamedRow[]): readonly (readonly NamedRow[])[] {
  const heads = rows.flatMap((row, at) => (row.text('Currency') === '' ? [] : [at]));
  if (heads.length < 2) return [rows];
  return heads.map((at, n) => rows.slice(n === 0 ? 0 : at, heads[n + 1]));
}

function orderIn(
  name: string,
  rows: readonly NamedRow[],
  { timeZone }: ReadingOptions,
): Omit<ForeignOrder, 'rows'> {
  const head = rows.find((row) => row.text('Currency') !== '');
  if (head === undefined) {
    throw new OrderProblem('unreadable', 'the row with its total is not in the file');
  }
  demandPaid(head);
  const currency = currencyIn(head.text('Currency'));
  const goods = rows.flatMap((row) => lineIn(row, currency));
  const total = amountOf(head, currency, 'Total');
  const off = goods.reduce((sum, { subtotal }) => sum + subtotal, 0);
  const { lines, discount } = reconciled({
    currency,
    goods,
    charges: [
      {
        sku: 'SHIPPING',
        name: nameIn(`Shipping ${head.text('Shipping Method')}`, head.row),
        amount: amountOf(head, currency, 'Shipping'),
      },
      { sku: 'DUTIES', name: 'Duties', amount: amountOf(head, currency, 'Duties') },
    ],
    tax: amountOf(head, currency, 'Taxes'),
    // A free shipping code is part of the discount, but not of the difference to the subtotal.
    discounts: [
      amountOf(head, currency, 'Discount Amount'),
      off - amountOf(head, currency, 'Subtotal'),
    ],
    total,
  });
  const id = head.text('Id');
  return {
    number: name,
    key: id === '' ? name : id,
    at: instantIn(head, timeZone),
    currency,
    customerId: null,
    lines,
    discount: discount === 0 ? null : { code: head.text('Discount Code'), amount: discount },
    total,
    refunded: amountOf(head, currency, 'Refunded Amount'),
  };
}

function demandPaid(head: NamedRow): void {
  if (head.text('Cancelled at') !== '') throw new OrderProblem('cancelled', 'it was cancelled');
  const status = head.text('Financial Status').toLowerCase().replaceAll(/\W+/g, '_');
  if (status === 'voided') throw new OrderProblem('cancelled', 'its payment was voided');
  if (PAID.includes(status)) return;
  throw new OrderProblem('not paid', `its payment is ${status === '' ? 'not stated' : status}`);
}

function lineIn(row: NamedRow, currency: string): ForeignLine[] {
  const written = row.text('Lineitem quantity');
  if (written === '' && row.text('Lineitem name') === '') return [];
  const quantity = unitsIn(written, `row ${row.row}: Lineitem quantity`);
  // A line that was taken off the order before it was sent.
  if (quantity === 0) return [];
  const name = nameIn(row.text('Lineitem name'), row.row);
  const price = amountIn(row.text('Lineitem price'), currency, `row ${row.row}: Lineitem price`);
  const sku = skuIn(row.text('Lineitem sku'), name);
  return [{ sku, name: name === '' ? sku : name, quantity, subtotal: quantity * price }];
}

function instantIn(head: NamedRow, timeZone: string): number {
  const at = instantOf(head.text('Created at'), 'ymd', timeZone);
  if (at !== undefined) return at;
  const text = JSON.stringify(head.text('Created at'));
  throw new OrderProblem('unreadable', `row ${head.row}: Created at ${text} is not a time`);
}
