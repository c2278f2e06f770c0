// What products and coupons sold, summed over orders: exact to the minor unit, whatever was refunded.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  CouponTotals,
  ProductTotals,
  revenueOfLines,
  type SoldLine,
  type SoldOrder,
} from '../../src/read-models/sold-orders.js';

function sold(lines: readonly SoldLine[], changes: Partial<SoldOrder> = {}): SoldOrder {
  const total = lines.reduce((sum, [, , , lineTotal]) => sum + lineTotal, 0);
  const facts = { order_id: 'an order', placed_at: 0, paid: 1, cancelled: 0, discount: 0 };
  return { ...facts, total, revenue: total, lines, coupons: [], ...changes };
}

const mugs = (quantity: number, total: number): SoldLine => ['MUG', 'Mug', quantity, total];
const pens = (quantity: number, total: number): SoldLine => ['PEN', 'Pen', quantity, total];

describe('a refund is spread over the lines of its order', () => {
  test('by their totals, to the minor unit', () => {
    expect(revenueOfLines(sold([mugs(1, 1_000), pens(1, 500)], { revenue: 750 }))).toEqual([
      500, 250,
    ]);
    expect(revenueOfLines(sold([mugs(1, 1), pens(1, 1)], { revenue: 1 }))).toEqual([1, 0]);
    expect(revenueOfLines(sold([mugs(1, 1_000), pens(1, 500)], { revenue: 0 }))).toEqual([0, 0]);
  });

  test('also when more is owed than was paid', () => {
    expect(revenueOfLines(sold([mugs(1, 1_000), pens(1, 500)], { revenue: -30 }))).toEqual([
      -20, -10,
    ]);
  });

  test('what the order costs besides them bears its own part', () => {
    const order = sold([mugs(1, 600), pens(1, 300)], { total: 1_000, revenue: 500 });
    expect(revenueOfLines(order)).toEqual([300, 150]);
  });

  test('free lines earn nothing', () => {
    expect(revenueOfLines(sold([mugs(1, 0)], { total: 0, revenue: -5 }))).toEqual([0]);
  });
});

const anyOrder: fc.Arbitrary<SoldOrder> = fc
  .record({
    lines: fc.array(
      fc.tuple(
        fc.constantFrom('MUG', 'PEN', 'CUP'),
        fc.constant('A name'),
        fc.integer({ min: 1, max: 100 }),
        fc.maxSafeNat().map((total) => Math.floor(total / 8)),
      ),
      { minLength: 1, maxLength: 6 },
    ),
    besides: fc.oneof(fc.constant(0), fc.nat()),
    kept: fc.integer({ min: 0, max: 100 }),
    cancelled: fc.boolean(),
  })
  .map(({ lines, besides, kept, cancelled }) => {
    const total = sold(lines).total + besides;
    const revenue = cancelled ? 0 : Math.floor((total / 100) * kept);
    return sold(lines, { total, revenue, cancelled: cancelled ? 1 : 0 });
  });

const goodsOf = ({ lines }: SoldOrder) => lines.reduce((sum, line) => sum + BigInt(line[3]), 0n);
const earnedBy = (orders: readonly SoldOrder[]) => {
  const totals = new ProductTotals();
  for (const order of orders) totals.add(order);
  return totals.best('REVENUE').reduce((sum, { revenue }) => sum + revenue, 0n);
};

test('the products of orders that cost nothing besides earn what the orders earn', () => {
  fc.assert(
    fc.property(fc.array(anyOrder), (orders) => {
      const plain = orders.filter((order) => BigInt(order.total) === goodsOf(order));
      const earned = plain.reduce((sum, { revenue }) => sum + BigInt(revenue), 0n);
      expect(earnedBy(plain)).toBe(earned);
    }),
  );
});

test('the products of an order have the share of its revenue that its lines have of its cost', () => {
  fc.assert(
    fc.property(anyOrder, (order) => {
      fc.pre(order.cancelled === 0 && order.total > 0);
      const exact = BigInt(order.revenue) * goodsOf(order);
      const off = earnedBy([order]) * BigInt(order.total) - exact;
      // A minor unit for each line at most.
      const most = BigInt(order.total) * BigInt(order.lines.length);
      expect(off <= most && off >= -most).toBe(true);
    }),
  );
});

describe('products', () => {
  const totals = new ProductTotals();
  totals.add(sold([mugs(2, 1_000), pens(9, 900), mugs(1, 400)]));
  totals.add(sold([['MUG', 'Mug, blue', 1, 500]]));
  totals.add(sold([mugs(7, 7_000)], { cancelled: 1, revenue: 0 }));
  totals.add(sold([['CUP', 'Cup', 9, 900]]));

  test('have the name of the latest order, and count an order once', () => {
    expect(totals.best('REVENUE')[0]).toEqual({
      sku: 'MUG',
      name: 'Mug, blue',
      orders: 2,
      units: 4,
      revenue: 1_900n,
    });
  });

  test('are ranked by revenue or units; equal ones by SKU', () => {
    const skus = (by: 'REVENUE' | 'UNITS') => totals.best(by).map(({ sku }) => sku);
    expect(skus('REVENUE')).toEqual(['MUG', 'CUP', 'PEN']);
    expect(skus('UNITS')).toEqual(['CUP', 'PEN', 'MUG']);
  });
});

test('coupons count the orders on which they were, and apart those that were cancelled', () => {
  const totals = new CouponTotals();
  const lines = [mugs(1, 900)];
  totals.add(sold(lines, { coupons: ['TEN'], discount: 100 }));
  totals.add(sold(lines, { coupons: ['TEN', 'SHIP'], discount: 300, revenue: 500 }));
  totals.add(sold(lines, { coupons: ['TEN'], discount: 100, cancelled: 1, revenue: 0 }));
  totals.add(sold(lines, { discount: 0 }));
  expect(totals.all()).toEqual([
    {
      code: 'TEN',
      orders: 2,
      sharedOrders: 1,
      cancelledOrders: 1,
      discount: 400n,
      revenue: 1_400n,
    },
    {
      code: 'SHIP',
      orders: 1,
      sharedOrders: 1,
      cancelledOrders: 0,
      discount: 300n,
      revenue: 500n,
    },
  ]);
});
