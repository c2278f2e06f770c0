// The accounts at the end of a day: the reports of the service beside the ledger of the test.
import { expect } from '@jest/globals';
import * as documents from '../../../schema/generated/graphql.js';
import type { Ledger, Revenue } from './ledger.js';
import type { Person, Site } from './sites.js';

const DAY_MS = 86_400_000;

/** Of all that the log holds of these days, in pounds. */
export async function revenueOf(admin: Person): Promise<Revenue> {
  const [from, to] = [Date.now() - 2 * DAY_MS, Date.now() + 2 * DAY_MS].map((at) =>
    new Date(at).toISOString(),
  );
  const range = { from: from!, to: to!, currency: 'GBP', timeZone: 'Europe/London' };
  const { revenueReport } = await admin.ask(documents.RevenueReportDocument, range);
  return revenueReport.reduce<Revenue>(
    (sum, { orders, units, revenue }) => ({
      orders: sum.orders + orders,
      units: sum.units + units,
      revenue: sum.revenue + revenue.minorUnits,
    }),
    { orders: 0, units: 0, revenue: 0 },
  );
}

/** What the shop has earned since `before`. */
export async function expectRevenue(admin: Person, before: Revenue, ledger: Ledger) {
  const { orders, units, revenue } = await revenueOf(admin);
  expect({
    orders: orders - before.orders,
    units: units - before.units,
    revenue: revenue - before.revenue,
  }).toEqual(ledger.revenue());
}

/** Every order with one of these products, as staff list them. */
export async function expectOrders(staff: Person, skus: readonly string[], ledger: Ledger) {
  const found = new Map<string, string>();
  for (const sku of skus) {
    const { orders } = await staff.ask(documents.OrdersDocument, { filter: { sku }, first: 20 });
    for (const { node } of orders.edges) found.set(node.id, node.status);
  }
  expect([...found.keys()].sort()).toEqual(ledger.orderIds);
  for (const [orderId, status] of found) {
    expect(status === 'PAID' ? 'OPEN' : status).toBe(ledger.fateOf(orderId));
  }
}

export async function expectStock(staff: Person, skus: readonly string[], ledger: Ledger) {
  for (const sku of skus) {
    const { stock } = await staff.ask(documents.StockDocument, { sku });
    expect(stock ?? undefined).toEqual(ledger.stockOf(sku) && expect.anything());
    if (stock != null) expect(stock).toMatchObject(ledger.stockOf(sku)!);
  }
}

const MOST_PRODUCTS = 200;

interface Sold {
  readonly skus: readonly string[];
  readonly codes: readonly string[];
}

/** The reports on sales: of each product and of each coupon. */
export async function expectSales(staff: Person, { skus, codes }: Sold, ledger: Ledger) {
  const [firstDay, lastDay] = [Date.now() - DAY_MS, Date.now() + DAY_MS].map((at) =>
    new Date(at).toISOString().slice(0, 'YYYY-MM-DD'.length),
  );
  const asked = {
    period: { firstDay: firstDay!, lastDay: lastDay!, timeZone: 'UTC' },
    currency: 'GBP',
  };
  const { topProducts } = await staff.ask(documents.TopProductsDocument, {
    ...{ ...asked, by: 'UNITS' as const, first: MOST_PRODUCTS },
  });
  for (const sku of skus) {
    const sold = topProducts.find((product) => product.sku === sku);
    // The log of a server that was named may hold more products than the report.
    if (sold === undefined && topProducts.length === MOST_PRODUCTS) continue;
    expect(sold).toMatchObject({ sku, ...ledger.soldOf(sku) });
  }
  const { couponSales } = await staff.ask(documents.CouponSalesDocument, asked);
  for (const code of codes) {
    const sold = couponSales.find((coupon) => coupon.code === code);
    expect(sold).toMatchObject({ code, orders: ledger.usesOf(code) });
  }
}

/** Nothing is left to do: no event is parked, and each instance's check of its rows agrees. */
export async function expectSound(staff: Person, site: Site): Promise<void> {
  const { reactions } = await staff.ask(documents.ReactionsDocument, {});
  expect(reactions.filter(({ parkedCount }) => parkedCount > 0)).toEqual([]);
  for (const instance of site) {
    const verification = JSON.parse(await instance.run('verify', '--json')) as object;
    expect(verification).toMatchObject({ differences: [] });
  }
}
