// A day of revenue that no SafeInt holds is shown exactly; only the fields whose types cannot hold
// it fail, by a code of their own.
import { describe, expect, test } from '@jest/globals';
import { ApiError } from '../../src/graphql/api-error.js';
import { shownStatus } from '../../src/graphql/projection-view.js';
import { shownRevenue } from '../../src/graphql/revenue-view.js';

function codeOf(read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    return error instanceof ApiError ? error.code : error;
  }
}

const day = { date: '2011-07-01', orders: 3, units: 2 ** 31, revenue: 3n * (2n ** 53n - 1n) };

describe('a day beyond 2^53 minor units', () => {
  const shown = shownRevenue(day, 'GBP');

  test('is exact as a decimal', () => {
    expect(shown.revenue.decimal).toBe('270215977642229.73');
    expect(shown.revenueTotal).toEqual({
      minorUnits: null,
      currency: 'GBP',
      decimal: '270215977642229.73',
    });
  });

  test('has no minorUnits that would be wrong', () => {
    expect(codeOf(() => shown.revenue.minorUnits)).toBe('AMOUNT_TOO_LARGE');
    expect(() => shown.revenue.minorUnits).toThrow(/Ask for revenueTotal\./);
  });

  test('has no Int of units that it does not fit', () => {
    expect(codeOf(() => shown.units)).toBe('AMOUNT_TOO_LARGE');
    expect(shown.unitsTotal).toBe(2 ** 31);
  });
});

test('the largest day that fits is shown in every field', () => {
  const shown = shownRevenue({ ...day, units: 2 ** 31 - 1, revenue: 2n ** 53n - 1n }, 'GBP');
  expect([shown.units, shown.revenue.minorUnits]).toEqual([2 ** 31 - 1, 2 ** 53 - 1]);
  expect(shown.revenueTotal.minorUnits).toBe(2 ** 53 - 1);
});

test('what two generations differ by is exact at any size too', () => {
  const drift = {
    name: 'cart',
    served: 1,
    standing: 2,
    rows: 3,
    differing: 3,
    unexplained: 0,
    examples: [],
    money: { JPY: 7n, GBP: -day.revenue },
    position: '9',
    countedAt: 0,
  };
  const status = shownStatus(
    {
      name: 'cart',
      state: 'LIVE',
      position: '9',
      lagEvents: 0,
      lagMs: 0,
      error: null,
      version: 1,
      generation: 1,
      rebuildDue: false,
      isHeld: false,
      isPaused: false,
      isStartingOver: false,
      others: [{ generation: 2, version: 2, status: 'STANDBY', position: '9', wasLive: false }],
    },
    () => drift,
  );
  const shown = status.others[0]?.drift;
  expect(shown?.moneyTotals).toEqual([
    { minorUnits: null, currency: 'GBP', decimal: '-270215977642229.73' },
    { minorUnits: 7, currency: 'JPY', decimal: '7' },
  ]);
  expect(shown?.money.map(({ decimal }) => decimal)).toEqual(['-270215977642229.73', '7']);
  expect(codeOf(() => shown?.money[0]?.minorUnits)).toBe('AMOUNT_TOO_LARGE');
  expect(() => shown?.money[0]?.minorUnits).toThrow(/Ask for moneyTotals\./);
});
