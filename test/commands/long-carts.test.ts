import { afterEach, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { viewCart } from '../../src/domain/cart/view.js';
import { standardRules } from '../../src/domain/cart/pricing.js';
import type { EventStore, ReadStreamOptions } from '../../src/event-store/event-store.js';
import { BATCH, spacingAfter } from '../../src/folds/snapshots/snapshots.js';
import { StreamFolds } from '../../src/folds/stream-folds.js';
import { Cleanup, connectTestStore, startTestNode } from '../event-store/nodes.js';
import { SnapshotFolder } from '../folds/snapshot-folder.js';
import { accepted, by, keyed, lantern, quantityIn, refusalOf, Shop } from './shop.js';
import { existing } from '../controls/cart.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const { sku } = lantern;
/**
 * One event confirms the snapshot; then come those of a batch that is not full, and its spacing.
 */
const MOST_READ = 1 + BATCH + spacingAfter(0);

/** Counts what is read of carts. */
function counted(store: EventStore) {
  const counts = { read: 0 };
  async function* readStream(stream: string, options?: ReadStreamOptions) {
    for await (const event of store.readStream(stream, options)) {
      if (stream.startsWith('cart-')) counts.read += 1;
      yield event;
    }
  }
  const counting = Object.create(store, { readStream: { value: readStream } }) as EventStore;
  return { counting, counts };
}

async function startLongCarts() {
  const { connectionString } = await startTestNode(cleanup);
  const { counting, counts } = counted(connectTestStore(cleanup, connectionString));
  const folder = await SnapshotFolder.make(cleanup);
  /** As after a start of the process. */
  const restarted = () => {
    const folds = new StreamFolds(counting, folder.open());
    return { shop: new Shop(counting, { folds }), folds };
  };
  const readBy = async (work: () => Promise<unknown>) => {
    const before = counts.read;
    await work();
    return counts.read - before;
  };
  const { shop, folds } = restarted();
  await shop.list();
  return { folder, restarted, readBy, shop, folds };
}

/** Changes that can be sent again, each with what it was answered. */
async function change(shop: Shop, cartId: string, times: number) {
  const sent: { send: (to: Shop) => ReturnType<typeof shop.carts.change>; state: unknown }[] = [];
  for (let at = 0; at < times; at += 1) {
    shop.clock.now += 1_000;
    const context = keyed();
    const quantity = 1 + (at % 7);
    const send = (to: Shop) =>
      at === 0
        ? to.carts.change({ type: 'AddItem', cartId, sku, quantity }, context)
        : to.carts.change({ type: 'ChangeQuantity', cartId, sku, quantity }, context);
    sent.push({ send, state: accepted(await send(shop)).state });
  }
  return sent;
}

describe('a command to a long cart', () => {
  test('reads a bounded part of it after a start, and none of it after that', async () => {
    const { shop, folds, restarted, readBy } = await startLongCarts();
    const cartId = await shop.openCart();
    await change(shop, cartId, 400);
    await folds.settled();
    const again = restarted().shop;
    const add = () => again.carts.change({ type: 'AddItem', cartId, sku, quantity: 1 }, keyed());
    expect(await readBy(async () => accepted(await add()))).toBeLessThanOrEqual(MOST_READ);
    expect(await readBy(async () => accepted(await add()))).toBe(0);
  });

  test('reads a bounded part of it for snapshots, over all of its life', async () => {
    const { shop, folds, readBy } = await startLongCarts();
    const cartId = await shop.openCart();
    const read = await readBy(async () => {
      await change(shop, cartId, 400);
      await folds.settled();
    });
    expect(read).toBeLessThanOrEqual(2 * 400);
  });

  test('sent again, however long ago it came first, acts once and is answered as it was then', async () => {
    const { shop, folds, restarted, readBy } = await startLongCarts();
    const cartId = await shop.openCart();
    const sent = await change(shop, cartId, 200);
    await folds.settled();
    const before = await shop.eventsOf(`cart-${cartId}`);
    // Once with what the process remembers, once as after a restart.
    for (const again of [shop, restarted().shop]) {
      for (const { send, state } of sent.filter((_, at) => at % 5 === 0)) {
        const read = await readBy(async () => {
          const repeated = accepted(await send(again));
          expect(repeated.state).toEqual(state);
          expect(repeated.replayed).toBe(true);
        });
        expect(read).toBeLessThanOrEqual(2 * MOST_READ);
      }
    }
    expect(await shop.eventsOf(`cart-${cartId}`)).toEqual(before);
  });

  test('under a key that was used long ago for something else is refused', async () => {
    const { shop, folds, restarted } = await startLongCarts();
    const cartId = await shop.openCart();
    const context = keyed();
    accepted(await shop.carts.change({ type: 'AddItem', cartId, sku, quantity: 2 }, context));
    await change(shop, cartId, 150);
    await folds.settled();
    for (const again of [shop, restarted().shop]) {
      const other = await again.carts.change(
        { type: 'AddItem', cartId, sku, quantity: 3 },
        context,
      );
      expect(refusalOf(other)).toBe('COMMAND_ID_REUSED');
    }
  });

  test('checks out for what the whole log comes to', async () => {
    const { shop, folds, restarted } = await startLongCarts();
    const cartId = await shop.openCart();
    await change(shop, cartId, 200);
    await folds.settled();
    const [withSnapshots, without] = [restarted().shop, new Shop(shop.store)];
    const state = existing(await without.carts.state(cartId));
    const { total: expectedTotal } = viewCart(state, shop.clock.now, standardRules).totals;
    const { outcome } = await withSnapshots.carts.checkOut({ cartId, expectedTotal }, by());
    expect(existing(accepted(outcome).state).lines).toEqual(state.lines);
  });
});

describe('snapshots that are thrown away', () => {
  test('while carts are changed, again and again, are missed by no command', async () => {
    const { shop, folder, folds, restarted } = await startLongCarts();
    const carts = await Promise.all(Array.from({ length: 4 }, () => shop.openCart()));
    const changed = new AbortController();
    const throwing = (async () => {
      let times = 0;
      for (; !changed.signal.aborted; times += 1) {
        await folder.throwAway();
        await folds.settled();
      }
      return times;
    })();
    const sent = await Promise.all(carts.map((cartId) => change(shop, cartId, 150)));
    changed.abort();
    expect(await throwing).toBeGreaterThan(10);
    const again = restarted().shop;
    for (const [index, cartId] of carts.entries()) {
      expect(await again.carts.state(cartId)).toEqual(
        await new Shop(shop.store).carts.state(cartId),
      );
      for (const { send, state } of sent[index]!.filter((_, at) => at % 30 === 0)) {
        expect(accepted(await send(again)).state).toEqual(state);
      }
      expect((await shop.eventsOf(`cart-${cartId}`)).length).toBe(151);
    }
    expect(folder.faults).toEqual([]);
  });
});

test('instances that change one cart each keep snapshots of their own, and all are right', async () => {
  const { connectionString } = await startTestNode(cleanup);
  const instances = await Promise.all(
    Array.from({ length: 2 }, async () => {
      const store = connectTestStore(cleanup, connectionString);
      const folder = await SnapshotFolder.make(cleanup);
      const folds = new StreamFolds(store, folder.open());
      return { shop: new Shop(store, { folds }), folds };
    }),
  );
  const [first] = instances;
  await first!.shop.list();
  const cartId = await first!.shop.openCart();
  await Promise.all(
    instances.map(async ({ shop }) => {
      for (let at = 0; at < 100; at += 1) {
        const context = keyed({ commandId: randomUUID() });
        accepted(await shop.carts.change({ type: 'AddItem', cartId, sku, quantity: 1 }, context));
      }
    }),
  );
  for (const { shop, folds } of instances) {
    await folds.settled();
    expect(quantityIn(await shop.carts.freshState(cartId))).toBe(200);
  }
});
