// The order book finds what an order did twice, or not at all.
import { expect, test } from '@jest/globals';
import { OrderBook } from './order-book.js';

const orderId = 'one';

/** `stream type`, with the data that the book looks at. */
type Told = readonly [told: string, data?: Readonly<Record<string, unknown>>];

const placed: Told = ['order-one OrderPlaced', { total: 900 }];
const left: Told = ['cart-one CartCheckedOut'];
const held: Told = ['inventory-MUG StockReserved', { attemptId: null }];
const reserved: Told = ['order-one InventoryReserved'];
const paid: Told = ['order-one PaymentReceived'];
const declined: Told = ['order-one PaymentDeclined'];
const cancelled: Told = ['order-one OrderCancelled'];
const released: Told = ['inventory-MUG StockReleased', { attemptId: null }];
const asked: Told = ['order-one RefundRequested'];
const refunded: Told = ['order-one OrderRefunded', { amount: 900 }];
const bought = [left, placed, held, reserved, paid];

function bookOf(told: readonly Told[]): OrderBook {
  const book = new OrderBook();
  for (const [index, [words, data]] of told.entries()) {
    const [stream = '', type = ''] = words.split(' ');
    book.note({ id: String(index), stream, type, data: { orderId, ...data } });
  }
  return book;
}

test.each<readonly [string, readonly Told[]]>([
  ['paid', bought],
  ['declined', [left, placed, held, reserved, declined, cancelled, released]],
  ['refunded', [...bought, cancelled, asked, released, refunded]],
  ['shipped', [...bought, ['order-one OrderShipped'], ['inventory-MUG StockShipped']]],
  ['held by a checkout that died', [[held[0], { attemptId: 'a' }], ...bought]],
])('an order that is %s is at rest, and without a fault', (_what, told) => {
  const { stuck, all } = bookOf(told);
  expect([stuck, all.flatMap(({ faults }) => faults)]).toEqual([[], []]);
});

test.each<readonly [string, readonly Told[]]>([
  ['without an order', [left]],
  ['that is not paid', [left, placed, held, reserved]],
  ['that keeps its units', [left, placed, held, reserved, declined, cancelled]],
  ['that waits for its refund', [...bought, cancelled, asked, released]],
])('a checkout %s is stuck', (_what, told) => {
  expect(bookOf(told).stuck).toEqual([expect.stringContaining(orderId)]);
});

test.each<readonly [string, readonly Told[], string]>([
  ['paid twice', [...bought, paid], 'PaymentReceived 2 times'],
  ['reserved twice', [...bought, held], 'inventory-MUG: 2 taken, 0 ended'],
  ['released twice', [...bought, released, released], 'inventory-MUG: 1 taken, 2 ended'],
  ['paid and declined', [...bought, declined], 'paid and declined'],
  ['cancelled and not refunded', [...bought, cancelled], 'refunded 0, due 900'],
  ['refunded twice', [...bought, cancelled, refunded, refunded], 'refunded 1800, due 900'],
])('an order that is %s is found', (_what, told, fault) => {
  expect(bookOf(told).all.flatMap(({ faults }) => faults)).toContain(fault);
});
