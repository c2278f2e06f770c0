// What the running service does when its projector cannot go on: it says why, serves what it has,
// and goes on by itself, or as soon as an operator has done something about it.
import { afterEach, expect, test } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import * as documents from '../../schema/generated/graphql.js';
import { EventStore } from '../../src/event-store/event-store.js';
import { Cleanup } from '../event-store/nodes.js';
import { ServiceProcess } from '../flow/service.js';
import { Shopper } from '../flow/shopper.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const LOOK_MS = 50;
const SKU = '71053';

async function startService(environment: Record<string, string> = {}): Promise<ServiceProcess> {
  const service = await ServiceProcess.start(environment);
  cleanup.add(() => service.remove());
  return service;
}

async function statusOf(admin: Shopper, name: string) {
  const { projections } = await admin.ask(documents.ProjectionsDocument, {});
  return projections.find((projection) => projection.name === name);
}

/** Asks again until it is so; the test's own limit ends it otherwise. */
async function until(admin: Shopper, state: string): Promise<string> {
  for (;;) {
    const status = await statusOf(admin, 'cart');
    if (status?.state === state) return status.error ?? '';
    await delay(LOOK_MS);
  }
}

async function addItem(service: ServiceProcess): Promise<{ cartId: string; shopper: Shopper }> {
  const { cartId, shopper } = await new Shopper(service).open();
  const input = { cartId, sku: SKU, quantity: 1 };
  await shopper.ask(documents.AddItemDocument, { input });
  return { cartId, shopper };
}

async function shownItems(shopper: Shopper, cartId: string): Promise<number | undefined> {
  const added = { cartId, minRevision: 1, timeoutMs: 10_000 };
  const { cart } = await shopper.ask(documents.CartDocument, added);
  return cart?.totals.itemCount;
}

/** Writes to the log of a running service what no code of ours would. */
async function appendBroken(service: ServiceProcess, stream: string): Promise<void> {
  const endpoint = await readFile(join(service.dataDir, 'endpoint.json'), 'utf8');
  const { connectionString } = JSON.parse(endpoint) as { connectionString: string };
  const store = EventStore.connect(connectionString);
  const metadata = { schemaVersion: 1, occurredAt: new Date().toISOString() };
  const event = { id: crypto.randomUUID(), type: 'ItemAdded', data: { sku: SKU }, metadata };
  await store.append(stream, [event], 'no_stream');
  await store.close();
}

test('an event that does not parse affects only its own stream', async () => {
  const service = await startService();
  const admin = await Shopper.signedIn(service, 'admin', 'ops');
  await until(admin, 'LIVE');
  const stream = `cart-${crypto.randomUUID()}`;
  await appendBroken(service, stream);
  const { cartId, shopper } = await addItem(service);
  await until(admin, 'LIVE');
  expect(await shownItems(shopper, cartId)).toBe(1);
  expect(await service.run('replay', '--status')).toContain(`SKIPPED  *: ${stream}@0 (ItemAdded)`);
}, 120_000);

test('a database that is busy for long stops them until it is free again', async () => {
  const service = await startService();
  const admin = await Shopper.signedIn(service, 'admin', 'ops');
  await until(admin, 'LIVE');
  // The projector may be in the middle of a commit.
  const other = new DatabaseSync(join(service.dataDir, 'read-models.sqlite'), { timeout: 5_000 });
  cleanup.add(() => {
    other.close();
    return Promise.resolve();
  });
  other.exec('BEGIN IMMEDIATE');
  const { cartId, shopper } = await addItem(service);
  expect(await until(admin, 'STOPPED')).toContain('locked');
  other.exec('ROLLBACK');
  await until(admin, 'LIVE');
  expect(await shownItems(shopper, cartId)).toBe(1);
}, 120_000);

test('a paused read model stays where it is while the others go on, until it is resumed', async () => {
  const service = await startService();
  const admin = await Shopper.signedIn(service, 'admin', 'ops');
  await until(admin, 'LIVE');
  await service.run('projections', '--pause', 'cart');
  expect(await until(admin, 'STOPPED')).toBe('paused by an operator');
  const { cartId, shopper } = await addItem(service);
  while (
    (await statusOf(admin, 'coupons'))?.position === (await statusOf(admin, 'cart'))?.position
  ) {
    await delay(LOOK_MS);
  }
  expect((await statusOf(admin, 'coupons'))?.state).toBe('LIVE');
  expect(await service.run('projections')).toMatch(/cart: .* 2 events behind, paused/);

  await service.run('projections', '--resume', 'cart');
  await until(admin, 'LIVE');
  expect(await shownItems(shopper, cartId)).toBe(1);
}, 120_000);
