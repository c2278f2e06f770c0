// Postgres goes away under a serving shop. Carts are changed and checked out all the same, by what
// the log says; queries say that they cannot be answered; an instance that starts meanwhile waits.
import { afterEach, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import * as documents from '../../schema/generated/graphql.js';
import { Cleanup, startTestNode } from '../event-store/nodes.js';
import { ServiceProcess } from '../flow/service.js';
import { Shopper } from '../flow/shopper.js';
import { untilOrder } from '../flow/whole-shop/buying.js';
import { describeOnPostgres } from '../read-models/databases.js';
import { PostgresServer } from '../read-models/postgres-server.js';
import { TcpProxy } from '../soak/tcp-proxy.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const money = (minorUnits: number) => ({ minorUnits, currency: 'GBP' });
const waiting = 'the database of the read models is not available yet';

async function startShop() {
  const database = await PostgresServer.start();
  cleanup.add(() => database.remove());
  const { connectionString } = await startTestNode(cleanup);
  const direct = new URL(await database.database());
  const way = await TcpProxy.start(() => ({ host: direct.hostname, port: Number(direct.port) }));
  cleanup.add(() => way.close());
  const through = Object.assign(new URL(direct), { port: String(way.port) });
  const service = await ServiceProcess.start({
    EVENTSTORE_URL: connectionString,
    DATABASE_URL: through.href,
  });
  cleanup.add(() => service.remove());
  const admin = await Shopper.signedIn(service, 'admin', 'boss');
  const list = (sku: string, minorUnits: number) =>
    admin.ask(documents.ListProductDocument, {
      input: { sku, name: sku.toLowerCase(), price: money(minorUnits) },
    });
  const define = (code: string, percentageBasisPoints: number) =>
    admin.ask(documents.DefineCouponDocument, {
      input: { code, description: code, percentageBasisPoints },
    });
  return { database, way, service, admin, list, define };
}

describeOnPostgres('the database of the read models is away', () => {
  test('carts are opened, changed and checked out at the prices of the log', async () => {
    const { database, service, admin, list, define } = await startShop();
    await list('MUG', 250);
    await list('CUP', 100);
    await define('TENTH', 1_000);
    const { cartId, shopper } = await new Shopper(service).open();
    await shopper.ask(documents.AddItemDocument, { input: { cartId, sku: 'MUG', quantity: 2 } });

    await database.stop();
    // What nobody has looked up before, and what has changed since.
    await list('POT', 900);
    await define('FIFTH', 2_000);
    await admin.ask(documents.ChangeProductPriceDocument, {
      input: { sku: 'CUP', price: money(150) },
    });
    await admin.ask(documents.DelistProductDocument, { input: { sku: 'MUG' } });

    const opened = await new Shopper(service).open();
    expect(opened.cartId).not.toBe(cartId);
    const add = async (sku: string) => {
      const { addItem } = await shopper.ask(documents.AddItemDocument, { input: { cartId, sku } });
      return addItem.rejection?.code ?? addItem.cart?.lines.at(-1)?.unitPrice.minorUnits;
    };
    expect(await add('POT')).toBe(900);
    expect(await add('CUP')).toBe(150);
    expect(await add('NOTHING')).toBe('NOT_FOUND');
    const { changeQuantity } = await shopper.ask(documents.ChangeQuantityDocument, {
      input: { cartId, sku: 'POT', quantity: 3 },
    });
    expect(changeQuantity.cart?.totals.total.minorUnits).toBe(500 + 2_700 + 150);
    const { removeItem } = await shopper.ask(documents.RemoveItemDocument, {
      input: { cartId, sku: 'MUG' },
    });
    expect(removeItem.cart?.totals.total.minorUnits).toBe(2_850);
    for (const [code, total] of [
      ['FIFTH', 2_280],
      ['TENTH', null],
    ] as const) {
      const { applyCoupon } = await shopper.ask(documents.ApplyCouponDocument, {
        input: { cartId, code },
      });
      expect(applyCoupon.rejection).toBeNull();
      if (total !== null) expect(applyCoupon.cart?.totals.total.minorUnits).toBe(total);
    }
    const { removeCoupon } = await shopper.ask(documents.RemoveCouponDocument, {
      input: { cartId, code: 'TENTH' },
    });
    expect(removeCoupon.cart?.totals.total.minorUnits).toBe(2_280);
    const commandId = randomUUID();
    const input = { cartId, email: 'ann@example.org', paymentToken: 'tok_ok', commandId };
    const checkOut = () =>
      shopper.ask(documents.CheckoutDocument, { input: { ...input, expectedTotal: 2_280 } });
    const { checkout } = await checkOut();
    expect(checkout).toMatchObject({ order: { cartId, status: 'PLACED' }, rejection: null });
    const queries = [
      await shopper.answer(documents.CartDocument, { cartId }),
      await shopper.answer(documents.ProductsDocument, {}),
    ];
    for (const { errors } of queries) {
      expect(errors?.[0]?.extensions.code).toBe('SERVICE_UNAVAILABLE');
    }
    // History is folded from the log.
    const { cartTimeline } = await shopper.ask(documents.CartTimelineDocument, { cartId });
    expect(cartTimeline.edges.length).toBeGreaterThan(8);

    await database.startAgain();
    const order = await untilOrder(shopper, checkout.order!.id, 'PAID');
    expect(order.total.minorUnits).toBe(2_280);
    expect((await checkOut()).checkout.order?.id).toBe(order.id);
    const { cart } = await shopper.ask(documents.CartDocument, {
      cartId,
      minRevision: checkout.cart!.revision,
      timeoutMs: 10_000,
    });
    expect(cart?.status).toBe('CHECKED_OUT');
  }, 120_000);

  test('a cart is checked out while it does not say a word, and its order is paid afterwards', async () => {
    const { way, service, list } = await startShop();
    await list('MUG', 250);
    const { cartId, shopper } = await new Shopper(service).open();
    await shopper.ask(documents.AddItemDocument, { input: { cartId, sku: 'MUG', quantity: 2 } });
    way.holdUp();
    const paying = { expectedTotal: 500, email: 'ann@example.org', paymentToken: 'tok_ok' };
    const { checkout } = await shopper.ask(documents.CheckoutDocument, {
      input: { cartId, ...paying },
    });
    expect(checkout.rejection).toBeNull();
    way.letThrough();
    expect((await untilOrder(shopper, checkout.order!.id, 'PAID')).total.minorUnits).toBe(500);
  }, 120_000);

  test('an instance that starts waits for it, and serves when it is back', async () => {
    const { database, service } = await startShop();
    await service.stop();
    await database.stop();
    const starting = service.restart();
    await service.logs(waiting);
    await database.startAgain();
    await starting;
    expect((await fetch(`${service.url}/health/ready`)).status).toBe(200);
  }, 120_000);
});
