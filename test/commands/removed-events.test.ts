// The store takes events away from a cart that instances have in memory: from then on, commands say
// that its history is gone, at each instance, and go on where it is whole again.
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { EventStoreDBClient } from '@eventstore/db-client';
import { shopPrefixes } from '../../src/commands/aggregates.js';
import { DeletedStreamError, IncompleteHistoryError } from '../../src/event-store/errors.js';
import { watchRemovals } from '../../src/subscriptions/removal-watch.js';
import { Cleanup, connectTestStore, startTestNode } from '../event-store/nodes.js';
import { accepted, by, lantern, Shop } from './shop.js';

const cleanup = new Cleanup();
let client: EventStoreDBClient;
let shops: WatchingShop[];

/** An instance, which tells of each change that it has heard of. */
class WatchingShop extends Shop {
  private heard: () => void = () => undefined;
  private readonly told = new Set<string>();

  watch(): void {
    const stopping = new AbortController();
    const watching = watchRemovals({
      ...{ store: this.store, prefixes: shopPrefixes, signal: stopping.signal },
      listener: {
        forgetAll: () => this.aggregates.forgetAll(),
        noteRemoval: (stream, removal) => {
          this.aggregates.noteRemoval(stream, removal);
          this.told.add(`${stream} ${removal}`);
          this.heard();
        },
      },
      onFault: (fault) => {
        throw fault;
      },
    });
    cleanup.add(async () => {
      stopping.abort();
      await watching;
    });
  }

  async hears(stream: string, removal: string): Promise<void> {
    while (!this.told.has(`${stream} ${removal}`)) {
      await new Promise<void>((resolve) => (this.heard = resolve));
    }
  }
}

beforeEach(async () => {
  const { connectionString } = await startTestNode(cleanup);
  client = EventStoreDBClient.connectionString(connectionString);
  cleanup.add(() => client.dispose());
  shops = [1, 2].map(() => new WatchingShop(connectTestStore(cleanup, connectionString)));
  for (const shop of shops) shop.watch();
});
afterEach(() => cleanup.run());

const addTo = (shop: Shop, cartId: string) =>
  shop.carts.change({ type: 'AddItem', cartId, sku: lantern.sku, quantity: 1 }, by());

/** A cart of two lanterns, which both instances have in memory. */
async function cachedCart(): Promise<string> {
  const [here, there] = shops;
  await here!.list();
  const cartId = await here!.openCart();
  accepted(await addTo(here!, cartId));
  accepted(await addTo(there!, cartId));
  accepted(await addTo(here!, cartId));
  return cartId;
}

const removals: Readonly<Record<string, (stream: string) => Promise<unknown>>> = {
  $maxCount: (stream) => client.setStreamMetadata(stream, { maxCount: 1 }),
  $tb: (stream) => client.setStreamMetadata(stream, { truncateBefore: 2 }),
  'a soft delete': (stream) => client.deleteStream(stream),
  'a tombstone': (stream) => client.tombstoneStream(stream),
};

describe.each(Object.keys(removals))('after %s', (how) => {
  test('no instance carries a command out on what it remembers', async () => {
    const cartId = await cachedCart();
    const stream = `cart-${cartId}`;
    await removals[how]!(stream);
    const isDeleted = how.startsWith('a ');
    const expected = isDeleted ? DeletedStreamError : IncompleteHistoryError;
    for (const shop of shops) {
      await shop.hears(stream, isDeleted ? 'deleted' : 'truncated');
      await expect(addTo(shop, cartId)).rejects.toBeInstanceOf(expected);
      await expect(addTo(shop, cartId)).rejects.toBeInstanceOf(expected);
    }
  });
});

describe('a limit that does not bind yet', () => {
  test('lets commands go on, until it does', async () => {
    const [here] = shops;
    const cartId = await cachedCart();
    const stream = `cart-${cartId}`;
    await client.setStreamMetadata(stream, { maxCount: 5 });
    await here!.hears(stream, 'truncated');
    accepted(await addTo(here!, cartId));
    // The sixth event pushes the first one out.
    accepted(await addTo(here!, cartId));
    await expect(addTo(here!, cartId)).rejects.toBeInstanceOf(IncompleteHistoryError);
  });

  test('binds an instance that started after it was set', async () => {
    const cartId = await cachedCart();
    await client.setStreamMetadata(`cart-${cartId}`, { maxCount: 5 });
    const later = new Shop(shops[0]!.store);
    for (let n = 0; n < 2; n += 1) accepted(await addTo(later, cartId));
    await expect(addTo(later, cartId)).rejects.toBeInstanceOf(IncompleteHistoryError);
  });

  test('is forgotten once it is taken back', async () => {
    const [here] = shops;
    const cartId = await cachedCart();
    const stream = `cart-${cartId}`;
    await client.setStreamMetadata(stream, { truncateBefore: 2 });
    await here!.hears(stream, 'truncated');
    await client.setStreamMetadata(stream, {});
    await here!.hears(stream, 'undefined');
    accepted(await addTo(here!, cartId));
    expect(here!.aggregates.peek(stream)?.revision).toBe(4);
  });
});
