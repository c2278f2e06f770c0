// What each kind of payment leads to. A charge that is repeated after a timeout or a lost answer is
// one charge: what was paid shows it.
import { beforeAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import * as documents from '../../../schema/generated/graphql.js';
import { filesWith } from '../../personal-data/traces.js';
import { checkOut, fillCart, untilOrder } from './buying.js';
import { Person, type Site } from './sites.js';

const PRICE = 1_250;

export function payments(site: () => Site): void {
  let admin: Person;
  let guest: Person;
  const sku = `TEAPOT ${randomUUID()}`;

  beforeAll(async () => {
    admin = await Person.signedIn(site(), 'admin', 'boss');
    guest = Person.guest(site());
    const price = { minorUnits: PRICE, currency: 'GBP' };
    await admin.ask(documents.ListProductDocument, { input: { sku, name: 'Teapot', price } });
    await admin.ask(documents.ReceiveStockDocument, { input: { sku, quantity: 1_000 } });
  });

  const reserved = async () =>
    (await admin.ask(documents.StockDocument, { sku })).stock?.reserved ?? 0;

  test.each([
    ['is approved', 'tok_ok'],
    ['fails once', 'tok_flaky'],
    ['loses its answer', 'tok_lost_answer'],
    ['hangs', 'tok_timeout'],
  ])(
    'an order whose payment %s is paid once',
    async (_what, paymentToken) => {
      const cart = await fillCart(guest, { [sku]: 2 });
      const order = await untilOrder(cart.holder, await checkOut(cart, { paymentToken }), 'PAID');
      expect(order).toMatchObject({
        paymentStatus: 'RECEIVED',
        total: { minorUnits: 2 * PRICE },
      });
      expect(order.refunded.minorUnits).toBe(0);
    },
    20_000,
  );

  test('an order is declined, then paid from a copy of its cart, shipped, and refunded', async () => {
    const before = await reserved();
    const cart = await fillCart(guest, { [sku]: 3 });
    const declinedId = await checkOut(cart, { paymentToken: 'tok_declined' });
    const declined = await untilOrder(cart.holder, declinedId, 'CANCELLED');
    expect(declined).toMatchObject({
      ...{ paymentStatus: 'DECLINED', cancelReason: 'PAYMENT_DECLINED' },
    });
    const { cartId } = cart;
    const forked = await cart.holder.ask(documents.ForkCartDocument, {
      input: { cartId, atRevision: 1 },
    });
    const { cart: copy, cartToken } = forked.forkCart;
    const holder = guest.holding(cartToken!);
    const again = { cartId: copy!.id, holder, total: copy!.totals.total.minorUnits };
    const orderId = await checkOut(again, { paymentToken: 'tok_ok' });
    await untilOrder(holder, orderId, 'PAID');
    const shipment = { carrier: 'Royal Mail', trackingNumber: 'RM 1' };
    const { shipOrder } = await admin.ask(documents.ShipOrderDocument, {
      input: { orderId, ...shipment },
    });
    expect(shipOrder.order).toMatchObject({ status: 'SHIPPED', shipment });
    const refund = { orderId, amount: PRICE, reason: 'One was broken' };
    await admin.ask(documents.RefundOrderDocument, { input: refund });
    const refunded = await untilOrder(holder, orderId, (order) => order.refunded.minorUnits > 0);
    expect(refunded).toMatchObject({ status: 'SHIPPED', refunded: { minorUnits: PRICE } });
    const rest = await admin.ask(documents.RefundOrderDocument, {
      input: { orderId, amount: 3 * PRICE, reason: 'Too much' },
    });
    expect(rest.refundOrder.rejection?.code).toBe('REFUND_LIMIT');
    // Neither order holds a unit any more.
    expect(await reserved()).toBe(before);
  }, 20_000);

  test('an order that is cancelled after its payment is refunded in full', async () => {
    const cart = await fillCart(guest, { [sku]: 1 });
    const orderId = await checkOut(cart, { paymentToken: 'tok_ok' });
    await untilOrder(cart.holder, orderId, 'PAID');
    const input = { orderId, reason: 'The customer asked for it', commandId: randomUUID() };
    for (let asked = 1; asked <= 2; asked += 1) {
      const { cancelOrder } = await admin.ask(documents.CancelOrderDocument, { input });
      expect(cancelOrder).toMatchObject({ order: { status: 'CANCELLED' }, rejection: null });
    }
    const isRefunded = ({ refunded }: { refunded: { minorUnits: number } }) =>
      refunded.minorUnits > 0;
    const order = await untilOrder(cart.holder, orderId, isRefunded);
    expect(order.refunded.minorUnits).toBe(PRICE);
    const late = await admin.ask(documents.ShipOrderDocument, { input: { orderId } });
    expect(late.shipOrder.rejection?.code).toBe('ORDER_STATUS');
  });

  test('an order whose refund the gateway refuses can be refunded by other means', async () => {
    const cart = await fillCart(guest, { [sku]: 1 });
    const orderId = await checkOut(cart, { paymentToken: 'tok_no_refund' });
    await untilOrder(cart.holder, orderId, 'PAID');
    const input = { orderId, reason: 'One was broken' };
    await admin.ask(documents.RefundOrderDocument, { input });
    const refused = await untilOrder(cart.holder, orderId, ({ revision }) => revision === 4);
    expect(refused).toMatchObject({ status: 'PAID', refunded: { minorUnits: 0 } });
  });

  test('a payment token is nowhere once its order is declined', async () => {
    const canary = `tok_canary_${randomUUID()}`;
    const cart = await fillCart(guest, { [sku]: 1 });
    const orderId = await checkOut(cart, { paymentToken: canary });
    await untilOrder(cart.holder, orderId, 'CANCELLED');
    for (const { dataDir, log } of site()) {
      expect(log).not.toContain(canary);
      expect(await filesWith(dataDir, (content) => content.includes(canary))).toEqual([]);
    }
  });
}
