// A serving shop's Postgres is there but has lost its tables: an empty standby became the primary,
// or an operator restores a backup. That is as if it were away, until the tables are back.
import { afterEach, expect, test } from '@jest/globals';
import pg from 'pg';
import * as documents from '../../schema/generated/graphql.js';
import { Cleanup, startTestNode } from '../event-store/nodes.js';
import { ServiceProcess } from '../flow/service.js';
import { Shopper } from '../flow/shopper.js';
import { untilOrder } from '../flow/whole-shop/buying.js';
import { describeOnPostgres } from '../read-models/databases.js';
import { PostgresServer } from '../read-models/postgres-server.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

async function startShop() {
  const server = await PostgresServer.start();
  cleanup.add(() => server.remove());
  const { connectionString } = await startTestNode(cleanup);
  const url = await server.database();
  const service = await ServiceProcess.start({
    EVENTSTORE_URL: connectionString,
    DATABASE_URL: url,
  });
  cleanup.add(() => service.remove());
  const admin = await Shopper.signedIn(service, 'admin', 'boss');
  const price = { minorUnits: 250, currency: 'GBP' };
  await admin.ask(documents.ListProductDocument, { input: { sku: 'MUG', name: 'mug', price } });
  const { cartId, shopper } = await new Shopper(service).open();
  await shopper.ask(documents.AddItemDocument, { input: { cartId, sku: 'MUG' } });
  const run = async (sql: string) => {
    const client = new pg.Client(url);
    await client.connect();
    await client.query(sql).finally(() => client.end());
  };
  return {
    ...{ service, cartId, shopper },
    lose: () => run('ALTER SCHEMA public RENAME TO lost; CREATE SCHEMA public'),
    giveBack: () => run('DROP SCHEMA public CASCADE; ALTER SCHEMA lost RENAME TO public'),
  };
}

type Shop = Awaited<ReturnType<typeof startShop>>;

async function buyWithoutTables({ cartId, shopper }: Shop) {
  const { addItem } = await shopper.ask(documents.AddItemDocument, {
    input: { cartId, sku: 'MUG' },
  });
  expect(addItem).toMatchObject({
    rejection: null,
    cart: { totals: { total: { minorUnits: 500 } } },
  });
  const { checkout } = await shopper.ask(documents.CheckoutDocument, {
    input: { cartId, expectedTotal: 500, email: 'ann@example.org', paymentToken: 'tok_ok' },
  });
  expect(checkout.rejection).toBeNull();
  return checkout.order!.id;
}

describeOnPostgres('a database that has lost its tables', () => {
  test('counts as away: carts go on by the log, and queries say so', async () => {
    const shop = await startShop();
    const { service, cartId, shopper } = shop;
    await shop.lose();
    const orderId = await buyWithoutTables(shop);
    const answers = [
      await shopper.answer(documents.CartDocument, { cartId }),
      await shopper.answer(documents.ProductsDocument, {}),
      await shopper.answer(documents.ProductDocument, { sku: 'MUG' }),
    ];
    for (const { errors } of answers) {
      expect(errors?.[0]?.extensions.code).toBe('SERVICE_UNAVAILABLE');
    }
    const ready = await fetch(`${service.url}/health/ready`);
    expect(ready.status).toBe(503);
    expect(await ready.text()).toContain('A table of the read models is missing');

    await shop.giveBack();
    expect((await untilOrder(shopper, orderId, 'PAID')).total.minorUnits).toBe(500);
  }, 120_000);

  test('gets its tables at the next start, and what was ordered meanwhile is paid', async () => {
    const shop = await startShop();
    await shop.lose();
    const orderId = await buyWithoutTables(shop);
    await shop.service.stop();
    await shop.service.restart();
    expect((await untilOrder(shop.shopper, orderId, 'PAID')).total.minorUnits).toBe(500);
  }, 120_000);
});
