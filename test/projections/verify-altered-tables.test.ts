// Tables of read models that somebody dropped or altered by hand are differences, and no faults.
import { afterEach, expect, test } from '@jest/globals';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import pg from 'pg';
import { standardPricing } from '../../src/domain/cart/pricing.js';
import { Projector } from '../../src/projections/projector.js';
import { projectionsOf } from '../../src/projections/registry.js';
import { verify } from '../../src/projections/verify.js';
import { openRowSnapshot, openRowStore, type ReadModelPlace } from '../../src/read-models/open.js';
import { FILE_NAME } from '../../src/read-models/sqlite.js';
import { CART_ID, opened, ORDER_ID, orderPlaced } from '../controls/cart.js';
import { StoredLog } from '../controls/stored-log.js';
import { Cleanup } from '../event-store/nodes.js';
import { describeOnBoth, newPlaces } from '../read-models/databases.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const projections = projectionsOf(standardPricing);

async function alter({ dataDir, databaseUrl }: ReadModelPlace, sql: string): Promise<void> {
  if (databaseUrl === undefined) {
    const file = new DatabaseSync(join(dataDir, FILE_NAME));
    file.exec(sql);
    file.close();
    return;
  }
  const client = new pg.Client(databaseUrl);
  await client.connect();
  await client.query(sql);
  await client.end();
}

async function differencesAfter(place: ReadModelPlace, sql: string): Promise<readonly string[]> {
  const rows = await openRowStore(place);
  const log = new StoredLog();
  log.append(`cart-${CART_ID}`, opened());
  log.append(`order-${ORDER_ID}`, orderPlaced(500, 2));
  await (await Projector.start(rows, projections)).apply(log.events);
  await rows.close();
  await alter(place, sql);
  const snapshot = await openRowSnapshot(place);
  if (snapshot === undefined) throw new Error('There are rows');
  cleanup.add(() => snapshot.close());
  return (await verify(log, snapshot, projections)).differences;
}

describeOnBoth('verify on %s', newPlaces(cleanup), (placeOf) => {
  test('names a table that is gone, and compares all others', async () => {
    const sql = 'DROP TABLE order_sales_g1; UPDATE cart_funnel_g1 SET filled = 1';
    const differences = await differencesAfter(await placeOf(), sql);
    expect(differences).toHaveLength(2);
    expect(differences).toContainEqual(expect.stringMatching(/^order-sales: its table is gone/));
    expect(differences).toContainEqual(expect.stringMatching(/^cart-funnel: .* differs/));
  });

  test('names a column that is gone', async () => {
    const sql = 'ALTER TABLE order_sales_g1 DROP COLUMN revenue';
    expect(await differencesAfter(await placeOf(), sql)).toEqual([
      'order-sales: its table is gone, or lacks revenue: rebuild it',
    ]);
  });
});
