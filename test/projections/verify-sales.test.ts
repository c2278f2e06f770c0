// `verify` finds what was altered in the rows of the reports on sales.
import { afterEach, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { standardPricing } from '../../src/domain/cart/pricing.js';
import { Projector } from '../../src/projections/projector.js';
import { projectionsOf } from '../../src/projections/registry.js';
import { verify } from '../../src/projections/verify.js';
import { openRowStore } from '../../src/read-models/open.js';
import { FILE_NAME } from '../../src/read-models/sqlite.js';
import { CART_ID, opened, ORDER_ID, orderPlaced } from '../controls/cart.js';
import { StoredLog } from '../controls/stored-log.js';
import { Cleanup } from '../event-store/nodes.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const projections = projectionsOf(standardPricing);

async function differencesAfter(alteration: string): Promise<readonly string[]> {
  const dataDir = await mkdtemp(join(tmpdir(), 'cartograph-verify-sales-'));
  cleanup.add(() => rm(dataDir, { recursive: true }));
  const rows = await openRowStore({ dataDir });
  cleanup.add(() => rows.close());
  const log = new StoredLog();
  log.append(`cart-${CART_ID}`, opened());
  log.append(`order-${ORDER_ID}`, orderPlaced(500, 2));
  await (await Projector.start(rows, projections)).apply(log.events);
  const file = new DatabaseSync(join(dataDir, FILE_NAME));
  file.exec(alteration);
  file.close();
  return (await verify(log, rows, projections)).differences;
}

test.each<[alteration: string, difference: string]>([
  ['UPDATE order_sales_g1 SET revenue = revenue + 1', `order-sales: ${ORDER_ID} differs`],
  ['UPDATE order_sales_g1 SET paid = 0', `order-sales: ${ORDER_ID} differs`],
  ['DELETE FROM order_sales_g1', `order-sales: ${ORDER_ID} is missing`],
  ['UPDATE cart_funnel_g1 SET filled = 1', `cart-funnel: ${CART_ID} differs`],
  ["UPDATE cart_funnel_g1 SET status = 'ABANDONED'", `cart-funnel: ${CART_ID} differs`],
  ['DELETE FROM cart_funnel_g1', `cart-funnel: ${CART_ID} is missing`],
])('%s', async (alteration, difference) => {
  expect(await differencesAfter(alteration)).toEqual([expect.stringContaining(difference)]);
});

test('and nothing where nothing was altered', async () => {
  expect(await differencesAfter('SELECT 1')).toEqual([]);
});
