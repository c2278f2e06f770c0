// An impact report whose sums pass 2^53−1 is exact, can be read back, and is shown in every form.
import { describe, expect, test } from '@jest/globals';
import type { CartImpact } from '../../src/replay/report/impact.js';
import { htmlOf } from '../../src/replay/report/html.js';
import {
  impactReport,
  parseReport,
  type ReportFacts,
} from '../../src/replay/report/impact-report.js';
import { sumOf, sumSchema } from '../../src/replay/report/sum.js';
import { terminalText } from '../../src/replay/report/terminal.js';

const MOST = Number.MAX_SAFE_INTEGER;

const facts: ReportFacts = {
  createdAt: Date.UTC(2026, 10, 23),
  checkpoint: 4_711n,
  before: { generation: 1, version: 1 },
  after: { generation: 2, version: 2 },
  compared: { carts: 4, orders: 3 },
};

function impact(cartId: string, before: number, after: number, isPlaced = true): CartImpact {
  const change = { before, after, difference: after - before };
  return {
    cartId,
    currency: 'GBP',
    customerId: 'ann',
    order: isPlaced ? { id: `order-${cartId}`, revision: 0 } : null,
    day: '2026-11-23',
    ...change,
    lines: [{ sku: 'YACHT', name: 'Yacht', ...change }],
    coupons: [],
    because: { before: [], after: [] },
  };
}

const beyond = [
  impact('a', MOST, 0),
  impact('b', MOST, 0),
  impact('c', MOST, 1),
  impact('d', 0, MOST, false),
];

describe('sums beyond 2^53', () => {
  const report = impactReport(facts, beyond);

  test('are exact, by every subject', () => {
    const [total] = report.totals;
    expect(total?.orders).toEqual({
      carts: 3,
      before: '27021597764222973',
      after: 1,
      difference: '-27021597764222972',
      overcharged: '27021597764222972',
      undercharged: 0,
    });
    expect(total?.open).toEqual({ carts: 1, before: 0, after: MOST, difference: MOST });
    for (const sums of [report.byDay, report.byCoupon, report.bySku, report.byCustomer]) {
      expect(sums.map(({ difference }) => difference)).toEqual(['-18014398509481981']);
    }
  });

  test('are read back as they were written, in version 2 of the format', () => {
    expect(report.formatVersion).toBe(2);
    expect(parseReport(JSON.stringify(report))).toEqual(report);
  });

  test('are shown to the last penny', () => {
    for (const text of [terminalText(report), htmlOf(report)]) {
      expect(text).toContain('270215977642229.72 GBP');
      expect(text).toContain('-180143985094819.81');
    }
  });
});

test('a report whose sums are numbers is written as version 1, as before', () => {
  const report = impactReport(facts, [impact('a', MOST, 0), impact('b', 0, MOST)]);
  expect(report.formatVersion).toBe(1);
  expect(report.byDay).toMatchObject([{ difference: 0 }]);
  expect(parseReport(JSON.stringify(report))).toEqual(report);
});

test.each([
  [[MOST, 0], MOST],
  [[MOST, 1], '9007199254740992'],
  [[-MOST, -2], '-9007199254740993'],
  [['9007199254740993', -MOST], 2],
])('%j is %j', (amounts, expected) => {
  expect(sumOf(amounts)).toBe(expected);
});

test.each(['12', '-0', '1e30', '09007199254740993', '9007199254740991', 2 ** 53, 1.5])(
  '%j is no stored sum',
  (value) => {
    expect(sumSchema.safeParse(value).success).toBe(false);
  },
);
