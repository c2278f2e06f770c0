// Stock over HTTP: an admin counts units, the catalogue shows what is left of them, and a shopper
// who comes too late is told.
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import * as documents from '../../schema/generated/graphql.js';
import { onEveryEventLog } from './event-logs.js';
import type { ServiceProcess } from './service.js';
import { Shopper } from './shopper.js';

onEveryEventLog((start) => {
  let service: ServiceProcess;
  let admin: Shopper;
  /** Of each test its own. Others may use the log too. */
  let sku = '';
  const price = { minorUnits: 1_250, currency: 'GBP' };

  beforeAll(async () => {
    service = await start();
    admin = await Shopper.signedIn(service, 'admin', 'boss');
  });
  afterAll(() => service.remove());
  beforeEach(async () => {
    sku = `TEAPOT ${randomUUID()}`;
    await admin.ask(documents.ListProductDocument, { input: { sku, name: 'Teapot', price } });
  });

  const receive = async (quantity: number) => {
    const input = { sku, quantity, reference: 'Delivery 1' };
    return (await admin.ask(documents.ReceiveStockDocument, { input })).receiveStock;
  };

  async function shown() {
    const { product } = await new Shopper(service).ask(documents.ProductDocument, { sku });
    return [product?.tracked, product?.available];
  }

  /** Answers the cart's revision, to wait for it in the read models. */
  async function addTo(shopper: Shopper, cartId: string, quantity: number) {
    const input = { cartId, sku, quantity };
    return (await shopper.ask(documents.AddItemDocument, { input })).addItem.cart?.revision;
  }

  async function checkOut(quantity: number) {
    const { cartId, shopper } = await new Shopper(service).open();
    await shopper.ask(documents.AddItemDocument, { input: { cartId, sku, quantity } });
    const { checkout } = await shopper.ask(documents.CheckoutDocument, {
      input: {
        ...{ cartId, expectedTotal: quantity * 1_250 },
        ...{ email: 'ann@example.com', paymentToken: 'tok_ok' },
      },
    });
    return checkout;
  }

  test('a product that is not tracked can be ordered in any number', async () => {
    expect(await shown()).toEqual([false, 100_000]);
    const { stock } = await admin.ask(documents.StockDocument, { sku });
    expect(stock).toBeNull();
  });

  test('units that come in are shown, and those that a checkout holds are not', async () => {
    const { stock } = await receive(5);
    expect(stock).toEqual(expect.objectContaining({ sku, onHand: 5, reserved: 0, available: 5 }));
    expect(await shown()).toEqual([true, 5]);
    expect((await checkOut(3)).order).not.toBeNull();
    const held = (await admin.ask(documents.StockDocument, { sku })).stock;
    expect(held).toMatchObject({ onHand: 5, reserved: 3, available: 2 });
  });

  test('a checkout that lacks units is refused with what there is, and keeps its cart', async () => {
    await receive(2);
    const { order, rejection, cart } = await checkOut(3);
    expect(order).toBeNull();
    expect(rejection).toMatchObject({
      ...{ __typename: 'OutOfStock', code: 'OUT_OF_STOCK' },
      shortages: [{ sku, requested: 3, available: 2 }],
    });
    expect(cart).toMatchObject({ status: 'OPEN', totals: { itemCount: 3 } });
  });

  test('the cart tells before its checkout that units are missing', async () => {
    await receive(2);
    const { cartId, shopper } = await new Shopper(service).open();
    const minRevision = await addTo(shopper, cartId, 3);
    const problems = async () =>
      (await shopper.ask(documents.CartProblemsDocument, { cartId, minRevision })).cart?.problems;
    expect(await problems()).toMatchObject([
      { code: 'OUT_OF_STOCK', sku, available: 2, blocksCheckout: true },
    ]);
    await receive(1);
    expect(await problems()).toEqual([]);
  });

  test('a product that was withdrawn stays in the cart and blocks its checkout', async () => {
    await receive(2);
    const { cartId, shopper } = await new Shopper(service).open();
    const minRevision = await addTo(shopper, cartId, 1);
    await admin.ask(documents.DelistProductDocument, { input: { sku } });
    const asked = { cartId, minRevision };
    const { cart: shown } = await shopper.ask(documents.CartProblemsDocument, asked);
    expect(shown?.problems).toMatchObject([{ code: 'NOT_FOR_SALE', blocksCheckout: true }]);
    const { checkout } = await shopper.ask(documents.CheckoutDocument, {
      input: {
        ...{ cartId, expectedTotal: 1_250 },
        ...{ email: 'ann@example.com', paymentToken: 'tok_ok' },
      },
    });
    expect(checkout).toMatchObject({
      order: null,
      cart: { status: 'OPEN', totals: { itemCount: 1 } },
      rejection: { __typename: 'NotForSale', code: 'NOT_FOR_SALE', skus: [sku] },
    });
    expect((await admin.ask(documents.StockDocument, { sku })).stock).toMatchObject({
      reserved: 0,
    });
  });

  test('a count corrects the units, up and down, and not below 0', async () => {
    const adjust = async (change: { change?: number; onHand?: number }) =>
      (
        await admin.ask(documents.AdjustStockDocument, {
          input: { sku, reason: 'A count', ...change },
        })
      ).adjustStock;
    await receive(5);
    await checkOut(3);
    expect((await adjust({ change: -1 })).stock).toMatchObject({ onHand: 4, available: 1 });
    expect((await adjust({ onHand: 9 })).stock).toMatchObject({ onHand: 9, available: 6 });
    expect(await shown()).toEqual([true, 6]);
    expect((await adjust({ change: -10 })).rejection).toMatchObject({ code: 'STOCK_BELOW_ZERO' });
  });

  test.each([{}, { change: 1, onHand: 1 }])('a correction by %p is no input', async (change) => {
    const input = { sku, reason: 'A count', ...change };
    const { errors } = await admin.answer(documents.AdjustStockDocument, { input });
    expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
  });

  test.each(['guest', 'customer', 'support'] as const)('%s may not change it', async (role) => {
    const reason = { 'x-access-reason': 'ticket 7' };
    const person =
      role === 'guest'
        ? new Shopper(service)
        : await Shopper.signedIn(service, role, 'sue', reason);
    const answers = [
      await person.answer(documents.ReceiveStockDocument, { input: { sku, quantity: 1 } }),
      await person.answer(documents.AdjustStockDocument, {
        input: { sku, reason: 'A count', onHand: 1 },
      }),
    ];
    const codes = answers.map(({ errors }) => errors?.[0]?.extensions.code);
    expect(codes).toEqual(['FORBIDDEN', 'FORBIDDEN']);
    const seen = await person.answer(documents.StockDocument, { sku });
    expect(seen.errors?.[0]?.extensions.code).toBe(role === 'support' ? undefined : 'FORBIDDEN');
  });
});
