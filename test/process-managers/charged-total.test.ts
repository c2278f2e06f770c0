// What is charged, and paid back after a cancellation: all that was agreed, with shipping and the
// taxes that prices do not include.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { ShippingCommands } from '../../src/commands/shipping-commands.js';
import { TaxCommands } from '../../src/commands/tax-commands.js';
import { accepted, by, lantern, monday } from '../commands/shop.js';
import { Cleanup, connectTestStore, startTestNode } from '../event-store/nodes.js';
import { Surroundings } from './mortal-shop.js';

const cleanup = new Cleanup();
afterAll(() => cleanup.run());

const PRICE = 1_000;
const RATE = 200_000;

let around: Surroundings;
beforeAll(async () => {
  const { connectionString } = await startTestNode(cleanup);
  around = await Surroundings.on(connectTestStore(cleanup, connectionString));
  const { shop } = around.process();
  await shop.list(PRICE);
  const tax = new TaxCommands(shop.runner);
  const shipping = new ShippingCommands(shop.runner);
  const rule = { name: 'VAT', category: 'standard', region: null, partsPerMillion: RATE };
  for (const [country, pricesIncludeTax] of [
    ['GB', true],
    ['US', false],
  ] as const) {
    const defined = { ...rule, country, pricesIncludeTax, holdsFrom: monday };
    accepted(await tax.define(defined, by()));
  }
  for (const [code, minorUnits] of [
    ['FREE', 0],
    ['POST', 250],
  ] as const) {
    const prices = [{ currency: 'GBP', minorUnits, freeFrom: null }];
    const terms = { name: code, countries: null, taxCategory: 'standard', prices };
    accepted(await shipping.define({ code, ...terms }, by()));
  }
});

const address = { name: 'A. Buyer', lines: ['1 High Street'], city: 'Town' };
const personal = {
  address: { ...address, postalCode: null, phone: null },
  email: 'buyer@example.com',
};

test.each([
  ['goods alone', null, null, PRICE],
  ['taxes in prices', 'GB', 'FREE', PRICE],
  ['shipping', 'GB', 'POST', PRICE + 250],
  ['taxes on prices', 'US', 'FREE', PRICE + 200],
  ['shipping, and taxes on both', 'US', 'POST', PRICE + 250 + 250],
])('an order of %s is charged and paid back whole', async (_what, country, code, total) => {
  const process = around.process();
  const { shop } = process;
  const cartId = await shop.openCart();
  const { sku } = lantern;
  accepted(await shop.carts.change({ type: 'AddItem', cartId, sku, quantity: 1 }, by()));
  if (country !== null) {
    const place = { country, region: null };
    const going = { type: 'SetShippingAddress', cartId, ...place, personal } as const;
    accepted(await shop.carts.change(going, by()));
    accepted(await shop.carts.change({ type: 'ChooseShippingMethod', cartId, code }, by()));
  }
  const checkout = { cartId, expectedTotal: total };
  const { order } = await shop.carts.checkOut(checkout, by({ commandId: randomUUID() }), 'tok_ok');
  const orderId = order?.id ?? '';
  await process.settle(cartId);
  expect(await around.bank.charges(orderId)).toMatchObject([{ amount: total, outcome: 'CHARGED' }]);
  expect(await shop.orders.freshState(orderId)).toMatchObject({ status: 'PAID', total });
  accepted(await shop.fulfilment.cancel({ orderId, reason: 'no need' }, by()));
  await process.settle(cartId);
  expect(await around.bank.refunds(orderId)).toMatchObject([{ amount: total }]);
});
