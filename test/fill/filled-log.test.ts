// A filled log: the same for the same seed, of the size that was asked for, and sound.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { standardPricing } from '../../src/domain/cart/pricing.js';
import type { EventStore } from '../../src/event-store/event-store.js';
import { fillLog, NotEmptyLogError } from '../../src/fill/fill-log.js';
import { FilledLog } from '../../src/fill/filled-log.js';
import { projectionsOf } from '../../src/projections/registry.js';
import { verify } from '../../src/projections/verify.js';
import { Cleanup, connectTestStore, startTestNode } from '../event-store/nodes.js';

const SIZE = { events: 1_500, carts: 100, products: 30, coupons: 2, couponUses: 50, seed: 7 };

const cleanup = new Cleanup();
let store: EventStore;

beforeAll(async () => {
  const { connectionString } = await startTestNode(cleanup);
  store = connectTestStore(cleanup, connectionString);
  await fillLog(store, SIZE, standardPricing);
});
afterAll(() => cleanup.run());

const appendsOf = (size: typeof SIZE) => [...new FilledLog(size, standardPricing).appends()];

async function* nothing(): AsyncGenerator<never> {
  // A log alone, without rows.
}

async function stored() {
  const events = [];
  for await (const event of store.readAll()) events.push(event);
  return events;
}

test('the same seed gives the same events, and another seed others', () => {
  const first = appendsOf(SIZE);
  expect(appendsOf(SIZE)).toEqual(first);
  expect(appendsOf({ ...SIZE, seed: 8 })).not.toEqual(first);
});

test('each stream of the store has its events in the order in which they were made', async () => {
  const made = appendsOf(SIZE).flatMap(({ stream, events }) =>
    events.map(({ id }) => ({ stream, id })),
  );
  expect(idsByStream(await stored())).toEqual(idsByStream(made));
});

function idsByStream(events: readonly { readonly stream: string; readonly id: string }[]) {
  const ids = new Map<string, string[]>();
  for (const { stream, id } of events) ids.set(stream, [...(ids.get(stream) ?? []), id]);
  return ids;
}

test('it has as many events as were asked for, within a hundredth, and every category', async () => {
  const events = await stored();
  expect(Math.abs(events.length / SIZE.events - 1)).toBeLessThan(0.01);
  const categories = new Set(events.map(({ stream }) => stream.slice(0, stream.indexOf('-'))));
  expect([...categories].sort()).toEqual([
    ...['access', 'cart', 'coupon', 'inventory', 'order', 'product'],
  ]);
  const types = new Set(events.map(({ type }) => type));
  expect([...types]).toEqual(expect.arrayContaining(['PaymentReceived', 'PaymentDeclined']));
  const uses = events.filter(
    ({ type, data }) => type === 'CouponRedeemed' && (data as { attemptId: unknown }).attemptId,
  );
  expect(uses).toHaveLength(SIZE.couponUses);
});

test('its hash chains are sound, and every event is understood', async () => {
  const none = () => Promise.resolve([]);
  const noRows = { generations: none, missingColumns: none, rows: nothing };
  const verification = await verify(store, noRows, projectionsOf(standardPricing));
  expect(verification).toMatchObject({ differences: [], unchained: 0, unknown: 0 });
});

test('a log that has events is not filled', async () => {
  await expect(fillLog(store, SIZE, standardPricing)).rejects.toBeInstanceOf(NotEmptyLogError);
});
