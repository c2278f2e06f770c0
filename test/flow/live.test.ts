// Push: what a subscriber sees of a cart, also when the service is killed in between.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import * as documents from '../../schema/generated/graphql.js';
import { onEveryEventLog } from './event-logs.js';
import type { ServiceProcess } from './service.js';
import { Shopper } from './shopper.js';

onEveryEventLog((start) => {
  let service: ServiceProcess;
  let guest: Shopper;
  const sku = '71053';

  beforeAll(async () => {
    service = await start();
    guest = new Shopper(service);
  });
  afterAll(() => service.remove());

  test('the cart as it stands, then every change, once and in order', async () => {
    const { cartId, shopper } = await guest.open();
    const changes = shopper.subscribe(documents.CartChangedDocument, { cartId });
    const first = (await changes.next()).value!;
    expect(first.cartChanged).toMatchObject({ event: null, revision: 0, cart: { id: cartId } });
    const adding = Array.from({ length: 10 }, () =>
      shopper.ask(documents.AddItemDocument, { input: { cartId, sku } }),
    );
    for (let revision = 1; revision <= 10; revision += 1) {
      const { cartChanged } = (await changes.next()).value!;
      expect(cartChanged).toMatchObject({
        revision,
        event: { revision, type: 'ItemAdded' },
        cart: { revision, totals: { itemCount: revision } },
      });
    }
    await Promise.all(adding);
    await changes.return(undefined);
  });

  test('nothing is missed and nothing comes twice across a kill of the service', async () => {
    const { cartId, shopper } = await guest.open();
    const seen: number[] = [];
    const changes = shopper.subscribe(documents.CartChangedDocument, { cartId });
    await changes.next();
    await shopper.ask(documents.AddItemDocument, { input: { cartId, sku } });
    seen.push((await changes.next()).value!.cartChanged.revision);
    await service.kill();
    await expect(changes.next()).rejects.toBeDefined();

    await service.restart();
    await shopper.ask(documents.AddItemDocument, { input: { cartId, sku } });
    const afterRevision = seen.at(-1)!;
    const resumed = shopper.subscribe(documents.CartChangedDocument, { cartId, afterRevision });
    seen.push((await resumed.next()).value!.cartChanged.revision);
    await shopper.ask(documents.AddItemDocument, { input: { cartId, sku } });
    seen.push((await resumed.next()).value!.cartChanged.revision);
    expect(seen).toEqual([1, 2, 3]);
    await resumed.return(undefined);
  });

  test("somebody else's cart is as absent as one that never was", async () => {
    const { cartId } = await guest.open();
    const first = (id: string) =>
      guest.subscribe(documents.CartChangedDocument, { cartId: id }).next();
    const refusals = await Promise.all(
      [cartId, '00000000-0000-4000-8000-000000000000'].map((id) =>
        first(id).then(String, (error: unknown) => String(error)),
      ),
    );
    expect(refusals[0]).toContain('NOT_FOUND');
    expect(refusals[0]).toBe(refusals[1]);
  });
});
