// Reads the order exports of WooCommerce's own extensions: of Customer/Order/Coupon Export, with an
// order or an item in a row, and of Import Export Suite, with a column for each item.
// https://woocommerce.com/document/ordercustomer-csv-export/
// https://woocommerce.com/document/import-and-export-of-woocommerce-orders/
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
import { itemsIn, type WooItem } from './woo-items.js';

const id = ['order_id', 'id'];
const number = ['order_number_formatted', 'order_number'];
const date = ['order_date', 'date', 'date_created'];
const currencyNames = ['order_currency', 'currency'];
const total = ['order_total', 'total'];
const discountNames = ['discount_total', 'cart_discount', 'discount'];
const required = [id, date, ['status', 'order_status'], currencyNames, total];

/** The money of these orders is taken. */
const PAID = ['completed', 'processing', 'refunded'];
const CANCELLED = ['cancelled', 'failed', 'trash'];

/** @throws FileColumnsError, AmbiguousFileError, and the system's error */
export async function wooOrders(
  path: string,
  options: ReadingOptions,
): Promise<readonly ReadOrder[]> {
  const orders = await byOrder(namedRows(path, required), (row) => row.text(...id));
  return [...orders].map(([key, rows]) => {
    const shown = rows[0]?.text(...number) ?? '';
    return readOrder(shown === '' ? key : shown, rows, options, () => orderIn(key, rows, options));
  });
}

function orderIn(
  key: string,
  rows: readonly NamedRow[],
  options: ReadingOptions,
): Omit<ForeignOrder, 'rows'> {
  const [head] = rows;
  if (head === undefined || key === '') throw new OrderProblem('unreadable', 'it has no order_id');
  const status = demandPaid(head);
  const currency = currencyIn(head.text(...currencyNames));
  const goods = itemsIn(rows).map((item) => lineIn(item, currency));
  if (goods.length === 0) throw new OrderProblem('unreadable', 'none of its items is in the file');
  const paid = amountOf(head, currency, ...total);
  const { lines, discount } = reconciledIn(head, currency, goods, paid);
  const shown = head.text(...number);
  const customer = head.text('customer_id', 'customer_user');
  return {
    number: shown === '' ? key : shown,
    key,
    at: instantIn(head, options),
    currency,
    // Another shop's numbers are not the subjects of this shop's tokens.
    customerId: /^[1-9]\d{0,18}$/.test(customer) ? `woocommerce/${customer}` : null,
    lines,
    discount: discount === 0 ? null : { code: couponCodeIn(head), amount: discount },
    total: paid,
    refunded: refundedIn(head, status, currency, paid),
  };
}

function demandPaid(head: NamedRow): string {
  const status = head
    .text('status', 'order_status')
    .toLowerCase()
    .replace(/^wc-/, '')
    .replaceAll(/\W+/g, '-');
  if (CANCELLED.includes(status)) throw new OrderProblem('cancelled', `it is ${status}`);
  if (PAID.includes(status)) return status;
  throw new OrderProblem('not paid', `it is ${status === '' ? 'without a status' : status}`);
}

/** An order in status refunded was paid back whole where the export has no amount. */
function refundedIn(head: NamedRow, status: string, currency: string, paid: number): number {
  const text = head.text('refunded_total', 'order_refund', 'total_refunded').replace(/^-/, '');
  if (text === '' && status === 'refunded') return paid;
  return amountIn(text, currency, `row ${head.row}: refunded_total`);
}

function reconciledIn(
  head: NamedRow,
  currency: string,
  goods: readonly (ForeignLine & { readonly total: number | null })[],
  paid: number,
) {
  const amount = (...names: readonly string[]) => amountOf(head, currency, ...names);
  const method = nameIn(`Shipping ${head.text('shipping_method')}`, head.row);
  const taxes = amount('tax_total', 'total_tax');
  const besides = amount('shipping_tax_total') + amount('fee_tax_total');
  const ofLines = goods.reduce(
    (sum, line) => sum + line.subtotal - (line.total ?? line.subtotal),
    0,
  );
  const money = {
    currency,
    goods: goods.map(({ sku, name, quantity, subtotal }) => ({ sku, name, quantity, subtotal })),
    charges: [
      { sku: 'SHIPPING', name: method, amount: amount('shipping_total') },
      { sku: 'FEE', name: 'Fee', amount: amount('fee_total') },
    ],
    discounts: [ofLines, amount(...discountNames)],
    total: paid,
  };
  // Some versions count the tax of shipping and fees in tax_total, and some beside it.
  try {
    return reconciled({ ...money, tax: taxes });
  } catch (error) {
    if (besides === 0 || !(error instanceof OrderProblem)) throw error;
    return reconciled({ ...money, tax: taxes + besides });
  }
}

function lineIn(item: WooItem, currency: string): ForeignLine & { readonly total: number | null } {
  const where = `row ${item.row}:`;
  const quantity = unitsIn(item.quantity, `${where} quantity`);
  if (quantity === 0) throw new OrderProblem('unreadable', `${where} an item has no units`);
  const name = nameIn(item.name, item.row);
  const sku = skuIn(item.sku, name);
  const sold = item.total === '' ? null : amountIn(item.total, currency, `${where} total`);
  if (item.subtotal === '' && sold === null) {
    throw new OrderProblem('unreadable', `${where} ${JSON.stringify(name)} has no price`);
  }
  const subtotal =
    item.subtotal === '' ? (sold ?? 0) : amountIn(item.subtotal, currency, `${where} subtotal`);
  return { sku, name: name === '' ? sku : name, quantity, subtotal, total: sold };
}

function couponCodeIn(head: NamedRow): string {
  const text = head.text('coupon_items', 'coupons');
  return /(?:^|\|)code:([^|;]*)/.exec(text)?.[1]?.trim() ?? text.split(/[|;,]/)[0]?.trim() ?? '';
}

function instantIn(head: NamedRow, { timeZone, dateOrder }: ReadingOptions): number {
  const at = instantOf(head.text(...date), dateOrder, timeZone);
  if (at !== undefined) return at;
  const text = JSON.stringify(head.text(...date));
  throw new OrderProblem('unreadable', `row ${head.row}: order_date ${text} is not a time`);
}
