// The reports that `cartograph export` can write: their columns, and their rows from the read
// models.
import { decimal } from '../../domain/money.js';
import type { Period } from '../../read-models/period.js';
import type { SalesReports } from '../../read-models/sales-reports.js';

/** By column, in their order. Amounts are decimals in major units, exact at any size. */
export type ReportRow = Readonly<Record<string, string | number>>;

interface ReportSource {
  readonly reports: SalesReports;
  readonly period: Period;
  readonly currencies: readonly string[];
}

interface ReportKind {
  readonly columns: readonly string[];
  readonly rows: (source: ReportSource) => AsyncIterable<ReportRow>;
}

/** A report in one currency, for each currency. */
const inCurrencies = (
  rowsIn: (source: ReportSource, currency: string) => Promise<readonly ReportRow[]>,
) =>
  async function* (source: ReportSource): AsyncIterable<ReportRow> {
    for (const currency of source.currencies) {
      for (const row of await rowsIn(source, currency)) yield { ...row, currency };
    }
  };

export const reportKinds: Readonly<Record<string, ReportKind>> = {
  'daily-revenue': {
    columns: ['date', 'currency', 'orders', 'units', 'revenue'],
    rows: inCurrencies(async ({ reports, period }, currency) =>
      (await reports.byDay(period, currency)).map((day) => ({
        ...day,
        revenue: decimal(day.revenue, currency),
      })),
    ),
  },
  'hourly-revenue': {
    columns: [
      ...['date', 'hour', 'offset_minutes', 'begins_at'],
      ...['currency', 'orders', 'units', 'revenue'],
    ],
    rows: inCurrencies(async ({ reports, period }, currency) =>
      (await reports.byHour(period, currency)).map(
        ({ date, hour, offsetMinutes, beginsAt, orders, units, revenue }) => ({
          ...{ date, hour, offset_minutes: offsetMinutes },
          begins_at: new Date(beginsAt).toISOString(),
          ...{ orders, units, revenue: decimal(revenue, currency) },
        }),
      ),
    ),
  },
  'cart-funnel': {
    columns: [
      ...['date', 'opened', 'filled', 'checked_out', 'paid', 'cancelled'],
      ...['abandoned', 'merged', 'still_open'],
    ],
    rows: async function* ({ reports, period }) {
      for (const { checkedOut, stillOpen, ...day } of await reports.funnel(period)) {
        yield { ...day, checked_out: checkedOut, still_open: stillOpen };
      }
    },
  },
  products: {
    columns: ['sku', 'name', 'currency', 'orders', 'units', 'revenue'],
    rows: inCurrencies(async ({ reports, period }, currency) =>
      (await reports.products(period, currency, 'REVENUE')).map((product) => ({
        ...product,
        revenue: decimal(product.revenue, currency),
      })),
    ),
  },
  coupons: {
    columns: [
      ...['code', 'currency', 'orders', 'shared_orders', 'cancelled_orders'],
      ...['discount', 'revenue'],
    ],
    rows: inCurrencies(async ({ reports, period }, currency) =>
      (await reports.coupons(period, currency)).map(
        ({ code, orders, sharedOrders, cancelledOrders, discount, revenue }) => ({
          ...{ code, orders, shared_orders: sharedOrders, cancelled_orders: cancelledOrders },
          discount: decimal(discount, currency),
          revenue: decimal(revenue, currency),
        }),
      ),
    ),
  },
};
