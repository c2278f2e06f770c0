import { afterEach, expect, test } from '@jest/globals';
import { Cleanup } from '../event-store/nodes.js';
import { accepted, by, lantern, monday, startShop } from './shop.js';
import { existing } from '../controls/cart.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const { sku } = lantern;

test('a clock that steps back does not make the time of a stream run backwards', async () => {
  const shop = await startShop(cleanup);
  await shop.list();
  const cartId = await shop.openCart();
  for (const at of [monday + 5_000, monday - 60_000, monday + 4_999, monday + 5_001]) {
    shop.clock.now = at;
    accepted(await shop.carts.change({ type: 'AddItem', cartId, sku, quantity: 1 }, by()));
  }
  const stored = await shop.eventsOf(`cart-${cartId}`);
  expect(stored.map(({ metadata }) => Date.parse(metadata.occurredAt) - monday)).toEqual([
    0, 5_000, 5_000, 5_000, 5_001,
  ]);
});

test('a command that says when it occurred is recorded at that time', async () => {
  const shop = await startShop(cleanup);
  await shop.list();
  const cartId = await shop.openCart();
  const occurredAt = monday + 123;
  const outcome = await shop.carts.change(
    { type: 'AddItem', cartId, sku, quantity: 1 },
    by({ occurredAt }),
  );
  expect(existing(accepted(outcome).state).updatedAt).toBe(occurredAt);
  const [, added] = await shop.eventsOf(`cart-${cartId}`);
  expect(added!.metadata.occurredAt).toBe('2026-11-02T08:00:00.123Z');
});

test('what is answered is what the log folds to', async () => {
  const shop = await startShop(cleanup);
  await shop.list();
  const cartId = await shop.openCart();
  accepted(await shop.carts.change({ type: 'AddItem', cartId, sku, quantity: 2 }, by()));
  const changing = shop.carts.change({ type: 'ChangeQuantity', cartId, sku, quantity: 5 }, by());
  const { state, revision, position } = accepted(await changing);
  shop.aggregates.forget(`cart-${cartId}`);
  expect(await shop.carts.state(cartId)).toEqual(state);
  const last = (await shop.eventsOf(`cart-${cartId}`)).at(-1);
  expect(revision).toBe(last!.revision);
  expect(position).toBe(await shop.store.headPosition());
});
