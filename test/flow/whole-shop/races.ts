// What two people do at once, each at another instance where there are two: one of them wins, and
// the order is as if the other had come later.
import { beforeAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import * as documents from '../../../schema/generated/graphql.js';
import { askToCheckOut, checkOut, fillCart, untilOrder } from './buying.js';
import { Person, type Site } from './sites.js';

const PRICE = 1_000;
const ROUNDS = 5;

export function races(site: () => Site): void {
  let admin: Person;
  let guest: Person;
  const sku = `KETTLE ${randomUUID()}`;

  beforeAll(async () => {
    admin = await Person.signedIn(site(), 'admin', 'boss');
    guest = Person.guest(site());
    const price = { minorUnits: PRICE, currency: 'GBP' };
    await admin.ask(documents.ListProductDocument, { input: { sku, name: 'Kettle', price } });
    await admin.ask(documents.ReceiveStockDocument, { input: { sku, quantity: 1_000 } });
  });

  const stock = async () => (await admin.ask(documents.StockDocument, { sku })).stock!;

  async function paidOrder(quantity: number) {
    const cart = await fillCart(guest, { [sku]: quantity });
    const orderId = await checkOut(cart, { paymentToken: 'tok_ok' });
    await untilOrder(cart.holder, orderId, 'PAID');
    return { orderId, holder: cart.holder };
  }

  test('a shipment and a cancellation: one of them', async () => {
    const before = await stock();
    let shipped = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      const { orderId, holder } = await paidOrder(1);
      const [ship, cancel] = await Promise.all([
        admin.ask(documents.ShipOrderDocument, { input: { orderId } }),
        admin.ask(documents.CancelOrderDocument, { input: { orderId, reason: 'A mistake' } }),
      ]);
      const codes = [ship.shipOrder, cancel.cancelOrder].map((one) => one.rejection?.code ?? null);
      expect(codes.filter((code) => code === null)).toHaveLength(1);
      expect(codes).toContain('ORDER_STATUS');
      const isShipped = codes[0] === null;
      if (isShipped) shipped += 1;
      else await untilOrder(holder, orderId, ({ refunded }) => refunded.minorUnits === PRICE);
      // Also a shipment is at an end once its refund is.
      const input = { orderId, reason: 'It leaked' };
      if (!isShipped) continue;
      await admin.ask(documents.RefundOrderDocument, { input });
      await untilOrder(holder, orderId, ({ refunded }) => refunded.minorUnits === PRICE);
    }
    const after = await stock();
    expect([before.onHand - after.onHand, after.reserved - before.reserved]).toEqual([shipped, 0]);
  }, 20_000);

  test('several refunds: no more than was paid', async () => {
    const { orderId, holder } = await paidOrder(1);
    const answers = await Promise.all(
      Array.from({ length: 6 }, () =>
        admin.ask(documents.RefundOrderDocument, {
          input: { orderId, amount: 400, reason: 'It leaked' },
        }),
      ),
    );
    const codes = answers.map(({ refundOrder }) => refundOrder.rejection?.code ?? 'requested');
    expect(codes.filter((code) => code === 'requested')).toHaveLength(2);
    expect(new Set(codes)).toEqual(new Set(['requested', 'REFUND_LIMIT']));
    const order = await untilOrder(holder, orderId, ({ refunded }) => refunded.minorUnits === 800);
    expect(order.status).toBe('PAID');
  });

  test('several checkouts of one cart, each with a card: one order, one charge', async () => {
    const before = await stock();
    const cart = await fillCart(guest, { [sku]: 3 });
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => askToCheckOut(cart, { paymentToken: 'tok_ok' })),
    );
    const codes = answers.map(({ rejection }) => rejection?.code ?? 'ordered');
    expect(codes.filter((code) => code === 'ordered')).toHaveLength(1);
    expect(new Set(codes)).toEqual(new Set(['ordered', 'CART_CLOSED']));
    const { order } = answers.find(({ rejection }) => rejection == null)!;
    const paid = await untilOrder(cart.holder, order!.id, 'PAID');
    expect(paid.total.minorUnits).toBe(3 * PRICE);
    expect((await stock()).reserved - before.reserved).toBe(3);
  });
}
