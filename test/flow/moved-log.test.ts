// The same data folder with another log, as after trying EVENTSTORE_URL out: what is served is
// always of the log that is written to.
import { afterEach, expect, test } from '@jest/globals';
import * as documents from '../../schema/generated/graphql.js';
import { Cleanup } from '../event-store/nodes.js';
import { startLogElsewhere } from './event-logs.js';
import { ServiceProcess } from './service.js';
import { type OpenedCart, Shopper } from './shopper.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const sku = '71053';

/** A new cart, which its read model shows. */
async function shop(service: ServiceProcess): Promise<OpenedCart> {
  const { cartId, cartToken, shopper } = await new Shopper(service).open();
  await shopper.ask(documents.AddItemDocument, { input: { cartId, sku } });
  const { cart } = await shopper.ask(documents.CartDocument, { cartId, minRevision: 1 });
  expect(cart?.totals.itemCount).toBe(1);
  return { cartId, cartToken };
}

/** How many items the service shows in the cart; null where it is not there. */
async function shown(service: ServiceProcess, { cartId, cartToken }: OpenedCart) {
  const shopper = new Shopper(service).holding(cartToken);
  const { cart } = await shopper.ask(documents.CartDocument, { cartId });
  return cart?.totals.itemCount ?? null;
}

test('a service that moves to another log serves that one, and its own again when it is back', async () => {
  const elsewhere = await startLogElsewhere({ tls: false });
  cleanup.add(() => elsewhere.remove());
  const service = await ServiceProcess.start();
  cleanup.add(() => service.remove());
  const first = await shop(service);
  await service.stop();

  await service.restart(elsewhere.settings);
  const second = await shop(service);
  expect([await shown(service, first), await shown(service, second)]).toEqual([null, 1]);
  await service.run('verify');
  await service.stop();

  await service.restart({});
  await shop(service);
  expect([await shown(service, first), await shown(service, second)]).toEqual([1, null]);
});
