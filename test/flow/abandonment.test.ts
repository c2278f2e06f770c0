// An idle cart of the built service: abandoned, seen by its watcher, and revived by a change.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readdir, readFile, watch as watchFolder } from 'node:fs/promises';
import { join } from 'node:path';
import * as documents from '../../schema/generated/graphql.js';
import { ServiceProcess } from './service.js';
import { Shopper } from './shopper.js';
import { untilOrder } from './whole-shop/buying.js';

let service: ServiceProcess;
beforeAll(async () => {
  service = await ServiceProcess.start({ ABANDON_CARTS_AFTER_SECONDS: '1' });
});
afterAll(() => service.remove());

test('nobody changes a cart: it is abandoned; adding to it revives it', async () => {
  const { cartId, shopper } = await new Shopper(service).open();
  const watch = shopper.subscribe(documents.CartChangedDocument, { cartId, afterRevision: 0 });
  const { value: abandoned } = await watch.next();
  expect(abandoned?.cartChanged).toMatchObject({
    event: { type: 'CartAbandoned', summary: 'Abandoned: nobody changed the cart' },
    cart: { status: 'ABANDONED' },
  });
  const { openedAt } = abandoned!.cartChanged.cart;
  expect(Date.parse(abandoned!.cartChanged.event!.occurredAt)).toBe(Date.parse(openedAt) + 1_000);
  const { products } = await shopper.ask(documents.ProductsDocument, { first: 1 });
  const { sku } = products.edges[0]!.node;
  const { addItem } = await shopper.ask(documents.AddItemDocument, { input: { cartId, sku } });
  expect(addItem.cart).toMatchObject({ status: 'OPEN', lines: [{ sku }] });
  const types = [(await watch.next()).value, (await watch.next()).value].map(
    (change) => change?.cartChanged.event?.type,
  );
  expect(types).toEqual(['CartRevived', 'ItemAdded']);
  const past = await shopper.ask(documents.CartAtRevisionDocument, { cartId, revision: 1 });
  expect(past.cartAtRevision?.status).toBe('ABANDONED');
  await watch.return(undefined);
});

async function hasReminder(): Promise<boolean> {
  const outbox = join(service.dataDir, 'outbox');
  const names = (await readdir(outbox)).filter((name) => name.endsWith('.eml'));
  const mails = await Promise.all(names.map((name) => readFile(join(outbox, name), 'utf8')));
  return mails.some((mail) => mail.includes('Subject: Your cart is waiting'));
}

test('a customer with an order gets a mail about the cart that waits', async () => {
  const customer = await Shopper.signedIn(service, 'customer', 'ann');
  const { products } = await customer.ask(documents.ProductsDocument, { first: 1 });
  const { sku } = products.edges[0]!.node;
  const filled = async () => {
    const { cartId, shopper } = await customer.open();
    const { addItem } = await shopper.ask(documents.AddItemDocument, { input: { cartId, sku } });
    return { cartId, shopper, expectedTotal: addItem.cart!.totals.total.minorUnits };
  };
  const { cartId, shopper, expectedTotal } = await filled();
  const { checkout } = await shopper.ask(documents.CheckoutDocument, {
    input: { cartId, email: 'ann@example.org', paymentToken: 'tok_ok', expectedTotal },
  });
  // The address is that of an order: as long as there is none, nobody is reminded.
  await untilOrder(customer, checkout.order!.id, 'PAID');
  // A cart opened now is in the read models after the order.
  const later = await new Shopper(service).open();
  const least = { cartId: later.cartId, minRevision: 0, timeoutMs: 10_000 };
  await later.shopper.ask(documents.CartDocument, least);
  const left = await filled();
  const watch = left.shopper.subscribe(documents.CartChangedDocument, {
    ...{ cartId: left.cartId, afterRevision: 0 },
  });
  let type: string | undefined;
  for await (const { cartChanged } of watch) {
    type = cartChanged.event?.type;
    const { lines, status } = cartChanged.cart;
    if (status === 'ABANDONED' && lines.length > 0) break;
  }
  expect(type).toBe('CartAbandoned');
  const changes = watchFolder(join(service.dataDir, 'outbox'))[Symbol.asyncIterator]();
  for (let change = changes.next(); !(await hasReminder()); change = changes.next()) await change;
  await changes.return?.();
  expect(await hasReminder()).toBe(true);
});
