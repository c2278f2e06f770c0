import { afterEach, describe, expect, test } from '@jest/globals';
import { StoreUnavailableError } from '../../src/event-store/errors.js';
import {
  Cleanup,
  connectTestStore,
  RestartableNode,
  startSilentServer,
  startTestNode,
} from '../event-store/nodes.js';
import { Wire } from '../support/wire.ts';
import { accepted, by, keyed, lantern, quantityIn, Shop } from './shop.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const { sku } = lantern;

async function failsInTime(doing: Promise<unknown>): Promise<void> {
  const startedAt = performance.now();
  await expect(doing).rejects.toThrow(StoreUnavailableError);
  expect(performance.now() - startedAt).toBeLessThan(3_000);
}

describe('while the store says nothing', () => {
  test('a command and a look at a cart fail within 3 s', async () => {
    const shop = new Shop(connectTestStore(cleanup, await startSilentServer(cleanup)));
    const cartId = 'c5a1a1a0-0000-4000-8000-000000000000';
    await Promise.all([
      failsInTime(shop.openCart()),
      failsInTime(shop.carts.change({ type: 'AddItem', cartId, sku, quantity: 1 }, by())),
      failsInTime(shop.carts.state(cartId)),
    ]);
  });

  test('each of many commands that queue for one cart fails within 3 s, and the cart goes on after', async () => {
    const wire = await Wire.to(await startTestNode(cleanup), cleanup);
    const shop = new Shop(connectTestStore(cleanup, wire.connectionString));
    await shop.list();
    const cartId = await shop.openCart();
    const contexts = Array.from({ length: 40 }, () => keyed());
    const add = (context: (typeof contexts)[number]) =>
      shop.carts.change({ type: 'AddItem', cartId, sku, quantity: 1 }, context);
    wire.freeze();
    await Promise.all(contexts.map((context) => failsInTime(add(context))));
    wire.thaw();
    // Whether any of them was written is not known: sending them again makes it exactly once each.
    for (const context of contexts) accepted(await add(context));
    expect(quantityIn(await shop.carts.freshState(cartId))).toBe(40);
    expect(await shop.typesOf(`cart-${cartId}`)).toHaveLength(41);
  });
});

test('a restart of the node in the middle of commands loses and doubles none of them', async () => {
  const node = await RestartableNode.start(cleanup);
  const shop = new Shop(connectTestStore(cleanup, node.connectionString));
  await shop.list();
  const cartId = await shop.openCart();
  const adding = Array.from({ length: 30 }, () =>
    shop.carts.change({ type: 'AddItem', cartId, sku, quantity: 1 }, keyed()),
  );
  await adding[3];
  await node.stop();
  await node.startAgain();
  const revisions = (await Promise.all(adding)).map((outcome) => accepted(outcome).revision);
  expect(new Set(revisions).size).toBe(30);
  expect(quantityIn(await shop.carts.freshState(cartId))).toBe(30);
});
