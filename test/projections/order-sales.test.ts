// What an order sold, after everything that can still change what the shop earns by it.
import { describe, expect, test } from '@jest/globals';
import type { OrderTotalCorrected } from '../../src/domain/order/events.js';
import { orderSales } from '../../src/projections/order-sales.js';
import type { ShopEvent } from '../../src/projections/projection.js';
import { ORDER_ID, orderPlaced } from '../controls/cart.js';
import {
  cancelled,
  paid,
  placedInHistory,
  placedToPay,
  refunded,
  shipped,
} from '../controls/order.js';
import { NOON } from '../controls/recorded.js';
import { projecting } from '../given.js';
import { modelRun } from '../simulator/laws/model-run.js';

const rows = projecting(orderSales);
const order = (...events: readonly ShopEvent[]) =>
  rows.given(...events.map((event) => ({ subject: ORDER_ID, event })));

const corrected = (
  settlement: OrderTotalCorrected['data']['settlement'],
  previousTotal: number,
  correctedTotal: number,
): ShopEvent => ({
  type: 'OrderTotalCorrected',
  data: {
    orderId: ORDER_ID,
    reportId: 'report-1',
    currency: 'GBP',
    previousTotal,
    correctedTotal,
    settlement,
    reason: 'A reason',
    operator: 'ops',
    placedAt: NOON,
  },
});

describe('an order', () => {
  test('sold its lines, with its coupons, when it was placed', () => {
    const { type, data } = placedToPay(1_500);
    const line = { sku: 'MUG', name: 'Mug', quantity: 3, unitPrice: 600 };
    const lines = [{ ...line, subtotal: 1_800, discount: 300, total: 1_500 }];
    order({ type, data: { ...data, lines, discount: 300, coupons: ['TEN'] } }).thenRow(ORDER_ID, {
      currency: 'GBP',
      placed_at: NOON,
      paid: 0,
      cancelled: 0,
      discount: 300,
      total: 1_500,
      revenue: 1_500,
      lines: [['MUG', 'Mug', 3, 1_500]],
      coupons: ['TEN'],
    });
  });

  test('is paid when its payment arrives, or when it was paid outside of the shop', () => {
    order(placedToPay(1_500), paid(1_500)).thenRow(ORDER_ID, { paid: 1, revenue: 1_500 });
    order(placedInHistory(1_500)).thenRow(ORDER_ID, { paid: 1 });
  });

  test('earns nothing once it is cancelled', () => {
    order(placedToPay(1_500), cancelled(1_500)).thenRow(ORDER_ID, {
      cancelled: 1,
      paid: 0,
      revenue: 0,
    });
    order(placedToPay(1_500), paid(1_500), cancelled(1_500), refunded(1_500, 0)).thenRow(ORDER_ID, {
      cancelled: 1,
      paid: 1,
      revenue: 0,
    });
  });

  test('earns less by each refund', () => {
    const begun = [placedToPay(1_500), paid(1_500), shipped] as const;
    order(...begun, refunded(400)).thenRow(ORDER_ID, { cancelled: 0, revenue: 1_100 });
    order(...begun, refunded(400), refunded(1_100)).thenRow(ORDER_ID, { revenue: 0 });
  });

  test('earns less by a correction that is owed to the customer, and no more by another', () => {
    order(placedToPay(1_500), corrected('OWED_TO_CUSTOMER', 1_500, 1_400)).thenRow(ORDER_ID, {
      total: 1_500,
      revenue: 1_400,
    });
    order(placedToPay(1_500), corrected('FORGIVEN', 1_500, 1_600)).thenRow(ORDER_ID, {
      revenue: 1_500,
    });
  });
});

test.each<[string, readonly ShopEvent[]]>([
  ['placed twice', [orderPlaced(1), orderPlaced(1)]],
  ['paid before it is placed', [paid(1)]],
  ['cancelled before it is placed', [cancelled(1)]],
])('an order cannot be %s', (_what, events) => {
  expect(() => order(...events).thenRow(ORDER_ID, {})).toThrow(/^The order was/);
});

test('all orders of a busy shop earn what its revenue says', async () => {
  const { commits } = await modelRun(7);
  const rowsOf = (name: string) => [
    ...commits
      .findLast(({ generation, isAll }) => isAll && generation.name === name)!
      .rows.values(),
  ];
  const earned = (name: string) => {
    const sums = new Map<string, bigint>();
    for (const row of rowsOf(name)) {
      const currency = String(row['currency']);
      sums.set(currency, (sums.get(currency) ?? 0n) + BigInt(String(row['revenue'])));
    }
    return [...sums].sort();
  };
  expect(earned('order-sales').length).toBeGreaterThan(0);
  expect(earned('order-sales')).toEqual(earned('revenue-by-day'));
});
