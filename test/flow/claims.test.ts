// A guest signs in and brings the cart along, over HTTP and websocket, against the built service.
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

async function listed(): Promise<string> {
  const sku = `SKU-${randomUUID().slice(0, 8)}`;
  const input = { sku, name: `Product ${sku}`, price: { minorUnits: 500, currency: 'GBP' } };
  await admin.ask(documents.ListProductDocument, { input });
  return sku;
}

/** A customer who has bought nothing yet. */
const customer = () => Shopper.signedIn(service, 'customer', `customer-${randomUUID()}`);

async function cartWith(shopper: Shopper, sku: string, quantity: number) {
  const opened = await shopper.open();
  const input = { cartId: opened.cartId, sku, quantity };
  const { addItem } = await opened.shopper.ask(documents.AddItemDocument, { input });
  await shown(opened.shopper, opened.cartId, addItem.cart!.revision);
  return opened;
}

/** Waits until the read model has the cart at a revision. */
const shown = (shopper: Shopper, cartId: string, minRevision: number) =>
  shopper.ask(documents.CartDocument, { cartId, minRevision, timeoutMs: 10_000 });

test('the guest’s cart becomes the customer’s: its token opens nothing, and its watches end', async () => {
  const lamp = await listed();
  const { cartId, cartToken, shopper } = await cartWith(guest, lamp, 2);
  const watch = shopper.subscribe(documents.CartChangedDocument, { cartId });
  await watch.next();
  const ann = await customer();
  const claim = { input: { cartId, commandId: randomUUID() } };
  const denied = await ann.ask(documents.ClaimCartDocument, claim);
  expect(denied.claimCart).toMatchObject({ cart: null, rejection: { code: 'NOT_FOUND' } });
  const first = await ann.holding(cartToken).ask(documents.ClaimCartDocument, claim);
  expect(first.claimCart).toMatchObject({
    cart: { id: cartId, status: 'OPEN', lines: [{ sku: lamp, quantity: 2 }] },
    claim: { lines: [{ sku: lamp, guestQuantity: 2, customerQuantity: 0, quantity: 2 }] },
    rejection: null,
  });
  expect((await watch.next()).done).toBe(true);
  expect(await ann.ask(documents.ClaimCartDocument, claim)).toEqual(first);

  const late = await shopper.ask(documents.AddItemDocument, { input: { cartId, sku: lamp } });
  expect(late.addItem).toMatchObject({ cart: null, rejection: { code: 'NOT_FOUND' } });
  expect((await shopper.ask(documents.CartDocument, { cartId })).cart).toBeNull();
  expect(
    (await shopper.answer(documents.CartTimelineDocument, { cartId })).errors?.[0],
  ).toMatchObject({
    extensions: { code: 'NOT_FOUND' },
  });

  const { cartTimeline } = await ann.ask(documents.CartTimelineDocument, { cartId });
  expect(cartTimeline.edges.map(({ node }) => node.type)).toEqual([
    ...['CartOpened', 'ItemAdded', 'CartClaimed'],
  ]);
  expect(JSON.stringify(cartTimeline)).not.toContain('tokenHash');
  const past = await ann.ask(documents.CartAtRevisionDocument, { cartId, revision: 1 });
  expect(past.cartAtRevision).toMatchObject({ lines: [{ sku: lamp, quantity: 2 }] });
});

test('a customer with a cart gets the contents into it; the guest’s cart is closed', async () => {
  const lamp = await listed();
  const ann = await customer();
  const { cartId: anns } = await cartWith(ann, lamp, 3);
  const { cartId, cartToken } = await cartWith(guest, lamp, 2);
  const holder = ann.holding(cartToken);
  const input = { cartId, strategy: 'SUM' as const };
  const { claimCart } = await holder.ask(documents.ClaimCartDocument, { input });
  expect(claimCart).toMatchObject({
    cart: { id: anns, lines: [{ sku: lamp, quantity: 5 }] },
    claim: { lines: [{ sku: lamp, guestQuantity: 2, customerQuantity: 3, quantity: 5 }] },
  });
  const merged = await shown(ann, cartId, 2);
  expect(merged.cart?.status).toBe('MERGED');
  const late = await ann.ask(documents.AddItemDocument, { input: { cartId, sku: lamp } });
  expect(late.addItem.rejection?.code).toBe('CART_CLOSED');
  const { myCarts } = await ann.ask(documents.MyCartsDocument, {});
  expect(myCarts.nodes.find(({ id }) => id === cartId)).toMatchObject({
    ...{ status: 'MERGED', mergedInto: anns },
  });
  const again = await holder.ask(documents.ClaimCartDocument, { input });
  expect(again.claimCart.rejection?.code).toBe('CART_CLOSED');
});

test('a customer lists the carts that are theirs, and finds the one in use', async () => {
  const lamp = await listed();
  const ann = await customer();
  expect((await ann.ask(documents.ActiveCartDocument, {})).activeCart).toBeNull();
  const first = await cartWith(ann, lamp, 1);
  const second = await cartWith(ann, lamp, 2);
  const { activeCart } = await ann.ask(documents.ActiveCartDocument, {});
  expect(activeCart?.id).toBe(second.cartId);
  const euros = await ann.ask(documents.ActiveCartDocument, { currency: 'EUR' });
  expect(euros.activeCart).toBeNull();
  const input = { cartId: second.cartId, expectedTotal: 1_000, email: 'a@example.com' };
  const { checkout } = await ann.ask(documents.CheckoutDocument, {
    input: { ...input, paymentToken: 'tok_ok' },
  });
  await shown(ann, second.cartId, checkout.cart!.revision);
  expect((await ann.ask(documents.ActiveCartDocument, {})).activeCart?.id).toBe(first.cartId);

  const page = await ann.ask(documents.MyCartsDocument, { first: 1 });
  expect(page.myCarts).toMatchObject({
    nodes: [{ id: second.cartId, status: 'CHECKED_OUT' }],
    pageInfo: { hasNextPage: true, hasPreviousPage: false },
    totalCount: 2,
  });
  const after = page.myCarts.pageInfo.endCursor;
  const rest = await ann.ask(documents.MyCartsDocument, { first: 1, after });
  expect(rest.myCarts).toMatchObject({
    nodes: [{ id: first.cartId, status: 'OPEN' }],
    pageInfo: { hasNextPage: false, hasPreviousPage: true },
    totalCount: 2,
  });
  for (const other of [guest, admin]) {
    const answer = await other.answer(documents.MyCartsDocument, {});
    expect(answer.errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  }
  const wrong = await ann.answer(documents.MyCartsDocument, { after: 'nonsense' });
  expect(wrong.errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
});
