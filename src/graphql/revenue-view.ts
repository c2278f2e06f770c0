// Converts a day of the revenue report to the API's type.
import type { RevenueDay } from '../read-models/days-of-zone.js';
import { amountTooLarge } from './api-error.js';
import { money, moneySum } from './types/money.js';
import type { RevenueBucket } from './types/report-types.js';

const MAX_INT = 2 ** 31 - 1;

export function shownRevenue(
  { date, orders, units, revenue }: RevenueDay,
  currency: string,
): RevenueBucket {
  return {
    date,
    orders,
    /** @throws ApiError AMOUNT_TOO_LARGE */
    get units() {
      if (units > MAX_INT) throw amountTooLarge('units', 'unitsTotal');
      return units;
    },
    unitsTotal: units,
    revenue: money(revenue, currency, 'revenueTotal'),
    revenueTotal: moneySum(revenue, currency),
  };
}
