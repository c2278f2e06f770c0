// A purchase from the first click to the revenue report, over HTTP, against the built service.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
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

  const listed = (sku: string, minorUnits: number) =>
    admin.ask(documents.ListProductDocument, {
      input: { sku, name: `Product ${sku}`, price: { minorUnits, currency: 'GBP' } },
    });

  test('open, add, apply a coupon, check out: the order, the report and the history agree', async () => {
    await listed('LAMP', 339);
    await listed('CHAIR', 2_000);
    const { cartId, shopper } = await guest.open();
    await shopper.ask(documents.AddItemDocument, { input: { cartId, sku: 'LAMP', quantity: 6 } });
    await shopper.ask(documents.AddItemDocument, { input: { cartId, sku: 'CHAIR' } });
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

    const late = await shopper.ask(documents.AddItemDocument, { input: { cartId, sku: 'LAMP' } });
    expect(late.addItem.rejection?.code).toBe('CART_CLOSED');

    const orderId = checkout.order!.id;
    const { order } = await shopper.ask(documents.OrderDocument, { orderId });
    expect(order).toEqual(checkout.order);

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

    const day = new Date().toISOString().slice(0, 10);
    const from = `${day}T00:00:00.000Z`;
    const to = new Date(Date.parse(from) + 2 * 86_400_000).toISOString();
    const { revenueReport } = await reportWithOrders(from, to);
    expect(revenueReport).toEqual([
      {
        date: checkout.order!.placedAt.slice(0, 10),
        orders: 1,
        units: 7,
        revenue: { minorUnits: 3_631, currency: 'GBP', decimal: '36.31' },
      },
    ]);
    const range = { from, to, currency: 'GBP' };
    const ahead = await admin.ask(documents.RevenueReportDocument, {
      ...range,
      timeZone: 'Pacific/Kiritimati',
    });
    const placedAt = Date.parse(checkout.order!.placedAt);
    expect(ahead.revenueReport).toEqual([
      {
        ...revenueReport[0],
        date: new Date(placedAt + 14 * 3_600_000).toISOString().slice(0, 10),
      },
    ]);
    await expect(
      admin.ask(documents.RevenueReportDocument, { ...range, timeZone: 'Mars/Olympus' }),
    ).rejects.toThrow(/timeZone must be a name/);
  });

  /** Asks until the read model has an order; each question takes a while, so it is no busy loop. */
  async function reportWithOrders(from: string, to: string) {
    for (;;) {
      const report = await admin.ask(documents.RevenueReportDocument, {
        from,
        to,
        currency: 'GBP',
      });
      if (report.revenueReport.length > 0) return report;
    }
  }

  test('prices that move keep what was offered, and the cart says so', async () => {
    await listed('SHELF', 1_000);
    const { cartId, shopper } = await guest.open();
    await shopper.ask(documents.AddItemDocument, { input: { cartId, sku: 'SHELF', quantity: 2 } });
    await admin.ask(documents.ChangeProductPriceDocument, {
      input: { sku: 'SHELF', price: { minorUnits: 1_500, currency: 'GBP' } },
    });
    const { addItem } = await shopper.ask(documents.AddItemDocument, {
      input: { cartId, sku: 'SHELF' },
    });
    expect(addItem.cart?.totals.total.minorUnits).toBe(3_500);
    const { cart } = await shopper.ask(documents.CartProblemsDocument, { cartId });
    expect(cart?.problems.map(({ code, sku }) => [code, sku])).toEqual([
      ['PRICE_CHANGED', 'SHELF'],
    ]);
  });

  test('50 simultaneous additions of 1 make 50, in 51 contiguous events', async () => {
    await listed('PEN', 100);
    const { cartId, shopper } = await guest.open();
    const answers = await Promise.all(
      Array.from({ length: 50 }, () =>
        shopper.ask(documents.AddItemDocument, { input: { cartId, sku: 'PEN' } }),
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
    await listed('VASE', 900);
    const found = await guest.ask(documents.ProductsDocument, { search: 'product vase' });
    expect(found.products.edges.map(({ node }) => node.sku)).toEqual(['VASE']);
    await admin.ask(documents.DelistProductDocument, { input: { sku: 'VASE' } });
    const { cartId, shopper } = await guest.open();
    const { addItem } = await shopper.ask(documents.AddItemDocument, {
      input: { cartId, sku: 'VASE' },
    });
    expect(addItem.rejection?.code).toBe('NOT_FOUND');
  });
});
