// A purchase from the first click to the revenue report, over HTTP, against the built service.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import * as documents from '../../schema/generated/graphql.js';
import { onEveryEventLog } from './event-logs.js';
import type { ServiceProcess } from './service.js';
import { Shopper } from './shopper.js';

onEveryEventLog((start) => {
  let service: ServiceProcess;
  let guest: Shopper;
  let admin: Shopper;

  beforeAll(async () => {
    service = await start();
    guest = new Shopper(service);
    admin = await Shopper.signedIn(service, 'admin', 'boss');
  });
  afterAll(() => service.remove());

  // Names of this run's own: a server may hold what another run has left.
  const run = randomUUID().slice(0, 8).toUpperCase();
  const lamp = `LAMP-${run}`;
  const chair = `CHAIR-${run}`;
  const shelf = `SHELF-${run}`;
  const pen = `PEN-${run}`;
  const vase = `VASE-${run}`;

  const zones = [
    { timeZone: 'UTC', hours: 0 },
    { timeZone: 'Pacific/Kiritimati', hours: 14 },
  ];

  const dayOf = (at: number, { hours }: { readonly hours: number }) =>
    new Date(at + hours * 3_600_000).toISOString().slice(0, 10);

  const listed = (sku: string, minorUnits: number) =>
    admin.ask(documents.ListProductDocument, {
      input: { sku, name: `Product ${sku}`, price: { minorUnits, currency: 'GBP' } },
    });

  test('open, add, apply a coupon, check out: the order, the report and the history agree', async () => {
    const today = Date.now();
    const before = await Promise.all(zones.map((zone) => soldOn(dayOf(today, zone), zone)));
    await listed(lamp, 339);
    await listed(chair, 2_000);
    const { cartId, shopper } = await guest.open();
    await shopper.ask(documents.AddItemDocument, { input: { cartId, sku: lamp, quantity: 6 } });
    await shopper.ask(documents.AddItemDocument, { input: { cartId, sku: chair } });
    const { applyCoupon } = await shopper.ask(documents.ApplyCouponDocument, {
      input: { cartId, code: 'welcome10' },
    });
    expect(applyCoupon.rejection).toBeNull();
    const totals = applyCoupon.cart!.totals;
    expect([totals.subtotal.minorUnits, totals.discount.minorUnits]).toEqual([4_034, 403]);
    const parts = totals.because.map(({ amount }) => amount.minorUnits);
    expect(parts.reduce((sum, part) => sum + part, 0)).toBe(totals.total.minorUnits);

    const input = { cartId, email: 'ann@example.org', paymentToken: 'tok_ok' };
    const early = await shopper.ask(documents.CheckoutDocument, {
      input: { ...input, expectedTotal: 1 },
    });
    expect(early.checkout).toMatchObject({
      order: null,
      rejection: { __typename: 'TotalChanged', code: 'TOTAL_CHANGED', currentTotal: 3_631 },
    });
    const { checkout } = await shopper.ask(documents.CheckoutDocument, {
      input: { ...input, expectedTotal: 3_631 },
    });
    expect(checkout.cart?.status).toBe('CHECKED_OUT');
    expect(checkout.order).toMatchObject({ cartId, status: 'PLACED', total: { decimal: '36.31' } });

    const late = await shopper.ask(documents.AddItemDocument, { input: { cartId, sku: lamp } });
    expect(late.addItem.rejection?.code).toBe('CART_CLOSED');

    const orderId = checkout.order!.id;
    const { order } = await shopper.ask(documents.OrderDocument, { orderId });
    // It is reserved and paid meanwhile.
    const moved = { status: expect.any(String), revision: expect.any(Number) };
    expect(order).toEqual({ ...checkout.order, ...moved });

    const revision = checkout.cart!.revision;
    const { cart } = await shopper.ask(documents.CartDocument, { cartId, minRevision: revision });
    expect(cart).toEqual(checkout.cart);
    const { cartTimeline } = await shopper.ask(documents.CartTimelineDocument, { cartId });
    expect(cartTimeline.edges.map(({ node }) => node.type)).toEqual([
      'CartOpened',
      'ItemAdded',
      'ItemAdded',
      'CouponApplied',
      'CartCheckedOut',
    ]);
    expect(JSON.stringify(cartTimeline)).not.toContain('tokenHash');

    const placedAt = Date.parse(checkout.order!.placedAt);
    for (const [index, zone] of zones.entries()) {
      const after = await soldOn(dayOf(placedAt, zone), zone);
      const { orders, units, revenue } = before[index]!;
      expect(after.revenue.minorUnits).toBe(revenue.minorUnits + 3_631);
      expect([after.orders, after.units]).toEqual([orders + 1, units + 7]);
    }
    const range = { from: checkout.order!.placedAt, to: new Date(placedAt + 1).toISOString() };
    await expect(
      admin.ask(documents.RevenueReportDocument, {
        ...range,
        currency: 'GBP',
        timeZone: 'Mars/Olympus',
      }),
    ).rejects.toThrow(/timeZone must be a name/);
  });

  /** What the report says of a day when its read model is as far as the log is now. */
  async function soldOn(day: string, { timeZone }: { readonly timeZone: string }) {
    const { cartId, shopper } = await guest.open();
    await shopper.ask(documents.CartDocument, { cartId, minRevision: 0, timeoutMs: 10_000 });
    const from = `${new Date().toISOString().slice(0, 10)}T00:00:00.000Z`;
    const to = new Date(Date.parse(from) + 2 * 86_400_000).toISOString();
    const range = { from, to, currency: 'GBP', timeZone };
    const { revenueReport } = await admin.ask(documents.RevenueReportDocument, range);
    const line = revenueReport.find(({ date }) => date === day);
    return line ?? { orders: 0, units: 0, revenue: { minorUnits: 0 } };
  }

  test('prices that move keep what was offered, and the cart says so', async () => {
    await listed(shelf, 1_000);
    const { cartId, shopper } = await guest.open();
    await shopper.ask(documents.AddItemDocument, { input: { cartId, sku: shelf, quantity: 2 } });
    await admin.ask(documents.ChangeProductPriceDocument, {
      input: { sku: shelf, price: { minorUnits: 1_500, currency: 'GBP' } },
    });
    const { addItem } = await shopper.ask(documents.AddItemDocument, {
      input: { cartId, sku: shelf },
    });
    expect(addItem.cart?.totals.total.minorUnits).toBe(3_500);
    const { cart } = await shopper.ask(documents.CartProblemsDocument, { cartId });
    expect(cart?.problems.map(({ code, sku }) => [code, sku])).toEqual([['PRICE_CHANGED', shelf]]);
  });

  test('50 simultaneous additions of 1 make 50, in 51 contiguous events', async () => {
    await listed(pen, 100);
    const { cartId, shopper } = await guest.open();
    const answers = await Promise.all(
      Array.from({ length: 50 }, () =>
        shopper.ask(documents.AddItemDocument, { input: { cartId, sku: pen } }),
      ),
    );
    expect(answers.filter(({ addItem }) => addItem.rejection !== null)).toEqual([]);
    const { cartTimeline } = await shopper.ask(documents.CartTimelineDocument, { cartId });
    expect(cartTimeline.edges.map(({ node }) => node.revision)).toEqual(
      Array.from({ length: 51 }, (_, revision) => revision),
    );
    const { cartAtRevision } = await shopper.ask(documents.CartAtRevisionDocument, {
      cartId,
      revision: 50,
    });
    expect(cartAtRevision?.totals.itemCount).toBe(50);
  });

  test('a catalogue change is seen at once, and a product off sale cannot be added', async () => {
    await listed(vase, 900);
    const found = await guest.ask(documents.ProductsDocument, {
      search: `product ${vase.toLowerCase()}`,
    });
    expect(found.products.edges.map(({ node }) => node.sku)).toEqual([vase]);
    await admin.ask(documents.DelistProductDocument, { input: { sku: vase } });
    const { cartId, shopper } = await guest.open();
    const { addItem } = await shopper.ask(documents.AddItemDocument, {
      input: { cartId, sku: vase },
    });
    expect(addItem.rejection?.code).toBe('NOT_FOUND');
  });
});
