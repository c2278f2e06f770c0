// A build that folds carts in another way is deployed: the shop is open, what is served stands
// still and says so, and one command rebuilds it, compares it where it stood, and serves it.
import { afterEach, expect, test } from '@jest/globals';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import * as documents from '../../schema/generated/graphql.js';
import { CommandLine } from '../cli/command.js';
import { Cleanup } from '../event-store/nodes.js';
import { ServiceProcess } from '../flow/service.js';
import { Shopper } from '../flow/shopper.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const SKU = '71053';

/**
 * Stands for a build before there were sums of rows: its carts were made by other code, and perhaps
 * came out otherwise.
 */
function asOfAnotherBuild({ dataDir }: ServiceProcess, change: string): void {
  const database = new DatabaseSync(join(dataDir, 'read-models.sqlite'));
  try {
    database.exec("UPDATE read_model_generation SET fold_hash = 'another' WHERE name = 'cart'");
    if (change !== '') database.exec(`UPDATE cart_g1 SET ${change}, row_sum = NULL`);
  } finally {
    database.close();
  }
}

async function deployed(change: string) {
  const service = await ServiceProcess.start();
  cleanup.add(() => service.remove());
  const { cartId, shopper } = await new Shopper(service).open();
  const add = () =>
    shopper.ask(documents.AddItemDocument, { input: { cartId, sku: SKU, quantity: 1 } });
  await add();
  const shown = await shopper.ask(documents.CartDocument, { cartId, minRevision: 1 });
  expect(shown.cart?.revision).toBe(1);
  await service.stop();
  asOfAnotherBuild(service, change);
  await service.restart();
  await add();
  const revision = async () =>
    (await shopper.ask(documents.CartDocument, { cartId })).cart?.revision;
  return { service, shopper, cartId, revision, cartograph: CommandLine.on(service.dataDir, {}) };
}

test('rows that come out the same are served as soon as they are rebuilt', async () => {
  const { service, shopper, cartId, revision, cartograph } = await deployed('');
  const admin = await Shopper.signedIn(service, 'admin', 'ops');
  const { projections } = await admin.ask(documents.ProjectionsDocument, {});
  const cart = projections.find(({ name }) => name === 'cart');
  expect(cart).toMatchObject({ state: 'STOPPED', rebuildDue: true });
  expect(cart?.error).toContain('rebuild due');
  expect(await revision()).toBe(1);
  expect((await fetch(`${service.url}/health/ready`)).status).toBe(200);
  expect((await cartograph.run('projections')).output).toMatch(/cart: .*behind, rebuild due/);

  const promoted = await cartograph.run('replay', '--promote');
  expect(promoted).toMatchObject({ code: 0, errors: '' });
  expect(promoted.output).not.toContain('order-summary');
  expect(promoted.output).toMatch(/^cart: 0 of \d+ rows of generation 2 differ/);
  const after = await shopper.ask(documents.CartDocument, { cartId, minRevision: 2 });
  expect(after.cart?.revision).toBe(2);
  expect(await cartograph.run('verify')).toMatchObject({ code: 0 });
}, 120_000);

test('different rows are promoted only when an operator accepts the drift', async () => {
  const { shopper, cartId, revision, cartograph } = await deployed('revision = 99');
  const built = await cartograph.run('replay', 'cart', '--promote');
  expect(built).toMatchObject({ code: 1, errors: '' });
  expect(built.output).toContain(`1 unexplained, such as ${cartId}`);
  expect(built.output).toContain('NOT promoted: rows differ');
  // The new rows have gone on since, and what is served has not.
  const later = await cartograph.run('replay', 'cart', '--promote');
  expect(later).toMatchObject({ code: 1, errors: '' });
  expect(later.output).toContain('cart cannot be compared with the live rows');
  expect(await revision()).toBe(1);
  const accepted = await cartograph.run('replay', 'cart', '--promote', '--accept-drift');
  expect(accepted).toMatchObject({ code: 0 });
  const after = await shopper.ask(documents.CartDocument, { cartId, minRevision: 2 });
  expect(after.cart?.revision).toBe(2);
}, 120_000);
