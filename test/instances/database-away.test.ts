// Postgres goes away under a serving shop. Carts are changed and checked out all the same, by what
// the log says; queries say that they cannot be answered; an instance that starts meanwhile waits.
import { afterEach, expect, test } from '@jest/globals';
import * as documents from '../../schema/generated/graphql.js';
import { Cleanup, startTestNode } from '../event-store/nodes.js';
import { ServiceProcess } from '../flow/service.js';
import { Shopper } from '../flow/shopper.js';
import { describeOnPostgres } from '../read-models/databases.js';
import { PostgresServer } from '../read-models/postgres-server.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const money = (minorUnits: number) => ({ minorUnits, currency: 'GBP' });
const waiting = 'the database of the read models is not available yet';

async function startShop() {
  const database = await PostgresServer.start();
  cleanup.add(() => database.remove());
  const { connectionString } = await startTestNode(cleanup);
  const service = await ServiceProcess.start({
    EVENTSTORE_URL: connectionString,
    DATABASE_URL: await database.database(),
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
  return { database, service, admin, list, define };
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
    const { checkout } = await shopper.ask(documents.CheckoutDocument, {
      input: { cartId, email: 'ann@example.org', paymentToken: 'tok_ok', expectedTotal: 2_280 },
    });
    expect(checkout.order).toMatchObject({ cartId, status: 'PLACED' });

    const queries = [
      await shopper.answer(documents.CartDocument, { cartId }),
      await shopper.answer(documents.ProductsDocument, {}),
      await shopper.answer(documents.OrderDocument, { orderId: checkout.order!.id }),
    ];
    for (const { errors } of queries) {
      expect(errors?.[0]?.extensions.code).toBe('SERVICE_UNAVAILABLE');
    }
    // History is folded from the log.
    const { cartTimeline } = await shopper.ask(documents.CartTimelineDocument, { cartId });
    expect(cartTimeline.edges.length).toBeGreaterThan(8);

    await database.startAgain();
    const { cart } = await shopper.ask(documents.CartDocument, {
      cartId,
      minRevision: checkout.cart!.revision,
      timeoutMs: 10_000,
    });
    expect(cart?.status).toBe('CHECKED_OUT');
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
