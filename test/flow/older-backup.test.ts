// An older backup of the log is brought back under newer read models: what the log does not have is
// not shown any longer, and what is done afterwards is, also where it takes the same positions in
// the log.
import { afterEach, expect, test } from '@jest/globals';
import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as documents from '../../schema/generated/graphql.js';
import { Cleanup } from '../event-store/nodes.js';
import { type Exit, ServiceProcess } from './service.js';
import { type OpenedCart, Shopper } from './shopper.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const sku = '71053';

async function shop(service: ServiceProcess): Promise<OpenedCart> {
  const { cartId, cartToken, shopper } = await new Shopper(service).open();
  await shopper.ask(documents.AddItemDocument, { input: { cartId, sku } });
  const { cart } = await shopper.ask(documents.CartDocument, { cartId, minRevision: 1 });
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

test.each(['before anything else', 'after others took the positions'])(
  'read models that are newer than the log are rebuilt: %s',
  async (when) => {
    const service = await ServiceProcess.start();
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
      const models = ['read-models.sqlite', 'order-placement.position'];
      const aside = `${service.dataDir}-aside`;
      cleanup.add(() => rm(aside, { recursive: true, force: true }));
      for (const name of models) {
        const from = join(service.dataDir, name);
        await cp(from, join(aside, name));
        await rm(from);
      }
      await service.restart();
      for (let more = 0; more < 4; more += 1) others.push(await shop(service));
      await stopped(service);
      for (const name of models) await cp(join(aside, name), join(service.dataDir, name));
    }
    await service.restart();
    await service.logs('All read models are rebuilt');
    const bought = await buy(service);
    expect(await shown(service, bought)).toBe(1);
    expect([await shown(service, kept), await shown(service, lost)]).toEqual([1, null]);
    for (const other of others) expect(await shown(service, other)).toBe(1);
    const shopper = new Shopper(service).holding(bought.cartToken);
    const { order } = await shopper.ask(documents.OrderDocument, { orderId: bought.orderId });
    expect(order?.status).toBe('PLACED');
    await service.run('verify');
  },
  120_000,
);
