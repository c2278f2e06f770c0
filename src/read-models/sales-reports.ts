// The reports on what the shop sells, by the days and hours of a time zone. Rows are kept by their
// minute or instant, so that each zone gets its own days.
import { setImmediate } from 'node:timers/promises';
import type { RevenueMinute } from './days-of-zone.js';
import type { LiveTables } from './live-tables.js';
import { type ClockHour, type Period, PeriodCalendar } from './period.js';
import {
  type CouponTotal,
  CouponTotals,
  type ProductRanking,
  type ProductTotal,
  ProductTotals,
  type SoldOrder,
} from './sold-orders.js';
import { parsed } from './stored-rows.js';

/** Orders placed in a while, without those that were cancelled since. */
export interface Takings {
  readonly orders: number;
  readonly units: number;
  /** In minor units; exact at any size. */
  readonly revenue: bigint;
}

export type DayTakings = Takings & { readonly date: string };
export type HourTakings = Takings & ClockHour;

/**
 * What has become of the carts that were opened on a day. Each of them is checked out, abandoned,
 * merged or still open.
 */
export interface FunnelCounts {
  readonly opened: number;
  /** Those that have held a line. */
  readonly filled: number;
  readonly checkedOut: number;
  /** Those whose order was paid. */
  readonly paid: number;
  /** Those whose order was cancelled, paid or not. */
  readonly cancelled: number;
  readonly abandoned: number;
  /** Those whose contents went to another cart, which has its own place here. */
  readonly merged: number;
  readonly stillOpen: number;
}

export type FunnelDay = FunnelCounts & { readonly date: string };

const DAY_MS = 86_400_000;
const ORDERS_A_PAGE = 500;

const noTakings: Takings = { orders: 0, units: 0, revenue: 0n };
const noCarts: FunnelCounts = {
  opened: 0,
  filled: 0,
  checkedOut: 0,
  paid: 0,
  cancelled: 0,
  abandoned: 0,
  merged: 0,
  stillOpen: 0,
};

type FunnelMinute = Readonly<Record<keyof FunnelCounts | 'minute', unknown>>;
type StoredOrder = Omit<SoldOrder, 'lines' | 'coupons'> & {
  readonly lines: unknown;
  readonly coupons: unknown;
};

/** All methods throw ReadModelsUnavailableError. */
export class SalesReports {
  constructor(private readonly tables: LiveTables) {}

  /** Every day of the period, also those without orders. */
  async byDay(period: Period, currency: string): Promise<readonly DayTakings[]> {
    const calendar = new PeriodCalendar(period);
    const minutes = await this.minutes(calendar, currency);
    const sums = summed(minutes, (at) => calendar.dayOf(at));
    return calendar.days().map((date) => ({ date, ...(sums.get(date) ?? noTakings) }));
  }

  /** Every hour of the period, also those without orders. */
  async byHour(period: Period, currency: string): Promise<readonly HourTakings[]> {
    const calendar = new PeriodCalendar(period);
    const minutes = await this.minutes(calendar, currency);
    const sums = summed(minutes, (at) => calendar.hourKeyOf(at));
    return [...calendar.hours()].map(([key, hour]) => ({
      ...hour,
      ...(sums.get(key) ?? noTakings),
    }));
  }

  /** The currencies in which orders were placed; that of the most orders comes first. */
  async currencies(period: Period): Promise<readonly string[]> {
    const calendar = new PeriodCalendar(period);
    const rows = await this.tables.askAll<{ begins_at: number; currency: string; orders: number }>(
      ['revenue-by-day'],
      (table) =>
        `SELECT begins_at, currency, orders FROM ${table} WHERE begins_at >= $1 AND begins_at < $2`,
      [calendar.from, calendar.to],
    );
    const orders = new Map<string, number>();
    for (const row of rows) {
      if (calendar.dayOf(row.begins_at) === undefined) continue;
      orders.set(row.currency, (orders.get(row.currency) ?? 0) + row.orders);
    }
    return [...orders]
      .sort(([one, a], [other, b]) => b - a || (one < other ? -1 : 1))
      .map(([currency]) => currency);
  }

  /** Every day of the period, also those on which no cart was opened. */
  async funnel(period: Period): Promise<readonly FunnelDay[]> {
    const calendar = new PeriodCalendar(period);
    const days = new Map<string, FunnelCounts>();
    // Day by day: the service answers others between two of them.
    for (let from = calendar.from; from < calendar.to; from += DAY_MS) {
      for (const row of await this.funnelMinutes(from, Math.min(from + DAY_MS, calendar.to))) {
        const day = calendar.dayOf(Number(row.minute));
        if (day !== undefined) days.set(day, withCarts(days.get(day) ?? noCarts, row));
      }
      await setImmediate();
    }
    return calendar.days().map((date) => ({ date, ...(days.get(date) ?? noCarts) }));
  }

  /** The products of the period's orders; the best first. */
  async products(
    period: Period,
    currency: string,
    by: ProductRanking,
  ): Promise<readonly ProductTotal[]> {
    const totals = new ProductTotals();
    for await (const order of this.orders(period, currency)) totals.add(order);
    return totals.best(by);
  }

  /** The coupons of the period's orders; the most used first. */
  async coupons(period: Period, currency: string): Promise<readonly CouponTotal[]> {
    const totals = new CouponTotals();
    for await (const order of this.orders(period, currency)) totals.add(order);
    return totals.all();
  }

  private minutes({ from, to }: PeriodCalendar, currency: string) {
    return this.tables.askAll<RevenueMinute>(
      ['revenue-by-day'],
      (table) =>
        `SELECT begins_at, orders, units, revenue FROM ${table}
         WHERE currency = $1 AND begins_at >= $2 AND begins_at < $3`,
      [currency, from, to],
    );
  }

  private funnelMinutes(from: number, to: number) {
    const having = (status: string) => `sum(CASE WHEN cart.status = '${status}' THEN 1 ELSE 0 END)`;
    return this.tables.askAll<FunnelMinute>(
      ['cart-funnel', 'order-sales'],
      (carts, orders) =>
        `SELECT cart.opened_minute AS "minute", count(*) AS "opened", sum(cart.filled) AS "filled",
           ${having('CHECKED_OUT')} AS "checkedOut", ${having('ABANDONED')} AS "abandoned",
           ${having('MERGED')} AS "merged", ${having('OPEN')} AS "stillOpen",
           sum(coalesce(sale.paid, 0)) AS "paid", sum(coalesce(sale.cancelled, 0)) AS "cancelled"
         FROM ${carts} cart LEFT JOIN ${orders} sale ON sale.order_id = cart.order_id
         WHERE cart.opened_minute >= $1 AND cart.opened_minute < $2
         GROUP BY cart.opened_minute`,
      [from, to],
    );
  }

  /** In the order of their placement, page by page: each order once, as it is when it is read. */
  private async *orders(period: Period, currency: string): AsyncGenerator<SoldOrder> {
    const calendar = new PeriodCalendar(period);
    let after: readonly [placedAt: number, orderId: string] = [calendar.from - 1, ''];
    for (;;) {
      const page = await this.tables.askAll<StoredOrder>(
        ['order-sales'],
        (table) =>
          `SELECT * FROM ${table}
           WHERE currency = $1 AND (placed_at, order_id) > ($2, $3) AND placed_at < $4
           ORDER BY placed_at, order_id LIMIT ${ORDERS_A_PAGE}`,
        [currency, ...after, calendar.to],
      );
      for (const order of page) {
        if (calendar.dayOf(order.placed_at) !== undefined) yield soldOrder(order);
      }
      const last = page.at(-1);
      if (last === undefined || page.length < ORDERS_A_PAGE) return;
      after = [last.placed_at, last.order_id];
      await setImmediate();
    }
  }
}

function soldOrder(stored: StoredOrder): SoldOrder {
  return {
    ...stored,
    lines: parsed(stored.lines) as SoldOrder['lines'],
    coupons: parsed(stored.coupons) as SoldOrder['coupons'],
  };
}

function summed(
  minutes: readonly RevenueMinute[],
  keyOf: (at: number) => string | undefined,
): ReadonlyMap<string, Takings> {
  const sums = new Map<string, Takings>();
  for (const { begins_at, orders, units, revenue } of minutes) {
    const key = keyOf(begins_at);
    if (key === undefined) continue;
    const so = sums.get(key) ?? noTakings;
    sums.set(key, {
      orders: so.orders + orders,
      units: so.units + units,
      revenue: so.revenue + BigInt(revenue),
    });
  }
  return sums;
}

function withCarts(so: FunnelCounts, row: FunnelMinute): FunnelCounts {
  // Postgres answers a sum of integers as text.
  const plus = (count: keyof FunnelCounts) => so[count] + Number(row[count]);
  return {
    opened: plus('opened'),
    filled: plus('filled'),
    checkedOut: plus('checkedOut'),
    paid: plus('paid'),
    cancelled: plus('cancelled'),
    abandoned: plus('abandoned'),
    merged: plus('merged'),
    stillOpen: plus('stillOpen'),
  };
}
