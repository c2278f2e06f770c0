// Products whose SKU an earlier release stored as it was typed: the text that answers show names
// them wherever a product is named.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import * as documents from '../../schema/generated/graphql.js';
import { EventStore } from '../../src/event-store/event-store.js';
import { standardPricing } from '../../src/domain/cart/pricing.js';
import { createShopCommands } from '../../src/service/shop-commands.js';
import { systemTime } from '../../src/waiting/time.js';
import { Cleanup } from '../event-store/nodes.js';
import { startLogElsewhere } from './event-logs.js';
import { ServiceProcess } from './service.js';
import { Shopper } from './shopper.js';

const cleanup = new Cleanup();
let service: ServiceProcess;
let admin: Shopper;
const price = { minorUnits: 1_000, currency: 'GBP' };

/** With an accent after its letter, and with a space that does not break. */
const [older, spaced, twice] = ['CAFE\u0301 1', 'TEA\u00a07', 'TE\u0301 2'];

beforeAll(async () => {
  const log = await startLogElsewhere({ tls: false });
  cleanup.add(() => log.remove());
  const store = EventStore.connect(log.settings['EVENTSTORE_URL'] ?? '');
  const { catalog } = createShopCommands(store, systemTime, standardPricing);
  for (const sku of [older, spaced, twice]) {
    const listed = { sku, name: `Older ${sku}`, price };
    await catalog.list(listed, { actor: { kind: 'system' } });
  }
  await store.close();
  service = await ServiceProcess.start(log.settings);
  cleanup.add(() => service.remove());
  admin = await Shopper.signedIn(service, 'admin', 'boss');
}, 120_000);
afterAll(() => cleanup.run());

test('admins change, count and withdraw them', async () => {
  const input = { sku: older };
  const renamed = await admin.ask(documents.ReviseProductDocument, {
    input: { ...input, name: 'Renamed' },
  });
  expect(renamed.reviseProduct.product).toMatchObject({ sku: older, name: 'Renamed' });
  const dearer = await admin.ask(documents.ChangeProductPriceDocument, {
    input: { ...input, price: { ...price, minorUnits: 1_100 } },
  });
  expect(dearer.changeProductPrice.product).toMatchObject({ price: { minorUnits: 1_100 } });
  await admin.ask(documents.ReceiveStockDocument, { input: { ...input, quantity: 3 } });
  const { stock } = await admin.ask(documents.StockDocument, input);
  expect(stock).toMatchObject({ sku: older, onHand: 3 });
  await admin.ask(documents.DelistProductDocument, { input });
  const { restoreProduct } = await admin.ask(documents.RestoreProductDocument, { input });
  expect(restoreProduct).toMatchObject({ rejection: null, product: { sku: older } });
});

test('shoppers look at them, order them, and get their coupons', async () => {
  const { cartId, shopper } = await new Shopper(service).open();
  const { product } = await shopper.ask(documents.ProductDocument, { sku: spaced });
  expect(product?.sku).toBe(spaced);
  await shopper.ask(documents.AddItemDocument, { input: { cartId, sku: spaced, quantity: 2 } });
  const terms = { code: 'SPACED', description: 'Half', percentageBasisPoints: 5_000 };
  await admin.ask(documents.DefineCouponDocument, { input: { ...terms, skus: [spaced] } });
  const { applyCoupon } = await shopper.ask(documents.ApplyCouponDocument, {
    input: { cartId, code: 'SPACED' },
  });
  expect(applyCoupon.cart).toMatchObject({
    lines: [{ sku: spaced, quantity: 2 }],
    totals: { total: { minorUnits: 1_000 } },
  });
});

test('listed again, the text that is typed now is a product of its own', async () => {
  const sku = twice.normalize('NFC');
  await admin.ask(documents.ListProductDocument, { input: { sku, name: 'New', price } });
  const names = [sku, twice].map(async (asked) => {
    const { product } = await admin.ask(documents.ProductDocument, { sku: asked });
    return product?.name;
  });
  expect(await Promise.all(names)).toEqual(['New', `Older ${twice}`]);
});
