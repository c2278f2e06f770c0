import { afterEach, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Contacts } from '../../src/personal-data/contacts.js';
import { openPersonalData } from '../../src/personal-data/open.js';
import { systemTime } from '../../src/waiting/time.js';
import { Cleanup } from '../event-store/nodes.js';
import { accepted, by, keyed, lantern, monday, refusalOf, Shop, startShop } from './shop.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const { sku } = lantern;

async function filledCart(shop: Shop): Promise<string> {
  await shop.list();
  const cartId = await shop.openCart();
  accepted(await shop.carts.change({ type: 'AddItem', cartId, sku, quantity: 6 }, by()));
  return cartId;
}

test('a checkout closes the cart and places its order at the same instant', async () => {
  const shop = await startShop(cleanup);
  const cartId = await filledCart(shop);
  shop.clock.now = monday + 60_000;
  const { outcome, order } = await shop.carts.checkOut({ cartId, expectedTotal: 2034 }, by());
  expect(accepted(outcome).state).toMatchObject({ status: 'CHECKED_OUT', orderId: order!.id });
  expect(order).toMatchObject({
    cartId,
    status: 'PLACED',
    total: 2034,
    units: 6,
    placedAt: monday + 60_000,
  });
  expect(await shop.typesOf(`order-${order!.id}`)).toEqual(['OrderPlaced']);
});

test('a checkout of another total than the one now is refused and places nothing', async () => {
  const shop = await startShop(cleanup);
  const cartId = await filledCart(shop);
  const { outcome, order } = await shop.carts.checkOut({ cartId, expectedTotal: 2033 }, by());
  expect(outcome).toMatchObject({ rejection: { code: 'TOTAL_CHANGED', currentTotal: 2034 } });
  expect(order).toBeUndefined();
  expect(await shop.typesOf(`cart-${cartId}`)).toEqual(['CartOpened', 'ItemAdded']);
});

test('a repeated checkout answers with the same order, also after a restart', async () => {
  const shop = await startShop(cleanup);
  const cartId = await filledCart(shop);
  const context = keyed();
  const first = await shop.carts.checkOut({ cartId, expectedTotal: 2034 }, context);
  const again = await new Shop(shop.store).carts.checkOut({ cartId, expectedTotal: 2034 }, context);
  expect(again.order).toEqual(first.order);
  expect(await shop.typesOf(`order-${first.order!.id}`)).toEqual(['OrderPlaced']);
});

test('a repeated checkout for another e-mail address is refused', async () => {
  const shop = await startShop(cleanup);
  const cartId = await filledCart(shop);
  const context = keyed();
  const checkOut = (email: string) =>
    shop.carts.checkOut({ cartId, expectedTotal: 2034, also: { email } }, context);
  accepted((await checkOut('a@example.com')).outcome);
  expect(accepted((await checkOut('a@example.com')).outcome).replayed).toBe(true);
  expect(refusalOf((await checkOut('b@example.com')).outcome)).toBe('COMMAND_ID_REUSED');
});

test('the contact of a checkout is stored encrypted with the cart and with the order', async () => {
  const { store } = await startShop(cleanup);
  const dataDir = await mkdtemp(join(tmpdir(), 'cartograph-checkout-'));
  cleanup.add(() => rm(dataDir, { recursive: true }));
  const people = await openPersonalData({ dataDir, secret: Buffer.alloc(32, 7) }, systemTime);
  cleanup.add(() => people.close());
  const contacts = new Contacts(people);
  const shop = new Shop(store, { contacts });
  const cartId = await filledCart(shop);
  const email = 'canary@example.org';
  const input = { cartId, expectedTotal: 2034, also: { email }, contact: { email } };
  const { order } = await shop.carts.checkOut(input, keyed());
  const stored = [
    ...(await shop.eventsOf(`cart-${cartId}`)),
    ...(await shop.eventsOf(`order-${order!.id}`)),
  ];
  expect(JSON.stringify(stored.map(({ data, metadata }) => [data, metadata]))).not.toContain(email);
  const [ofCart, ofOrder] = stored.filter(({ data }) => 'contact' in (data as object));
  expect(ofOrder!.data).toMatchObject({ contact: order!.contact });
  expect(ofCart!.data).toMatchObject({ contact: order!.contact });
  expect(await contacts.open(order!.contact!)).toEqual({ email });
});

test('a checkout whose contact cannot be encrypted closes nothing', async () => {
  const { store } = await startShop(cleanup);
  const fails = () => Promise.reject(new Error('no room for a key'));
  const contacts = { seal: fails, sealText: fails };
  const shop = new Shop(store, { contacts });
  const cartId = await filledCart(shop);
  const input = { cartId, expectedTotal: 2034, contact: { email: 'a@example.com' } };
  await expect(shop.carts.checkOut(input, keyed())).rejects.toThrow('no room for a key');
  expect(await shop.typesOf(`cart-${cartId}`)).toEqual(['CartOpened', 'ItemAdded']);
});

test('an e-mail address cannot be guessed from what the log keeps of the checkout', async () => {
  const opening = keyed();
  const hashes: (string | undefined)[] = [];
  // The same cart in two shops that differ in nothing but the secret.
  for (const secret of ['one secret', 'another secret']) {
    const shop = new Shop((await startShop(cleanup)).store, { secret });
    await shop.list();
    const { outcome } = await shop.carts.open({ currency: 'GBP', customerId: null }, opening);
    const cartId = accepted(outcome).state.id ?? '';
    accepted(await shop.carts.change({ type: 'AddItem', cartId, sku, quantity: 6 }, by()));
    const input = { cartId, expectedTotal: 2034, also: { email: 'a@example.com' } };
    accepted((await shop.carts.checkOut(input, keyed())).outcome);
    hashes.push((await shop.eventsOf(`cart-${cartId}`)).at(-1)?.metadata.commandHash);
  }
  expect(hashes[0]).toMatch(/^[0-9a-f]{64}$/);
  expect(hashes[0]).not.toBe(hashes[1]);
});

test('nothing can be changed after the checkout', async () => {
  const shop = await startShop(cleanup);
  const cartId = await filledCart(shop);
  await shop.carts.checkOut({ cartId, expectedTotal: 2034 }, by());
  const edits = [
    await shop.carts.change({ type: 'AddItem', cartId, sku, quantity: 1 }, by()),
    await shop.carts.change({ type: 'ChangeQuantity', cartId, sku, quantity: 1 }, by()),
    await shop.carts.change({ type: 'RemoveItem', cartId, sku }, by()),
    await shop.carts.change({ type: 'ApplyCoupon', cartId, code: 'WELCOME10' }, by()),
    (await shop.carts.checkOut({ cartId, expectedTotal: 2034 }, by())).outcome,
  ];
  expect(edits.map(refusalOf)).toEqual(edits.map(() => 'CART_CLOSED'));
});
