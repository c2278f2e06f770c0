// Over HTTP against the built service: several lines at once, prices that moved and are accepted,
// undo, and the copy of a cart.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import * as documents from '../../schema/generated/graphql.js';
import { ServiceProcess } from './service.js';
import { Shopper } from './shopper.js';

let service: ServiceProcess;
let guest: Shopper;
let admin: Shopper;
beforeAll(async () => {
  service = await ServiceProcess.start();
  guest = new Shopper(service);
  admin = await Shopper.signedIn(service, 'admin', 'boss');
});
afterAll(() => service.remove());

async function listed(minorUnits: number): Promise<string> {
  const sku = `SKU-${randomUUID().slice(0, 8)}`;
  const input = { sku, name: `Product ${sku}`, price: { minorUnits, currency: 'GBP' } };
  await admin.ask(documents.ListProductDocument, { input });
  return sku;
}

test('a cart begins with the lines that can be added, and the report names the others', async () => {
  const lamp = await listed(500);
  const input = { commandId: randomUUID(), lines: [{ sku: 'GONE' }, { sku: lamp, quantity: 2 }] };
  const first = await guest.ask(documents.OpenCartWithLinesDocument, { input });
  expect(first.openCart.cart).toMatchObject({ lines: [{ sku: lamp, quantity: 2 }] });
  expect(first.openCart.report).toMatchObject([
    { sku: 'GONE', quantity: 1, added: false, code: 'NOT_FOUND' },
    { sku: lamp, quantity: 2, added: true, code: null },
  ]);
  expect(await guest.ask(documents.OpenCartWithLinesDocument, { input })).toEqual(first);
});

test('several lines are added all or none, unless partially', async () => {
  const lamp = await listed(500);
  const { cartId, shopper } = await guest.open();
  const lines = [{ sku: lamp }, { sku: 'GONE', quantity: 3 }];
  const none = await shopper.ask(documents.AddItemsDocument, { input: { cartId, lines } });
  expect(none.addItems).toMatchObject({
    cart: { lines: [] },
    rejection: { code: 'LINES_REFUSED' },
    report: [{ sku: 'GONE', quantity: 3, added: false, code: 'NOT_FOUND' }],
  });
  const partially = await shopper.ask(documents.AddItemsDocument, {
    input: { cartId, lines, partially: true },
  });
  expect(partially.addItems).toMatchObject({
    cart: { lines: [{ sku: lamp, quantity: 1 }] },
    rejection: null,
    report: [{ added: true }, { added: false }],
  });
  const many = Array.from({ length: 251 }, () => ({ sku: lamp }));
  for (const wrong of [[], many, [{ sku: lamp, quantity: 0 }]]) {
    const answer = await shopper.answer(documents.AddItemsDocument, {
      input: { cartId, lines: wrong },
    });
    expect(answer.errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
  }
});

test('a price that moved shows old and new, and is accepted; undo takes it back', async () => {
  const lamp = await listed(500);
  const { cartId, shopper } = await guest.open();
  await shopper.ask(documents.AddItemDocument, { input: { cartId, sku: lamp, quantity: 2 } });
  await admin.ask(documents.ChangeProductPriceDocument, {
    input: { sku: lamp, price: { minorUnits: 700, currency: 'GBP' } },
  });
  const { cart } = await shopper.ask(documents.CartProblemsDocument, { cartId });
  expect(cart?.problems).toMatchObject([
    {
      ...{ code: 'PRICE_CHANGED', sku: lamp },
      ...{ oldPrice: { decimal: '5.00' }, newPrice: { decimal: '7.00' } },
    },
  ]);
  const { acceptPrices } = await shopper.ask(documents.AcceptPricesDocument, { input: { cartId } });
  expect(acceptPrices.cart?.totals.total.decimal).toBe('14.00');
  const checkout = { cartId, expectedTotal: 1_000, email: 'a@example.com', paymentToken: 'tok_ok' };
  const late = await shopper.ask(documents.CheckoutDocument, { input: checkout });
  expect(late.checkout).toMatchObject({
    order: null,
    rejection: { code: 'TOTAL_CHANGED', currentTotal: 1_400 },
  });
  const totals: (string | undefined)[] = [];
  for (let times = 0; times < 2; times += 1) {
    const { undo } = await shopper.ask(documents.UndoDocument, { input: { cartId } });
    totals.push(undo.cart?.totals.total.decimal);
  }
  expect(totals).toEqual(['10.00', '14.00']);
});

test('a copy of a past state is a cart of its own', async () => {
  const lamp = await listed(500);
  const { cartId, shopper } = await guest.open();
  await shopper.ask(documents.AddItemDocument, { input: { cartId, sku: lamp, quantity: 2 } });
  await shopper.ask(documents.RemoveItemDocument, { input: { cartId, sku: lamp } });
  const input = { cartId, atRevision: 1 };
  const { forkCart } = await shopper.ask(documents.ForkCartDocument, { input });
  expect(forkCart).toMatchObject({
    cart: { lines: [{ sku: lamp, quantity: 2 }] },
    report: [{ sku: lamp, quantity: 2, added: true }],
    rejection: null,
  });
  const copy = forkCart.cart!.id;
  const owner = guest.holding(forkCart.cartToken!);
  const { cartTimeline } = await owner.ask(documents.CartTimelineDocument, { cartId: copy });
  expect(cartTimeline.edges.map(({ node }) => node.summary)).toEqual([
    'Opened a cart in GBP',
    `Copied revision 1 of cart ${cartId}`,
  ]);
  const stranger = await guest.ask(documents.ForkCartDocument, { input });
  expect(stranger.forkCart).toMatchObject({ cart: null, cartToken: null, report: [] });
  expect(stranger.forkCart.rejection?.code).toBe('NOT_FOUND');
});
