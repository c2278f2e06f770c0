// A new version of the carts runs beside the served one for a while: what differs is counted and
// shown by the running service, and what nothing explains is in the way of a promotion.
import { afterEach, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import * as documents from '../../schema/generated/graphql.js';
import { CommandLine } from '../cli/command.js';
import { Cleanup } from '../event-store/nodes.js';
import { ServiceProcess } from '../flow/service.js';
import { Shopper } from '../flow/shopper.js';
import { Build, fillCart, replay } from './two-builds.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const LOOK_MS = 50;

/** Asks again until it was counted; the test's own limit ends it otherwise. */
async function driftOfCarts(service: ServiceProcess) {
  const admin = await Shopper.signedIn(service, 'admin', 'ops');
  for (;;) {
    const { projections } = await admin.ask(documents.ProjectionsDocument, {});
    const drift = projections.find(({ name }) => name === 'cart')?.others[0]?.drift;
    if (drift != null) return drift;
    await delay(LOOK_MS);
  }
}

async function figuresOf(service: ServiceProcess): Promise<string[]> {
  const text = await (await fetch(`${service.url}/metrics`)).text();
  return text.split('\n').filter((line) => /^cartograph_projection_drift.*"cart"/.test(line));
}

/** Alters a row that stands by, as a build without sums of rows might have filled it. */
function spoil({ dataDir }: ServiceProcess, cartId: string): void {
  const database = new DatabaseSync(join(dataDir, 'read-models.sqlite'));
  try {
    const spoiled = database.prepare(
      'UPDATE cart_g2 SET revision = 99, row_sum = NULL WHERE cart_id = ?',
    );
    expect(spoiled.run(cartId).changes).toBe(1);
  } finally {
    database.close();
  }
}

test('drift is counted, explained by the other price or not, and shown; only then it is promoted', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'cartograph-builds-'));
  cleanup.add(() => rm(folder, { recursive: true }));
  const build = await Build.first(folder);
  const service = await ServiceProcess.start(build.environment);
  cleanup.add(() => service.remove());
  const { cartId, shopper } = await new Shopper(service).open();
  const { wrong, right } = await fillCart(shopper, cartId);
  const other = await new Shopper(service).open();
  await build.deploySecond();
  await service.stop();
  await service.restart();
  await replay(service, 'cart');

  const minorUnits = right - wrong;
  const explained = { rows: 2, differing: 1, unexplained: 0, examples: [] };
  const money = [{ minorUnits, currency: 'GBP' }];
  expect(await driftOfCarts(service)).toMatchObject({ ...explained, money });
  expect(await figuresOf(service)).toEqual(
    expect.arrayContaining([
      'cartograph_projection_drift_rows{projection="cart"} 1',
      'cartograph_projection_drift_unexplained_rows{projection="cart"} 0',
      `cartograph_projection_drift_minor_units{projection="cart",currency="GBP"} ${minorUnits}`,
    ]),
  );

  await service.stop();
  spoil(service, other.cartId);
  await service.restart();
  const found = { rows: 2, differing: 2, unexplained: 1, examples: [other.cartId] };
  expect(await driftOfCarts(service)).toMatchObject({ ...found, money });
  const command = CommandLine.on(service.dataDir, build.environment);
  const refused = await command.run('replay', 'cart', '--promote');
  expect(refused).toMatchObject({ code: 1, errors: '' });
  expect(refused.output).toContain(`1 unexplained, such as ${other.cartId}`);
  expect(refused.output).toContain('NOT promoted');
  expect(await command.run('replay', 'cart', '--promote', '--accept-drift')).toMatchObject({
    code: 0,
  });
}, 120_000);
