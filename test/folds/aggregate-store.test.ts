import { afterEach, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { cartAggregate } from '../../src/commands/aggregates.js';
import { MalformedEventError } from '../../src/domain/codec.js';
import { AggregateStore } from '../../src/folds/aggregate-store.js';
import type { EventStore } from '../../src/event-store/event-store.js';
import { UnreadableEventError } from '../../src/event-store/recorded.js';
import type { NewEvent } from '../../src/event-store/stored-event.js';
import { Cleanup, connectTestStore, startTestNode } from '../event-store/nodes.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const newEvent = (
  type: string,
  data: NewEvent['data'],
  commandId: string = randomUUID(),
): NewEvent => ({
  id: randomUUID(),
  type,
  data,
  metadata: {
    schemaVersion: 1,
    occurredAt: '2026-11-01T08:00:00.000Z',
    commandId,
    commandHash: 'a hash',
  },
});
const opened = (cartId: string) =>
  newEvent('CartOpened', { cartId, currency: 'GBP', customerId: null, tokenHash: null });
const added = (commandId?: string) =>
  newEvent('ItemAdded', { sku: 'A', name: 'A', quantity: 1, unitPrice: 100 }, commandId);

async function startStore(): Promise<EventStore> {
  const { connectionString } = await startTestNode(cleanup);
  return connectTestStore(cleanup, connectionString);
}

describe('folded state', () => {
  test('is cached, and updated with later events', async () => {
    const store = await startStore();
    const aggregates = new AggregateStore(store);
    await store.append('cart-1', [opened('1'), added()], 'no_stream');
    expect((await aggregates.fresh(cartAggregate, 'cart-1')).revision).toBe(1);
    await store.append('cart-1', [added()], 1);
    expect(aggregates.peek('cart-1')?.revision).toBe(1);
    const fresh = await aggregates.fresh(cartAggregate, 'cart-1');
    const loaded = await new AggregateStore(store).fresh(cartAggregate, 'cart-1');
    // How much room it takes is estimated, in another way for what was loaded.
    expect({ ...fresh, bytes: 0 }).toEqual({ ...loaded, bytes: 0 });
    expect(aggregates.peek('cart-1')).toEqual(fresh);
  });

  test('names every command that was carried out, by the revision of its last event', async () => {
    const store = await startStore();
    const commandId = randomUUID();
    await store.append('cart-1', [opened('1'), added(commandId), added(commandId)], 'no_stream');
    const aggregates = new AggregateStore(store);
    const loaded = await aggregates.fresh(cartAggregate, 'cart-1');
    expect(await aggregates.processed('cart-1', loaded, commandId)).toEqual({
      revision: 2,
      hash: 'a hash',
    });
    expect(await aggregates.processed('cart-1', loaded, randomUUID())).toBeUndefined();
  });

  test('at an earlier revision leaves out what came after', async () => {
    const store = await startStore();
    await store.append('cart-1', [opened('1'), added(), added()], 'no_stream');
    const aggregates = new AggregateStore(store);
    const state = await aggregates.atRevision(cartAggregate, 'cart-1', 1);
    expect(state).toMatchObject({ revision: 1, lines: [{ portions: [{ quantity: 1 }] }] });
  });

  test('of a stream that never was is the initial one, and takes no room', async () => {
    const aggregates = new AggregateStore(await startStore());
    const { state, revision } = await aggregates.fresh(cartAggregate, 'cart-1');
    expect([state.status, revision]).toEqual(['ABSENT', -1]);
    expect(aggregates.peek('cart-1')).toBeUndefined();
  });

  test('is dropped when there is no space, the least recently used first', async () => {
    const store = await startStore();
    // Room for two carts of one event, not for three.
    const aggregates = new AggregateStore(store, { cacheBytes: 4_000 });
    for (const id of ['1', '2', '3']) {
      await store.append(`cart-${id}`, [opened(id)], 'no_stream');
      await aggregates.fresh(cartAggregate, `cart-${id}`);
    }
    const isKept = (id: string) => aggregates.peek(`cart-${id}`) !== undefined;
    expect(['1', '2', '3'].map(isKept)).toEqual([false, true, true]);
  });

  test('ignores an event of an unknown type', async () => {
    const store = await startStore();
    await store.append('cart-1', [opened('1'), newEvent('CartPainted', {})], 'no_stream');
    const folded = await new AggregateStore(store).fresh(cartAggregate, 'cart-1');
    expect(folded).toMatchObject({ revision: 1, foldedRevision: 0, state: { revision: 0 } });
  });

  test('stops at an event of a known type that it does not understand, and names it', async () => {
    const store = await startStore();
    await store.append('cart-1', [opened('1'), newEvent('ItemAdded', {})], 'no_stream');
    const folding = new AggregateStore(store).fresh(cartAggregate, 'cart-1');
    await expect(folding).rejects.toThrow(UnreadableEventError);
    await expect(folding).rejects.toMatchObject({
      stream: 'cart-1',
      revision: 1,
      cause: expect.any(MalformedEventError),
    });
  });
});
