// More buyers than units, at two instances of one shop at once.
import { afterEach, expect, test } from '@jest/globals';
import { inParallel } from '../../src/commands/in-parallel.js';
import { Cleanup } from '../event-store/nodes.js';
import {
  accepted,
  answered,
  by,
  keyed,
  lantern,
  quantityIn,
  refusalOf,
  type Shop,
  startShops,
} from './shop.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const { sku } = lantern;
const BUYERS = 500;
const UNITS = 100;
const OPENING = 32;

async function openCart(shop: Shop): Promise<string> {
  const cartId = await shop.openCart();
  accepted(await shop.carts.change({ type: 'AddItem', cartId, sku, quantity: 1 }, by()));
  return cartId;
}

function checkOut(shop: Shop, cartId: string) {
  const context = keyed();
  return answered(() => shop.carts.checkOut({ cartId, expectedTotal: 339 }, context));
}

test('500 buyers of 100 units at once: exactly 100 orders, and nobody else loses anything', async () => {
  const shops = await startShops(cleanup, 2);
  const shopOf = (buyer: number) => shops[buyer % shops.length]!;
  await shopOf(0).list();
  await shopOf(0).receive(UNITS);
  const buyers = Array.from({ length: BUYERS }, (_, buyer) => buyer);
  const carts: string[] = [];
  await inParallel(buyers, OPENING, async (buyer) => {
    carts[buyer] = await openCart(shopOf(buyer));
  });

  const answers = await Promise.all(carts.map((cartId, buyer) => checkOut(shopOf(buyer), cartId)));

  const orders = answers.flatMap(({ order }) => order ?? []);
  const refusals = answers
    .map(({ outcome }) => refusalOf(outcome))
    .filter((code) => code !== 'accepted');
  expect(new Set(orders.map(({ id }) => id)).size).toBe(UNITS);
  expect(refusals).toEqual(Array.from({ length: BUYERS - UNITS }, () => 'OUT_OF_STOCK'));
  const stock = await shopOf(1).stock.freshState(sku);
  expect(stock).toMatchObject({ onHand: UNITS, reserved: UNITS });
  expect(stock.reservations.map(({ orderId }) => orderId).sort()).toEqual(
    orders.map(({ id }) => id).sort(),
  );
  const others = carts.filter((_, buyer) => answers[buyer]?.order === undefined);
  for (const cartId of others) {
    const cart = await shopOf(0).carts.freshState(cartId);
    expect([cart.status, quantityIn(cart)]).toEqual(['OPEN', 1]);
  }
}, 240_000);
