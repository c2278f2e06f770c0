// Idle carts are abandoned on the time at which it occurred, exactly once, by whichever instance.
import { afterEach, describe, expect, test } from '@jest/globals';
import { cartAggregate } from '../../src/commands/aggregates.js';
import { CartAbandonments, type CartIdleSince } from '../../src/commands/cart-abandonments.js';
import { standardRules } from '../../src/domain/cart/pricing.js';
import { StoreUnavailableError } from '../../src/event-store/errors.js';
import { CartAbandonment, type IdleCarts } from '../../src/process-managers/cart-abandonment.js';
import { CartHistory } from '../../src/time-travel/cart-history.js';
import { systemTime } from '../../src/waiting/time.js';
import { accepted, by, lantern, monday, Shop, startShop } from '../commands/shop.js';
import { Cleanup } from '../event-store/nodes.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const HOUR_MS = 3_600_000;
const add = async (shop: Shop, cartId: string) =>
  accepted(
    await shop.carts.change({ type: 'AddItem', cartId, sku: lantern.sku, quantity: 1 }, by()),
  );

/** The rows of a read model that knows these carts to be open. */
function idle(...carts: readonly CartIdleSince[]): IdleCarts {
  return {
    idleCarts: (before, first, after) => {
      const begin = carts.findIndex(({ cartId }) => cartId === after?.cartId) + 1;
      const due = carts.slice(begin).filter(({ idleSince }) => idleSince <= before);
      return Promise.resolve(due.slice(0, first));
    },
  };
}

function loopOf(shop: Shop, carts: IdleCarts) {
  const left: string[] = [];
  const loop = new CartAbandonment({
    carts,
    abandonments: new CartAbandonments(shop.runner, HOUR_MS),
    time: { ...systemTime, now: shop.clock.read },
    onLeft: (cartId) => left.push(cartId),
  });
  return { loop, left };
}

/** A cart with one lantern, changed last on Monday. */
async function filledCart(shop: Shop): Promise<string> {
  await shop.list();
  const cartId = await shop.openCart();
  await add(shop, cartId);
  return cartId;
}

describe('an idle cart', () => {
  test('is abandoned when its time is over, and not before', async () => {
    const shop = await startShop(cleanup);
    const cartId = await filledCart(shop);
    const { loop } = loopOf(shop, idle({ cartId, idleSince: monday }));
    shop.clock.now = monday + HOUR_MS - 1;
    await loop.round();
    expect(await shop.typesOf(`cart-${cartId}`)).toEqual(['CartOpened', 'ItemAdded']);
    shop.clock.now = monday + 5 * HOUR_MS;
    await loop.round();
    const events = await shop.eventsOf(`cart-${cartId}`);
    expect(events.at(-1)).toMatchObject({
      type: 'CartAbandoned',
      data: { idleSince: monday },
      metadata: { occurredAt: new Date(monday + HOUR_MS).toISOString() },
    });
  });

  test('is abandoned once by several instances and looks', async () => {
    const shop = await startShop(cleanup);
    const cartId = await filledCart(shop);
    shop.clock.now = monday + HOUR_MS;
    const instances = [shop, new Shop(shop.store), new Shop(shop.store)];
    const rows = idle({ cartId, idleSince: monday });
    for (const instance of instances) instance.clock.now = shop.clock.now;
    await Promise.all(instances.map((instance) => loopOf(instance, rows).loop.round()));
    await loopOf(shop, rows).loop.round();
    expect(await shop.typesOf(`cart-${cartId}`)).toEqual([
      ...['CartOpened', 'ItemAdded', 'CartAbandoned'],
    ]);
  });

  test('stays open when it was changed after the read model looked', async () => {
    const shop = await startShop(cleanup);
    const cartId = await filledCart(shop);
    shop.clock.now = monday + HOUR_MS;
    await add(shop, cartId);
    await loopOf(shop, idle({ cartId, idleSince: monday })).loop.round();
    expect(await shop.typesOf(`cart-${cartId}`)).not.toContain('CartAbandoned');
  });

  test('is revived by a change, and can be abandoned again', async () => {
    const shop = await startShop(cleanup);
    const cartId = await filledCart(shop);
    shop.clock.now = monday + HOUR_MS;
    await loopOf(shop, idle({ cartId, idleSince: monday })).loop.round();
    shop.clock.now = monday + 2 * HOUR_MS;
    expect((await add(shop, cartId)).state.status).toBe('OPEN');
    const idleSince = shop.clock.now;
    shop.clock.now = monday + 3 * HOUR_MS;
    await loopOf(shop, idle({ cartId, idleSince })).loop.round();
    expect(await shop.typesOf(`cart-${cartId}`)).toEqual([
      ...['CartOpened', 'ItemAdded', 'CartAbandoned'],
      ...['CartRevived', 'ItemAdded', 'CartAbandoned'],
    ]);
  });

  test('is shown as it stood at any instant', async () => {
    const shop = await startShop(cleanup);
    const cartId = await filledCart(shop);
    shop.clock.now = monday + 5 * HOUR_MS;
    await loopOf(shop, idle({ cartId, idleSince: monday })).loop.round();
    await add(shop, cartId);
    const history = new CartHistory(shop.store, cartAggregate, () => standardRules);
    const statusAt = async (at: number) => (await history.cartAt(cartId, at))?.status;
    expect(await statusAt(monday)).toBe('OPEN');
    expect(await statusAt(monday + HOUR_MS - 1)).toBe('OPEN');
    expect(await statusAt(monday + HOUR_MS)).toBe('ABANDONED');
    expect(await statusAt(monday + 5 * HOUR_MS)).toBe('OPEN');
  });
});

describe('the loop', () => {
  const never = { abandon: () => Promise.reject(new Error('not asked')), idleMs: HOUR_MS };
  const carts = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ cartId: `cart ${index}`, idleSince: index }));

  test('asks nothing but for the idle ones: open carts cost nothing', async () => {
    let asked = 0;
    const source = idle(...carts(0));
    const counting: IdleCarts = {
      idleCarts: (...question) => {
        asked += 1;
        return source.idleCarts(...question);
      },
    };
    const time = systemTime;
    const onLeft = () => undefined;
    const loop = new CartAbandonment({
      ...{ carts: counting, abandonments: never, time, onLeft },
    });
    await loop.round();
    expect(asked).toBe(1);
  });

  test('reaches every idle cart, also behind one that cannot be abandoned, told once', async () => {
    const done: string[] = [];
    const left: string[] = [];
    const abandon = ({ cartId }: CartIdleSince) => {
      if (cartId === 'cart 3') return Promise.reject(new Error('unreadable'));
      done.push(cartId);
      return Promise.resolve();
    };
    const loop = new CartAbandonment({
      carts: idle(...carts(450)),
      abandonments: { abandon, idleMs: HOUR_MS },
      time: systemTime,
      onLeft: (cartId) => left.push(cartId),
    });
    await loop.round();
    await loop.round();
    expect(new Set(done).size).toBe(449);
    expect(left).toEqual(['cart 3']);
  });

  test('leaves the rest for later while the store is unavailable', async () => {
    const abandon = () => Promise.reject(new StoreUnavailableError('a command'));
    const loop = new CartAbandonment({
      carts: idle(...carts(3)),
      abandonments: { abandon, idleMs: HOUR_MS },
      time: systemTime,
      onLeft: () => undefined,
    });
    await expect(loop.round()).rejects.toThrow(StoreUnavailableError);
  });
});
