// Support and admins find carts and orders over HTTP without knowing an id; what they were shown is
// on record, and says nothing of who the customer is.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import * as documents from '../../schema/generated/graphql.js';
import { ServiceProcess } from './service.js';
import { type Answer, Shopper } from './shopper.js';

const sku = '71053';
const reason = { 'x-access-reason': 'ticket 7' };
const email = `Ann.${randomUUID().slice(0, 8)}@Example.org`;

let service: ServiceProcess;
let guest: Shopper;
let support: Shopper;
let admin: Shopper;
let ann: Shopper;
/** Ann's checked-out cart, her open one, and a guest's. */
let bought: string;
let open: string;
let guests: string;
let orderId: string;

beforeAll(async () => {
  service = await ServiceProcess.start();
  guest = new Shopper(service);
  [ann, support, admin] = await Promise.all([
    Shopper.signedIn(service, 'customer', 'ann'),
    Shopper.signedIn(service, 'support', 'sue', reason),
    Shopper.signedIn(service, 'admin', 'boss', reason),
  ]);
  bought = await filled(ann, sku);
  orderId = await ordered(ann, bought, email);
  open = await filled(ann, '84029E');
  guests = await filled(guest, sku);
}, 30_000);
afterAll(() => service.remove());

/** A cart with one unit that the read models have. */
async function filled(who: Shopper, product: string): Promise<string> {
  const { cartId, shopper } = await who.open();
  await shopper.ask(documents.AddItemDocument, { input: { cartId, sku: product } });
  await shopper.ask(documents.CartDocument, { cartId, minRevision: 1, timeoutMs: 5_000 });
  return cartId;
}

async function ordered(who: Shopper, cartId: string, address: string): Promise<string> {
  const { cart } = await who.ask(documents.CartDocument, { cartId });
  const expectedTotal = cart!.totals.total.minorUnits;
  const { checkout } = await who.ask(documents.CheckoutDocument, {
    input: { cartId, expectedTotal, email: address, paymentToken: 'tok_ok' },
  });
  return checkout.order!.id;
}

const codeOf = ({ errors }: Answer<unknown>) => errors?.[0]?.extensions.code;

async function cartsFor(who: Shopper, filter: object) {
  const { carts } = await who.ask(documents.FindCartsDocument, { filter, first: 50 });
  expect(carts.totalCount).toBe(carts.nodes.length);
  return carts.nodes.map(({ id }) => id);
}

async function ordersFor(who: Shopper, filter: object) {
  const { orders } = await who.ask(documents.FindOrdersDocument, { filter, first: 50 });
  return orders.nodes.map(({ id }) => id);
}

async function recordOf(cartId: string): Promise<string[]> {
  const stored = await service.run('inspect', `access-${cartId}`, '--json');
  return stored.trim().split('\n');
}

test('carts are found by product, status, customer and time, the last changed first', async () => {
  expect(await cartsFor(support, { sku })).toEqual([guests, bought]);
  expect(await cartsFor(support, { sku, status: 'OPEN' })).toEqual([guests]);
  expect(await cartsFor(support, { customerId: 'ann' })).toEqual([open, bought]);
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
  expect(await cartsFor(support, { changedFrom: tomorrow })).toEqual([]);
  expect(await cartsFor(admin, { customerId: 'ann', changedBefore: tomorrow })).toHaveLength(2);
});

test('an e-mail address finds the orders and carts of its customer, however it is written', async () => {
  for (const written of [email, email.toLowerCase(), ` ${email.toUpperCase()} `]) {
    expect(await ordersFor(support, { email: written })).toEqual([orderId]);
    expect(await cartsFor(support, { email: written })).toEqual([open, bought]);
  }
  expect(await ordersFor(support, { email: `x${email}` })).toEqual([]);
  const wrong = { filter: { email: 'no address' } };
  expect(codeOf(await support.answer(documents.FindCartsDocument, wrong))).toBe('BAD_USER_INPUT');
});

test('the pages of a search go forwards and backwards', async () => {
  const filter = { customerId: 'ann' };
  const ask = async (page: object) =>
    (await support.ask(documents.FindCartsDocument, { filter, ...page })).carts;
  const first = await ask({ first: 1 });
  expect(first.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false });
  const second = await ask({ first: 1, after: first.pageInfo.endCursor });
  expect(second.nodes.map(({ id }) => id)).toEqual([bought]);
  expect(second.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
  const back = await ask({ last: 1, before: second.pageInfo.startCursor });
  expect(back).toEqual(first);
  const both = { filter, first: 2, last: 1 };
  expect(codeOf(await support.answer(documents.FindCartsDocument, both))).toBe('BAD_USER_INPUT');
  const foreign = { filter, first: 1, after: 'b3JkZXIgMSAx' };
  expect(codeOf(await support.answer(documents.FindCartsDocument, foreign))).toBe('BAD_USER_INPUT');
});

test('each cart that was shown is on record, with who and why', async () => {
  const before = await recordOf(guests).catch(() => []);
  await cartsFor(support, { sku, status: 'OPEN' });
  await cartsFor(admin, { sku, status: 'OPEN' });
  const looks = (await recordOf(guests)).slice(before.length);
  expect(looks).toHaveLength(2);
  expect(looks[0]).toContain('sue');
  expect(looks[1]).toContain('boss');
  for (const look of looks) expect(look).toContain('ticket 7');
  const { length } = await recordOf(bought).catch(() => []);
  await ordersFor(support, { email });
  expect(await recordOf(bought)).toHaveLength(length + 1);
});

test('staff are not shown who the customer is', async () => {
  for (const staff of [support, admin]) {
    const { cart } = await staff.ask(documents.CartDocument, { cartId: open });
    expect(cart).toMatchObject({ id: open, customerId: null });
  }
});

test('carts are for staff who say why; customers list their own orders', async () => {
  const silent = await Promise.all([
    Shopper.signedIn(service, 'support', 'sue'),
    Shopper.signedIn(service, 'admin', 'boss'),
  ]);
  for (const who of [guest, ann, ...silent]) {
    expect(codeOf(await who.answer(documents.FindCartsDocument, {}))).toBe('FORBIDDEN');
  }
  const [, boss] = silent;
  // Without a reason an admin does not see a cart, as if there was none.
  expect((await boss.ask(documents.CartDocument, { cartId: open })).cart).toBeNull();
  expect(await ordersFor(boss, { email })).toEqual([orderId]);
  expect(await ordersFor(ann, {})).toEqual([orderId]);
  expect(codeOf(await guest.answer(documents.FindOrdersDocument, {}))).toBe('FORBIDDEN');
});

test('an address finds nobody after an erasure', async () => {
  const ben = await Shopper.signedIn(service, 'customer', 'ben');
  const cartId = await filled(ben, '84029E');
  const order = await ordered(ben, cartId, `ben-${email}`);
  // A cart opened after the order is in the rows after it.
  await filled(ben, '84029E');
  const address = { email: `ben-${email}` };
  expect(await ordersFor(support, address)).toEqual([order]);
  await admin.ask(documents.EraseCustomerDocument, { input: address });
  expect(await ordersFor(support, address)).toEqual([]);
  expect(await cartsFor(support, address)).toEqual([]);
  expect(await ordersFor(support, { customerId: 'ben' })).toEqual([order]);
});
