// Orders of Shopify's and WooCommerce's exports: what of them comes into the log, what is left out,
// and that nothing comes twice.
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { standardPricing } from '../../src/domain/cart/pricing.js';
import type { JsonObject } from '../../src/domain/codec.js';
import type { StoredEvent } from '../../src/event-store/stored-event.js';
import { OrderProblem, reconciled } from '../../src/import/orders/foreign-order.js';
import { importOrders, type OrderSource } from '../../src/import/orders/import-orders.js';
import { type Shop, startShop } from '../commands/shop.js';
import { Cleanup } from '../event-store/nodes.js';

const cleanup = new Cleanup();
let shop: Shop;
let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cartograph-orders-'));
  cleanup.add(() => rm(folder, { recursive: true }));
  shop = await startShop(cleanup);
});
afterEach(() => cleanup.run());

const sample = (name: string) =>
  fileURLToPath(new URL(`../../data/order-exports/${name}`, import.meta.url));

const run = (source: OrderSource, paths: readonly string[], change = {}) =>
  importOrders({
    ...{ store: shop.store, pricing: standardPricing, source, paths, isDryRun: false },
    ...{ timeZone: 'UTC', dateOrder: 'mdy' as const, now: Date.UTC(2026, 11, 1) },
    ...change,
  });

async function theLog(): Promise<StoredEvent[]> {
  const events: StoredEvent[] = [];
  for await (const event of shop.store.readAll()) events.push(event);
  return events;
}

async function orders() {
  const placed = (await theLog()).filter(({ type }) => type === 'OrderPlaced');
  return placed.map(({ data, metadata }) => ({ data: data as JsonObject, metadata }));
}

async function changed(name: string, from: string, to: string): Promise<string> {
  const text = await readFile(sample(name), 'utf8');
  expect(text).toContain(from);
  const path = join(folder, name);
  await writeFile(path, text.replaceAll(from, to));
  return path;
}

describe('an export of Shopify', () => {
  const shopify = (change = {}) => run('shopify', [sample('shopify.csv')], change);

  test.each([
    ['0026-02-03', 'is before 1990'],
    ['2999-02-03', 'is in the future'],
  ])('leaves an order out that %s is the date of: it %s', async (date, problem) => {
    const [, first = ''] = (await readFile(sample('shopify.csv'), 'utf8')).split('\n');
    const path = await changed('shopify.csv', first, first.replaceAll('2026-02-03', date));
    const { leftOut } = await run('shopify', [path]);
    expect(leftOut).toContainEqual({
      ...{ order: '#1001', rows: [2, 3], code: 'unreadable' },
      reason: `its date ${date}T09:12:44.000Z ${problem}`,
    });
  });

  test('that has an order twice, or two of one name, gives each as it was sold', async () => {
    const [, first = '', second = ''] = (await readFile(sample('shopify.csv'), 'utf8')).split('\n');
    const namesake = first.replace(',5801000000001,', ',5901000000001,').replace(',2,', ',3,');
    const other = [namesake.replace('33.00,4.95,5.50,37.95', '28.50,4.95,4.75,33.45')];
    const path = await changed('shopify.csv', second, [second, first, second, ...other].join('\n'));
    const { leftOut } = await run('shopify', [path]);
    expect(leftOut).toContainEqual({
      ...{ order: '#1001', rows: [4, 5], code: 'repeated' },
      reason: 'it stands in the files before: the first one counts',
    });
    const totals = (await orders()).map(({ data }) => data['total']);
    expect(totals.filter((total) => total === 3_795 || total === 3_345).sort()).toEqual([
      ...[3_345, 3_795],
    ]);
    const units = (await theLog()).filter(({ data }) => (data as JsonObject)['sku'] === 'MUG-BLUE');
    expect(units.map(({ data }) => (data as JsonObject)['quantity']).sort()).toEqual([2, 3, 3]);
  });

  test('gives the paid orders with what was paid, in their currencies', async () => {
    const summary = await shopify();
    expect(summary).toMatchObject({ rows: 13, orders: 6, dryRun: false });
    expect(
      summary.totals.map(({ currency, orders: count, paid, refunded }) => [
        currency,
        count,
        paid,
        refunded,
      ]),
    ).toEqual([
      ['GBP', 4, '164.15', '30.95'],
      ['JPY', 1, '5000', '0'],
      ['USD', 1, '46.97', '0.00'],
    ]);
    const totals = (await orders()).map(({ data }) => [data['currency'], data['total']]);
    expect(totals.sort()).toEqual(
      [
        ['GBP', 3_795],
        ['GBP', 6_030],
        ['USD', 4_697],
        ['JPY', 5_000],
        ['GBP', 4_695],
        ['GBP', 1_895],
      ].sort(),
    );
    expect(summary.events).toBe((await theLog()).length);
  });

  test('keeps time, lines, shipping, tax beside the prices, and the discount', async () => {
    await shopify();
    const placed = await orders();
    const american = placed.find(({ data }) => data['currency'] === 'USD')!;
    expect(american.metadata.occurredAt).toBe('2026-02-05T03:05:19.000Z');
    expect(american.data['lines']).toMatchObject([
      { sku: 'MUG-BLUE', quantity: 3, unitPrice: 1_200, total: 3_600 },
      { sku: 'SHIPPING', name: 'Shipping International', quantity: 1, total: 800 },
      { sku: 'TAX', quantity: 1, total: 297 },
    ]);
    // Prices in Britain include the tax, so it is no line.
    const discounted = placed.find(({ data }) => data['discount'] === 670)!;
    expect(discounted.data).toMatchObject({ subtotal: 6_700, total: 6_030, units: 6 });
    const coupons = (await theLog()).filter(({ type }) => type === 'CouponApplied');
    expect(coupons).toMatchObject([{ data: { code: 'SPRING10' } }]);
  });

  test('stores what was paid back, with the payment, and asks nobody to pay it', async () => {
    await shopify();
    const log = await theLog();
    const refunds = log.filter(({ type }) => type === 'OrderRefunded');
    const amounts = refunds.map(({ data }) => (data as JsonObject)['amount']);
    expect(amounts.sort()).toEqual([1_200, 1_895]);
    for (const { stream, metadata } of refunds) {
      const order = await shop.orders.freshState(stream.slice('order-'.length));
      expect(order).toMatchObject({
        ...{
          status: 'PAID',
          payment: { kind: 'NONE' },
          placedAt: Date.parse(metadata.occurredAt),
        },
        refunds: [{ outcome: 'REFUNDED', reason: 'Paid back before the import' }],
      });
      // The answer is with the question, so no process manager sees one without the other.
      expect((await shop.typesOf(stream)).slice(-2)).toEqual(['RefundRequested', 'OrderRefunded']);
      const checkout = log.findIndex(
        ({ type, data }) =>
          type === 'CartCheckedOut' && (data as JsonObject)['orderId'] === order.id,
      );
      expect(checkout).toBeGreaterThan(log.findIndex((event) => event.stream === stream));
    }
  });

  test('lists each order that is left out, with its rows and the reason', async () => {
    const { leftOut, leftOutByCode } = await shopify();
    expect(leftOut).toEqual([
      { order: '#1007', rows: [12], code: 'cancelled', reason: 'it was cancelled' },
      { order: '#1008', rows: [13], code: 'not paid', reason: 'its payment is pending' },
      {
        order: '#1009',
        rows: [14],
        code: 'amounts do not add up',
        reason:
          'goods of 42.00, charges of 4.95, tax of 7.83 and a discount of 0.00 or 0.00 do not give 99.95 GBP',
      },
    ]);
    expect(leftOutByCode).toEqual({ cancelled: 1, 'not paid': 1, 'amounts do not add up': 1 });
  });

  test('adds nothing when it is imported again, nor in a dry run', async () => {
    const planned = await shopify({ isDryRun: true });
    expect(await theLog()).toEqual([]);
    const first = await shopify();
    expect({ ...first, seconds: 0 }).toEqual({ ...planned, dryRun: false, seconds: 0 });
    const before = (await theLog()).length;
    expect(await shopify()).toMatchObject({ orders: 6, events: 0 });
    expect(await shopify({ isDryRun: true })).toMatchObject({ orders: 6, events: 0 });
    expect(await theLog()).toHaveLength(before);
  });

  test('goes on where a run was cut off', async () => {
    const cut = new Error('the power went');
    const stored: Promise<unknown>[] = [];
    const store = Object.create(shop.store) as typeof shop.store;
    store.append = async (...call) => {
      if (stored.length === 3) {
        await Promise.all(stored);
        throw cut;
      }
      const appending = shop.store.append(...call);
      stored.push(appending);
      return appending;
    };
    await expect(shopify({ store })).rejects.toBe(cut);
    const before = (await theLog()).length;
    expect(before).toBeGreaterThan(0);
    const rest = await shopify();
    expect(before + rest.events).toBe((await theLog()).length);
    expect(await orders()).toHaveLength(6);
  });

  test('that was changed since leaves what it was', async () => {
    await shopify();
    const again = await run('shopify', [await changedTotal()]);
    expect(again.leftOut.map(({ order, code }) => [order, code])).toContainEqual([
      '#1004',
      'imported before with other content',
    ]);
    expect(again.events).toBe(0);
  });

  async function changedTotal(): Promise<string> {
    const text = await readFile(sample('shopify.csv'), 'utf8');
    const path = join(folder, 'other.csv');
    await writeFile(
      path,
      text.replace('4200,800,382,5000', '4100,800,382,4900').replace('1800', '1700'),
    );
    return path;
  }

  test('brings no e-mail address and no name of a person into the log', async () => {
    await shopify();
    const text = JSON.stringify(await theLog(), (_key, value: unknown) =>
      typeof value === 'bigint' ? String(value) : value,
    );
    expect(text).not.toMatch(/example\.org|A Customer|Leeds/);
  });

  test.each([
    ['a price that is no amount', '9.50', '9.5O', 'is not an amount of GBP'],
    ['fractions of a penny', '9.50', '9.505', 'is not an amount of GBP'],
    ['a price below nothing', '9.50', '-9.50', 'is not an amount of GBP'],
    ['a currency that is none', 'no,GBP,33.00', 'no,XQX,33.00', 'is not a currency'],
    ['a time that is none', '2026-02-03 09:12:44 +0000', 'yesterday', 'is not a time'],
    ['half a unit', '2,Enamel mug', '0.5,Enamel mug', 'is not a number of units'],
    [
      'a name that changes the direction of text',
      'Enamel mug - blue,9.50',
      'Mug \u202e,9.50',
      'the name has',
    ],
  ])('%s leaves out its order alone', async (_what, from, to, reason) => {
    const summary = await run('shopify', [await changed('shopify.csv', from, to)]);
    const found = summary.leftOut.find(({ order }) => order === '#1001');
    expect(found).toMatchObject({ rows: [2, 3], code: 'unreadable' });
    expect(found?.reason).toContain(reason);
    expect(summary.orders).toBeGreaterThanOrEqual(4);
  });

  test('with other columns is refused by name, and nothing is imported', async () => {
    const path = await changed('shopify.csv', 'Lineitem price', 'Price of the line');
    await expect(run('shopify', [path])).rejects.toThrow(/has no column Lineitem price$/);
    await expect(run('shopify', [sample('woocommerce.csv')])).rejects.toMatchObject({
      name: 'FileColumnsError',
    });
    expect(await theLog()).toEqual([]);
  });
});

describe('an export of WooCommerce', () => {
  test('with an order in a row: names with the dividing signs, odd prices, a refund', async () => {
    const summary = await run('woocommerce', [sample('woocommerce.csv')]);
    expect(summary).toMatchObject({ rows: 6, orders: 4 });
    expect(summary.leftOut.map(({ order, rows, reason }) => [order, rows, reason])).toEqual([
      ['W-2105', [6], 'it is cancelled'],
      ['W-2106', [7], 'it is on-hold'],
    ]);
    expect(summary.totals).toMatchObject([
      { currency: 'EUR', orders: 3, paid: '116.35', refunded: '36.00' },
      { currency: 'USD', orders: 1, paid: '25.50', refunded: '0.00' },
    ]);
    const byTotal = new Map((await orders()).map(({ data }) => [data['total'], data]));
    expect(byTotal.get(7_135)).toMatchObject({
      customerId: 'woocommerce/12',
      lines: [
        { sku: 'BECHER-B', name: 'Becher; blau', quantity: 2, unitPrice: 1_000 },
        { sku: 'KANNE', name: 'Kanne | 1 l', quantity: 1 },
        { sku: 'SHIPPING' },
        { sku: 'TAX', total: 1_095 },
      ],
    });
    expect(byTotal.get(900)).toMatchObject({
      subtotal: 1_000,
      discount: 100,
      customerId: null,
      lines: [
        { sku: 'DREI', quantity: 2, unitPrice: 333 },
        { sku: 'DREI', quantity: 1, unitPrice: 334 },
      ],
    });
    expect(byTotal.get(2_550)).toMatchObject({
      lines: [{ sku: 'TRAY' }, { sku: 'SHIPPING', total: 500 }, { sku: 'FEE', total: 250 }],
    });
  });

  test('with an item in a row, and in currencies of three decimals', async () => {
    const summary = await run('woocommerce', [sample('woocommerce-items.csv')]);
    expect(summary).toMatchObject({ rows: 3, orders: 2, leftOut: [] });
    expect(summary.totals).toMatchObject([
      { currency: 'GBP', paid: '55.00', refunded: '10.00' },
      { currency: 'KWD', paid: '12.345' },
    ]);
  });

  test('with a column for each item, and dates in the shop’s time', async () => {
    const paths = [sample('woocommerce-suite.csv')];
    const summary = await run('woocommerce', paths, { timeZone: 'America/New_York' });
    expect(summary).toMatchObject({ orders: 1, leftOut: [] });
    const [order] = await orders();
    expect(order?.metadata.occurredAt).toBe('2026-04-25T10:29:00.000Z');
  });

  test('with items as JSON', async () => {
    const path = join(folder, 'json.csv');
    const items = JSON.stringify([
      { name: 'Bowl', sku: 'BOWL', quantity: 2, subtotal: '20.00', total: '20.00' },
    ]).replaceAll('"', '""');
    const header = 'order_id,date,status,order_currency,order_total,line_items';
    await writeFile(path, `${header}\n1,2026-01-01 10:00:00,completed,GBP,20.00,"${items}"\n`);
    expect(await run('woocommerce', [path])).toMatchObject({ orders: 1, leftOut: [] });
    await writeFile(path, `${header}\n2,2026-01-01 10:00:00,completed,GBP,20.00,"[{"\n`);
    const { leftOut } = await run('woocommerce', [path]);
    expect(leftOut).toMatchObject([{ order: '2', reason: 'row 2: line_items is not JSON' }]);
  });
});

describe('the money of an order', () => {
  const goods = [{ sku: 'A', name: 'A', quantity: 1, subtotal: 1_000 }];
  const charge = { sku: 'SHIPPING', name: 'Shipping', amount: 300 };
  const money = { currency: 'GBP', goods, charges: [charge], tax: 200, discounts: [100] };

  test('may include the tax or not', () => {
    expect(reconciled({ ...money, total: 1_200 }).lines).toHaveLength(2);
    expect(reconciled({ ...money, total: 1_400 }).lines).toHaveLength(3);
  });

  test('always sums to the total, or is refused', () => {
    const amount = fc.integer({ min: 0, max: 50 });
    fc.assert(
      fc.property(amount, amount, amount, amount, amount, (sold, shipping, tax, off, total) => {
        const asked = {
          ...money,
          goods: [{ ...goods[0]!, subtotal: sold }],
          charges: [{ ...charge, amount: shipping }],
          ...{ tax, discounts: [off], total },
        };
        try {
          const { lines, discount } = reconciled(asked);
          const sum = lines.reduce((all, { subtotal }) => all + subtotal, 0);
          expect(sum - discount).toBe(total);
        } catch (error) {
          expect(error).toBeInstanceOf(OrderProblem);
          expect([sold + shipping - off, sold + shipping + tax - off]).not.toContain(total);
        }
      }),
    );
  });
});
