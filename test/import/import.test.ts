// Invoices become carts and orders in the log, each once, whatever was there before.
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { standardPricing } from '../../src/domain/cart/pricing.js';
import { orderIdOf } from '../../src/commands/command-id.js';
import type { JsonObject } from '../../src/domain/codec.js';
import type { StoredEvent } from '../../src/event-store/stored-event.js';
import { importOnlineRetail } from '../../src/import/import-online-retail.js';
import { accepted, by, Shop, startShop } from '../commands/shop.js';
import { Cleanup } from '../event-store/nodes.js';

const cleanup = new Cleanup();
let shop: Shop;
let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cartograph-import-'));
  cleanup.add(() => rm(folder, { recursive: true }));
  shop = await startShop(cleanup);
});
afterEach(() => cleanup.run());

const header = 'InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country';
/** British Summer Time: an hour ahead of UTC. */
const when = '2011-07-01 08:26:00';
const at = new Date(Date.UTC(2011, 6, 1, 7, 26)).toISOString();

function row(invoice: string, sku: string, quantity: number, price: string): string {
  return `${invoice},${sku},Name of ${sku},${quantity},${when},${price},17850.0,UK`;
}

async function file(name: string, ...rows: string[]): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, [header, ...rows, ''].join('\n'));
  return path;
}

const run = (...paths: string[]) =>
  importOnlineRetail({ store: shop.store, paths, pricing: standardPricing });

async function theLog(): Promise<StoredEvent[]> {
  const events: StoredEvent[] = [];
  for await (const event of shop.store.readAll()) events.push(event);
  return events;
}

describe('an invoice', () => {
  test('is a cart that was filled and checked out at its own time, and its order', async () => {
    const summary = await run(await file('a.csv', row('1', 'LAMP', 6, '3.39')));
    expect(summary).toMatchObject({ lines: 1, imported: 1, carts: 1, orders: 1, units: 6 });
    expect(summary.revenue).toEqual({ minorUnits: 2_034, currency: 'GBP', decimal: '20.34' });
    const events = await theLog();
    expect(summary.events).toBe(events.length);
    expect(events.map(({ type, revision }) => [type, revision])).toEqual([
      ['CartOpened', 0],
      ['ItemAdded', 1],
      ['CartCheckedOut', 2],
      ['OrderPlaced', 0],
    ]);
    expect(new Set(events.map(({ metadata }) => metadata.occurredAt))).toEqual(new Set([at]));
    expect(events[3]?.data).toMatchObject({ customerId: '17850', total: 2_034, units: 6 });
  });

  test('may have its lines anywhere, in several files too', async () => {
    const summary = await run(
      await file('a.csv', row('1', 'A', 1, '1.00'), row('2', 'B', 1, '1.00')),
      await file('b.csv', row('2', 'C', 1, '1.00'), row('1', 'A', 2, '0.90')),
    );
    expect(summary).toMatchObject({ lines: 4, imported: 4, carts: 2 });
    expect(summary.revenue.minorUnits).toBe(100 + 100 + 100 + 180);
    const orders = (await theLog()).filter(({ type }) => type === 'OrderPlaced');
    // The same code at two prices: each unit keeps the price that was paid for it.
    expect(orders.map(({ data }) => data)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          lines: [
            expect.objectContaining({ sku: 'A', quantity: 1, unitPrice: 100 }),
            expect.objectContaining({ sku: 'A', quantity: 2, unitPrice: 90 }),
          ],
        }),
      ]),
    );
  });

  test('adds to a revenue that is exact beyond 2^53', async () => {
    // Each comes to nearly the most that one cart may.
    const rows = ['1', '2', '3'].map((invoice) => row(invoice, 'A', 900_000_001, '100000.01'));
    const summary = await run(await file('a.csv', ...rows));
    expect(summary).toMatchObject({ carts: 3, skipped: {} });
    expect(summary.revenue).toEqual({
      minorUnits: null,
      currency: 'GBP',
      decimal: '270000027300000.03',
    });
  });

  test('is not bound by the limits of a shopper', async () => {
    const rows = Array.from({ length: 1_110 }, (_, n) => row('1', `SKU${n}`, 1, '1.00'));
    const big = row('2', 'BIG', 100_001, '1.00');
    const summary = await run(await file('a.csv', ...rows, big));
    expect(summary).toMatchObject({ lines: 1_111, imported: 1_111, carts: 2, orders: 2 });
    expect([summary.skipped, summary.leftOut]).toEqual([{}, []]);
    const orders = (await theLog()).filter(({ type }) => type === 'OrderPlaced');
    expect(orders.map(({ data }) => (data as { units: number }).units).sort()).toEqual([
      100_001, 1_110,
    ]);
  });

  const most = 999_999_999;
  const long = 'x'.repeat(200);
  test.each<[string, string[], string]>([
    [
      'has more units than can be shown',
      [1, 2, 3].map(() => row('1', 'A', most, '0.01')),
      'QUANTITY_LIMIT',
    ],
    [
      'comes to more than can be counted exactly',
      [1, 2].map(() => row('1', 'A', most, '9999999.99')),
      'MONEY_OVERFLOW',
    ],
    [
      'is larger than one append',
      Array.from({ length: 2_500 }, (_, n) => row('1', `SKU${n}`, 1, '1').replace('Name', long)),
      'invoice too large',
    ],
    [
      'has very many lines',
      Array.from({ length: 4_001 }, (_, n) => row('1', `SKU${n}`, 1, '1')),
      'invoice too large',
    ],
  ])('that %s is left out whole, and the others are not', async (_what, rows, code) => {
    const summary = await run(await file('a.csv', ...rows, row('2', 'LAMP', 1, '3.39')));
    expect(summary).toMatchObject({ lines: rows.length + 1, imported: 1, carts: 1, orders: 1 });
    expect(summary.skipped).toEqual({ [code]: rows.length });
    expect(summary.leftOut).toEqual([
      { invoice: '1', lines: rows.length, reason: expect.stringMatching(/^[^\n]+$/) },
    ]);
    expect((await theLog()).map(({ type }) => type)).toEqual([
      'CartOpened',
      'ItemAdded',
      'CartCheckedOut',
      'OrderPlaced',
    ]);
  });

  test('has the order that a checkout would have placed', async () => {
    await run(await file('a.csv', row('1', 'LAMP', 6, '3.39')));
    const [opened] = await theLog();
    const cartId = opened!.stream.replace('cart-', '');
    const cart = await shop.carts.freshState(cartId);
    const before = (await theLog()).length;
    const order = await shop.orders.placeFor(cart);
    expect(order).toMatchObject({ id: orderIdOf(cartId), status: 'PLACED', total: 2_034 });
    expect(await theLog()).toHaveLength(before);
  });

  test('is closed: a shopper cannot add to it', async () => {
    await shop.list();
    await run(await file('a.csv', row('1', 'LAMP', 6, '3.39')));
    const { stream } = (await theLog()).find(({ type }) => type === 'CartOpened')!;
    const input = { cartId: stream.replace('cart-', ''), sku: 'LANTERN', quantity: 1 };
    expect(await shop.carts.change({ type: 'AddItem', ...input }, by())).toMatchObject({
      rejection: { code: 'CART_CLOSED' },
    });
  });
});

describe('a second import', () => {
  const rows = [row('1', 'A', 1, '1.00'), row('1', 'B', 2, '2.50'), row('2', 'C', 3, '0.10')];

  test('adds nothing, and tells the same of the file', async () => {
    const path = await file('a.csv', ...rows);
    const { events, seconds, ...first } = await run(path);
    const again = await run(path);
    expect(again).toMatchObject({ ...first, events: 0 });
    expect(events).toBe(9);
    expect(seconds).toBeGreaterThan(0);
    expect(await theLog()).toHaveLength(events);
  });

  test('at the same moment adds each invoice once', async () => {
    const path = await file('a.csv', ...rows);
    const both = await Promise.all([run(path), run(path)]);
    expect(both.map(({ imported, orders }) => [imported, orders])).toEqual([
      [3, 2],
      [3, 2],
    ]);
    expect(await theLog()).toHaveLength(9);
  });

  test('places the order where the first was killed before it', async () => {
    const path = await file('a.csv', ...rows);
    await run(path);
    const whole = await theLog();
    const other = await startShop(cleanup);
    const carts = whole.map(({ stream }) => stream).filter((stream) => stream.startsWith('cart-'));
    for (const stream of new Set(carts)) {
      const events = whole.filter((event) => event.stream === stream);
      const copies = events.map(({ id, type, data, metadata }) => {
        return { id, type, data: data as JsonObject, metadata };
      });
      await other.store.append(stream, copies, 'no_stream');
    }
    const summary = await importOnlineRetail({
      store: other.store,
      paths: [path],
      pricing: standardPricing,
    });
    expect(summary).toMatchObject({ imported: 3, carts: 2, orders: 2, events: 2 });
  });

  test('with other content for the same invoice says so and leaves it as it is', async () => {
    await run(await file('a.csv', ...rows));
    const changed = await file('b.csv', row('1', 'A', 1, '9.99'), row('1', 'B', 2, '2.50'));
    const summary = await run(changed);
    expect(summary).toMatchObject({ imported: 0, orders: 0, events: 0 });
    expect(summary.skipped).toEqual({ 'imported before with other content': 2 });
    expect(await theLog()).toHaveLength(9);
  });
});

test('a bad file among several stops the import before anything is written', async () => {
  const good = await file('a.csv', row('1', 'A', 1, '1.00'));
  await expect(run(good, join(folder, 'absent.csv'))).rejects.toThrow('ENOENT');
  expect(await theLog()).toEqual([]);
});

test('it tells how far it is, up to the last invoice', async () => {
  const path = await file('a.csv', row('1', 'A', 1, '1.00'), row('2', 'B', 1, '1.00'));
  const told: [number, number][] = [];
  const onProgress = (done: number, total: number) => told.push([done, total]);
  await importOnlineRetail({
    store: shop.store,
    paths: [path],
    pricing: standardPricing,
    onProgress,
  });
  expect(told).toEqual([
    [1, 2],
    [2, 2],
  ]);
});

test('an imported invoice is a purchase like any other', async () => {
  await run(await file('a.csv', row('1', 'LAMP', 6, '3.39')));
  await shop.list();
  const cartId = await shop.openCart();
  accepted(await shop.carts.change({ type: 'AddItem', cartId, sku: 'LANTERN', quantity: 1 }, by()));
  const categories = (await theLog()).map(({ stream }) => stream.split('-')[0]);
  expect(new Set(categories)).toEqual(new Set(['cart', 'order', 'product']));
});
