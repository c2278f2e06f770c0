// An older backup of the log is brought back under newer read models: what the log does not have is
// not shown any longer, and what is done afterwards is, also where it takes the same positions in
// the log.
import { afterEach, expect, test } from '@jest/globals';
import { existsSync } from 'node:fs';
import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as documents from '../../schema/generated/graphql.js';
import type { ReadModelPlace } from '../../src/read-models/open.js';
import { Cleanup } from '../event-store/nodes.js';
import { describeOnBoth, newPlaces, type OnBoth } from '../read-models/databases.js';
import { type Exit, ServiceProcess } from './service.js';
import { type OpenedCart, Shopper } from './shopper.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const sku = '71053';

async function shop(service: ServiceProcess): Promise<OpenedCart> {
  const { cartId, cartToken, shopper } = await new Shopper(service).open();
  await shopper.ask(documents.AddItemDocument, { input: { cartId, sku } });
  // All rows may be made anew first.
  const reached = { minRevision: 1, timeoutMs: 10_000 };
  const { cart } = await shopper.ask(documents.CartDocument, { cartId, ...reached });
  expect(cart?.totals.itemCount).toBe(1);
  return { cartId, cartToken };
}

async function buy(service: ServiceProcess): Promise<OpenedCart & { readonly orderId: string }> {
  const opened = await shop(service);
  const { cartId } = opened;
  const shopper = new Shopper(service).holding(opened.cartToken);
  const { cart } = await shopper.ask(documents.CartDocument, { cartId });
  const expectedTotal = cart?.totals.total.minorUnits ?? -1;
  const input = { cartId, expectedTotal, email: 'a@b.example', paymentToken: 'tok_ok' };
  const { checkout } = await shopper.ask(documents.CheckoutDocument, { input });
  return { ...opened, orderId: checkout.order?.id ?? '' };
}

async function shown(service: ServiceProcess, { cartId, cartToken }: OpenedCart) {
  const shopper = new Shopper(service).holding(cartToken);
  const { cart } = await shopper.ask(documents.CartDocument, { cartId });
  return cart?.totals.itemCount ?? null;
}

const stopped = async (service: ServiceProcess): Promise<Exit> => service.stop();

/** The read models of a service stand aside, and the next start makes others. */
interface Aside {
  readonly settings: Readonly<Record<string, string>>;
  bringBack(): Promise<void>;
}

/** A service that stops at once may not have saved how far its reaction is. */
const thereOf = (folder: string, names: readonly string[]) =>
  names.filter((name) => existsSync(join(folder, name)));

async function moveAside(service: ServiceProcess, names: readonly string[]): Promise<void> {
  const aside = `${service.dataDir}-aside`;
  for (const name of thereOf(service.dataDir, names)) {
    await cp(join(service.dataDir, name), join(aside, name));
    await rm(join(service.dataDir, name));
  }
}

async function standAside(
  service: ServiceProcess,
  places: OnBoth<ReadModelPlace>,
  isOnPostgres: boolean,
): Promise<Aside> {
  cleanup.add(() => rm(`${service.dataDir}-aside`, { recursive: true, force: true }));
  const models = [...(isOnPostgres ? [] : ['read-models.sqlite']), 'order-placement.position'];
  await moveAside(service, models);
  const settings = isOnPostgres ? settingsOf(await places.Postgres()) : service.settings;
  return {
    settings,
    bringBack: async () => {
      for (const name of thereOf(`${service.dataDir}-aside`, models)) {
        await cp(join(`${service.dataDir}-aside`, name), join(service.dataDir, name));
      }
    },
  };
}

const settingsOf = ({ databaseUrl }: ReadModelPlace): Readonly<Record<string, string>> =>
  databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl };

const places = newPlaces(cleanup);

describeOnBoth('an older backup of the log, on %s', places, (placeOf) => {
  test.each(['before anything else', 'after others took the positions'])(
    'has newer read models rebuilt: %s',
    async (when) => {
      const settings = settingsOf(await placeOf());
      const isOnPostgres = 'DATABASE_URL' in settings;
      const service = await ServiceProcess.start(settings);
      cleanup.add(() => service.remove());
      const log = join(service.dataDir, 'log');
      const backup = `${service.dataDir}-backup`;
      cleanup.add(() => rm(backup, { recursive: true, force: true }));
      const kept = await shop(service);
      await stopped(service);
      await cp(log, backup, { recursive: true });

      await service.restart();
      const lost = await buy(service);
      await stopped(service);
      await rm(log, { recursive: true });
      await cp(backup, log, { recursive: true });
      const others: OpenedCart[] = [];
      if (when !== 'before anything else') {
        // As far as the lost events and further, while the read models stand aside.
        const aside = await standAside(service, places, isOnPostgres);
        await service.restart(aside.settings);
        for (let more = 0; more < 4; more += 1) others.push(await shop(service));
        await stopped(service);
        await aside.bringBack();
      }
      await service.restart(settings);
      await service.logs('All read models are rebuilt');
      const bought = await buy(service);
      expect(await shown(service, bought)).toBe(1);
      expect([await shown(service, kept), await shown(service, lost)]).toEqual([1, null]);
      for (const other of others) expect(await shown(service, other)).toBe(1);
      const shopper = new Shopper(service).holding(bought.cartToken);
      const { order } = await shopper.ask(documents.OrderDocument, { orderId: bought.orderId });
      // Its fulfilment goes on meanwhile.
      expect(order?.status).toMatch(/^(PLACED|RESERVED|PAID)$/);
      await service.run('verify');
    },
    120_000,
  );
});
