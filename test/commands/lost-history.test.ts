// A cart of which the log has lost events, or whose first event is not understood: its owner and
// staff are told so. To everyone else it is absent, and the same is read before they are refused.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { randomUUID } from 'node:crypto';
import { tokenHashOf } from '../../src/commands/cart-secrets.js';
import type { MayAct, Owner } from '../../src/commands/owner.js';
import { standardPricing } from '../../src/domain/cart/pricing.js';
import { IncompleteHistoryError } from '../../src/event-store/errors.js';
import type { EventStore } from '../../src/event-store/event-store.js';
import { UnreadableEventError } from '../../src/event-store/recorded.js';
import type { CartRow } from '../../src/read-models/read-models.js';
import { createShopCommands } from '../../src/service/shop-commands.js';
import { Cleanup, connectTestStore, startTestNode } from '../event-store/nodes.js';
import { by, monday, Shop } from './shop.js';
import { systemTime } from '../../src/waiting/time.js';

const cleanup = new Cleanup();
let store: EventStore;
let client: EventStoreDBClient;

beforeAll(async () => {
  const { connectionString } = await startTestNode(cleanup);
  store = connectTestStore(cleanup, connectionString);
  client = EventStoreDBClient.connectionString(connectionString);
});
afterAll(async () => {
  await client.dispose();
  await cleanup.run();
});

const metadata = { schemaVersion: 99, occurredAt: new Date(monday).toISOString() };

const losses: Readonly<Record<string, (stream: string) => Promise<unknown>>> = {
  'was tombstoned': (stream) => client.tombstoneStream(stream),
  'was deleted': (stream) => client.deleteStream(stream),
  'was truncated': (stream) => client.setStreamMetadata(stream, { truncateBefore: 1 }),
  'was truncated to nothing': (stream) => client.setStreamMetadata(stream, { truncateBefore: 9 }),
  'keeps one event': (stream) => client.setStreamMetadata(stream, { maxCount: 1 }),
};

async function lose(how: string): Promise<{ readonly cartId: string; readonly tokenHash: string }> {
  const opened = await new Shop(store).carts.open({ currency: 'GBP', customerId: null }, by());
  const { outcome, cartToken } = opened;
  const cartId = ('state' in outcome && outcome.state.id) || '';
  const stream = `cart-${cartId}`;
  await client.appendToStream(stream, jsonEvent({ type: 'CartPainted', data: {} }));
  await losses[how]!(stream);
  return { cartId, tokenHash: tokenHashOf(cartToken!) };
}

/** An instance that has just started. */
function ownershipWith(row: Owner | null, reads: string[] = []) {
  const readStream: EventStore['readStream'] = (stream, options) => {
    reads.push(`${stream} ${JSON.stringify(options ?? {})}`);
    return store.readStream(stream, options);
  };
  const counted = Object.assign(Object.create(store) as EventStore, { readStream });
  const commands = createShopCommands(
    counted,
    { ...systemTime, now: () => monday },
    standardPricing,
  );
  return commands.ownership({
    cart: (cartId) => {
      reads.push(`row ${cartId}`);
      return Promise.resolve(row === null ? null : ({ state: row } as CartRow));
    },
  });
}

const holding =
  (hash: string): MayAct =>
  ({ tokenHash }) =>
    tokenHash === hash;
const staff: MayAct = () => true;

const withoutId = (reads: readonly string[], cartId: string) =>
  reads.map((read) => read.replaceAll(cartId, 'ID'));

describe.each(Object.keys(losses))('a cart whose stream %s', (how) => {
  test('is absent to others', async () => {
    const { cartId, tokenHash } = await lose(how);
    const stranger = holding(tokenHashOf('another'));
    const row = { customerId: null, tokenHash };
    expect(await ownershipWith(row).ofCart(cartId, stranger)).toBe(false);
    expect(await ownershipWith(null).ofCart(cartId, holding(tokenHash))).toBe(false);
  });

  test('is said to be incomplete to its owner, as the read model shows, and to staff', async () => {
    const { cartId, tokenHash } = await lose(how);
    const row = { customerId: null, tokenHash };
    const asOwner = ownershipWith(row).ofCart(cartId, holding(tokenHash));
    await expect(asOwner).rejects.toBeInstanceOf(IncompleteHistoryError);
    const asStaff = ownershipWith(null).ofCart(cartId, staff);
    await expect(asStaff).rejects.toBeInstanceOf(IncompleteHistoryError);
  });
});

test.each(['was tombstoned', 'was deleted', 'was truncated to nothing'])(
  'a cart whose stream %s costs a stranger the reads of an absent one',
  async (how) => {
    const { cartId, tokenHash } = await lose(how);
    const readsOf = async (id: string, row: Owner | null) => {
      const reads: string[] = [];
      await ownershipWith(row, reads).ofCart(id, holding(tokenHashOf('another')));
      return withoutId(reads, id);
    };
    const absent = await readsOf(randomUUID(), null);
    expect(await readsOf(cartId, { customerId: null, tokenHash })).toEqual(absent);
  },
);

test('a cart that begins with an event of a newer version is absent to others', async () => {
  const cartId = randomUUID();
  const opening = jsonEvent({ type: 'CartOpened', data: {}, metadata });
  await client.appendToStream(`cart-${cartId}`, opening);
  expect(await ownershipWith(null).ofCart(cartId, holding('another'))).toBe(false);
  const asStaff = ownershipWith(null).ofCart(cartId, staff);
  await expect(asStaff).rejects.toBeInstanceOf(UnreadableEventError);
});

test.each(['tombstoneStream', 'deleteStream'] as const)(
  'an order lost by %s is absent to others',
  async (lose) => {
    const orderId = randomUUID();
    const stream = `order-${orderId}`;
    await client.appendToStream(stream, jsonEvent({ type: 'OrderPlaced', data: {} }));
    await client[lose](stream);
    expect(await ownershipWith(null).ofOrder(orderId, holding('another'))).toBe(false);
  },
);
