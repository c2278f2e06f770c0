// An instance is killed after the store has stored its command and before the store's answer
// arrives. The retry at another instance, which has its own read models, gives the first result.
import { afterEach, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import * as documents from '../../schema/generated/graphql.js';
import { cartIdOf } from '../../src/commands/command-id.js';
import { Cleanup, connectTestStore, startTestNode } from '../event-store/nodes.js';
import { untilStored } from '../event-store/until-stored.js';
import { ServiceProcess } from '../flow/service.js';
import { Shopper } from '../flow/shopper.js';
import { TcpProxy } from '../soak/tcp-proxy.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const sku = 'MUG';

async function startInstance(connectionString: string): Promise<ServiceProcess> {
  const instance = await ServiceProcess.start({
    EVENTSTORE_URL: connectionString,
    CART_TOKEN_SECRET: 'the same for all instances of a shop',
  });
  cleanup.add(() => instance.remove());
  return instance;
}

/** Two instances on one store; the first reaches it through a proxy. */
async function startShop() {
  const { port, connectionString } = await startTestNode(cleanup);
  const proxy = await TcpProxy.start(() => ({ host: '127.0.0.1', port }));
  cleanup.add(() => proxy.close());
  const first = await startInstance(`esdb://127.0.0.1:${proxy.port}?tls=false`);
  const second = await startInstance(connectionString);
  const admin = await Shopper.signedIn(second, 'admin', 'boss');
  const price = { minorUnits: 250, currency: 'GBP' };
  await admin.ask(documents.ListProductDocument, { input: { sku, name: 'A mug', price } });
  const store = connectTestStore(cleanup, connectionString);
  return { proxy, first, second, store };
}

type Shop = Awaited<ReturnType<typeof startShop>>;

/** Sends a command to the first instance, which is killed when the store has the command's event. */
async function killedAfterAppend(
  shop: Shop,
  stream: string,
  type: string,
  send: (shopper: Shopper) => Promise<unknown>,
): Promise<void> {
  // Of the instance's requests, only the append has the type of an event.
  shop.proxy.holdUpAnswersAfter(type);
  const answer = send(new Shopper(shop.first)).then(
    () => 'acknowledged',
    () => 'not acknowledged',
  );
  await untilStored(shop.store, { prefixes: [stream], isIt: (event) => event.type === type });
  expect(shop.proxy.holdsUpAnswers).toBe(true);
  await shop.first.kill();
  expect(await answer).toBe('not acknowledged');
  shop.proxy.letThrough();
}

async function typesOf({ store }: Shop, stream: string): Promise<string[]> {
  const types: string[] = [];
  for await (const { type } of store.readStream(stream)) types.push(type);
  return types;
}

test('a command that was stored and not acknowledged acts once, whoever is asked again', async () => {
  const shop = await startShop();
  const here = new Shopper(shop.second);

  const opening = { commandId: randomUUID() };
  const cartId = cartIdOf(opening.commandId);
  const stream = `cart-${cartId}`;
  const open = async (shopper: Shopper, currency = 'GBP') =>
    (await shopper.ask(documents.OpenCartDocument, { input: { ...opening, currency } })).openCart;
  await killedAfterAppend(shop, stream, 'CartOpened', open);
  expect((await open(here, 'EUR')).rejection?.code).toBe('COMMAND_ID_REUSED');
  const opened = await open(here);
  expect(opened.cart).toMatchObject({ id: cartId, revision: 0 });
  const token = opened.cartToken!;

  await shop.first.restart();
  const adding = { cartId, sku, commandId: randomUUID() };
  const add = async (shopper: Shopper, quantity = 2) => {
    const input = { ...adding, quantity };
    return (await shopper.holding(token).ask(documents.AddItemDocument, { input })).addItem;
  };
  await killedAfterAppend(shop, stream, 'ItemAdded', add);
  expect((await add(here, 3)).rejection?.code).toBe('COMMAND_ID_REUSED');
  const added = await add(here);
  expect(added.cart).toMatchObject({ revision: 1, totals: { itemCount: 2 } });

  await shop.first.restart();
  const payment = { email: 'ann@example.org', paymentToken: 'tok_ok', expectedTotal: 500 };
  const checkingOut = { cartId, commandId: randomUUID(), ...payment };
  const checkOut = async (shopper: Shopper, email = payment.email) => {
    const input = { ...checkingOut, email };
    return (await shopper.holding(token).ask(documents.CheckoutDocument, { input })).checkout;
  };
  await killedAfterAppend(shop, stream, 'CartCheckedOut', checkOut);
  expect((await checkOut(here, 'bob@example.org')).rejection?.code).toBe('COMMAND_ID_REUSED');
  const checkedOut = await checkOut(here);
  expect(checkedOut.order).toMatchObject({ status: 'PLACED', total: { minorUnits: 500 } });

  // The instance that comes back says the same of all three.
  await shop.first.restart();
  const there = new Shopper(shop.first);
  expect(await open(there)).toEqual(opened);
  expect(await add(there)).toEqual(added);
  expect(await checkOut(there)).toEqual(checkedOut);
  expect(await typesOf(shop, stream)).toEqual(['CartOpened', 'ItemAdded', 'CartCheckedOut']);
  const orders = await typesOf(shop, `order-${checkedOut.order!.id}`);
  expect(orders.filter((type) => type === 'OrderPlaced')).toHaveLength(1);
  const verification = JSON.parse(await shop.second.run('verify', '--json')) as object;
  expect(verification).toMatchObject({ differences: [] });
}, 200_000);
