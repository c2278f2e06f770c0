// The reports on the sample month, to the penny: as another program sums the same file.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { standardPricing } from '../../src/domain/cart/pricing.js';
import type { EventStore } from '../../src/event-store/event-store.js';
import type { StoredEvent } from '../../src/event-store/stored-event.js';
import { importOnlineRetail } from '../../src/import/import-online-retail.js';
import { Projector } from '../../src/projections/projector.js';
import { projectionsOf } from '../../src/projections/registry.js';
import { openReadModels, openRowStore } from '../../src/read-models/open.js';
import type { SalesReports } from '../../src/read-models/sales-reports.js';
import { type InvoiceSums, soldLines, sumsBy } from '../controls/invoice-sums.js';
import { Cleanup } from '../event-store/nodes.js';

const month = new URL('../../data/online-retail/2010-12.csv.gz', import.meta.url);
const december = { firstDay: '2010-12-01', lastDay: '2010-12-31', timeZone: 'Europe/London' };
const lines = soldLines(month);

/** Takes appends as an empty store does. */
class TakingStore implements Pick<EventStore, 'append' | 'readStream'> {
  readonly events: StoredEvent[] = [];

  readonly append: EventStore['append'] = (stream, events) => {
    for (const [revision, { id, type, data, metadata }] of events.entries()) {
      const position = BigInt(this.events.length + 1);
      const place = { stream, revision, position, recordedAt: 0 };
      this.events.push({ id, type, data, metadata, ...place });
    }
    const last = this.events.at(-1)!;
    return Promise.resolve({ revision: last.revision, position: last.position });
  };

  // eslint-disable-next-line @typescript-eslint/require-await
  async *readStream(): AsyncGenerator<StoredEvent> {
    yield* [];
  }
}

const cleanup = new Cleanup();
let reports: SalesReports;

beforeAll(async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'cartograph-month-'));
  cleanup.add(() => rm(dataDir, { recursive: true }));
  const store = new TakingStore();
  await importOnlineRetail({ store, paths: [fileURLToPath(month)], pricing: standardPricing });
  const rows = await openRowStore({ dataDir });
  cleanup.add(() => rows.close());
  const needed = ['revenue-by-day', 'cart-funnel', 'order-sales'];
  const projections = projectionsOf(standardPricing).filter(({ name }) => needed.includes(name));
  await (await Projector.start(rows, projections)).apply(store.events);
  const reads = await openReadModels({ dataDir });
  cleanup.add(() => reads.close());
  ({ reports } = reads);
}, 30_000);
afterAll(() => cleanup.run());

const asSums = (taken: {
  readonly orders: number;
  readonly units: number;
  readonly revenue: bigint;
}): InvoiceSums => ({ orders: taken.orders, units: taken.units, pence: taken.revenue });

describe('the sample month', () => {
  test('has 1,559 orders', () => {
    expect([...sumsBy(lines, () => 'all').values()]).toEqual([
      { orders: 1_559, units: expect.any(Number), pence: expect.any(BigInt) },
    ]);
  });

  test('by day', async () => {
    const days = await reports.byDay(december, 'GBP');
    expect(days).toHaveLength(31);
    const sold = days.filter(({ orders }) => orders > 0);
    expect(new Map(sold.map((day) => [day.date, asSums(day)]))).toEqual(
      sumsBy(lines, ({ date }) => date.slice(0, 10)),
    );
  });

  test('by hour', async () => {
    const hours = await reports.byHour(december, 'GBP');
    expect(hours).toHaveLength(31 * 24);
    const sold = hours.filter(({ orders }) => orders > 0);
    const shown = (date: string, hour: number) => `${date} ${String(hour).padStart(2, '0')}`;
    expect(new Map(sold.map((hour) => [shown(hour.date, hour.hour), asSums(hour)]))).toEqual(
      sumsBy(lines, ({ date }) => date.slice(0, 13)),
    );
  });

  test('by the days of a zone half an hour off', async () => {
    const days = await reports.byDay({ ...december, timeZone: 'Asia/Kolkata' }, 'GBP');
    const inIndia = ({ date }: { readonly date: string }) =>
      new Date(Date.parse(`${date.replace(' ', 'T')}Z`) + 330 * 60_000).toISOString().slice(0, 10);
    const sold = days.filter(({ orders }) => orders > 0);
    expect(new Map(sold.map((day) => [day.date, asSums(day)]))).toEqual(sumsBy(lines, inIndia));
  });

  test.each(['REVENUE', 'UNITS'] as const)('by product, the best by %s first', async (by) => {
    const products = await reports.products(december, 'GBP', by);
    const expected = sumsBy(lines, ({ sku }) => sku);
    expect(new Map(products.map((one) => [one.sku, asSums(one)]))).toEqual(expected);
    const ranks = products.map(({ units, revenue }) => (by === 'UNITS' ? BigInt(units) : revenue));
    expect(ranks).toEqual([...ranks].sort((a, b) => (a > b ? -1 : a < b ? 1 : 0)));
  });

  test('has a cart for each order, filled, checked out and paid outside of the shop', async () => {
    const days = await reports.funnel(december);
    const counts = days.map(({ date, opened, filled, checkedOut, paid }) => [
      date,
      ...[opened, filled, checkedOut, paid],
    ]);
    const orders = sumsBy(lines, ({ date }) => date.slice(0, 10));
    expect(counts).toEqual(
      days.map(({ date }) => [date, ...Array<number>(4).fill(orders.get(date)?.orders ?? 0)]),
    );
  });

  test('has no coupon', async () => {
    expect(await reports.coupons(december, 'GBP')).toEqual([]);
  });
});
