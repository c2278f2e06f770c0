import { afterEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import { standardRules } from '../../src/domain/cart/pricing.js';
import { cartAggregate } from '../../src/commands/aggregates.js';
import { cartCodec } from '../../src/domain/cart/codec.js';
import { type CartState, evolve, initialCart } from '../../src/domain/cart/state.js';
import { recorded } from '../../src/event-store/recorded.js';
import { CartHistory } from '../../src/time-travel/cart-history.js';
import { accepted, by, lantern, monday, Shop, startShop } from '../commands/shop.js';
import { openTerms } from '../../src/domain/cart/coupon-terms.js';
import { Cleanup } from '../event-store/nodes.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const { sku } = lantern;
const historyOf = (shop: Shop) => new CartHistory(shop.store, cartAggregate, () => standardRules);

/** What happens at each step, and by how much the clock moves before it: back, too. */
const steps = fc.array(
  fc.record({
    moveMs: fc.oneof(fc.constant(0), fc.constant(1), fc.integer({ min: -5_000, max: 10_000 })),
    quantity: fc.integer({ min: 1, max: 5 }),
    removes: fc.boolean(),
  }),
  { maxLength: 10 },
);

/** An independent fold: everything that had occurred by then, whatever its place in the stream. */
async function foldedAt(shop: Shop, cartId: string, at: number): Promise<CartState | null> {
  const occurred = (await shop.eventsOf(`cart-${cartId}`))
    .map((stored) => recorded(cartCodec, stored)!)
    .filter((event) => event.occurredAt <= at);
  return occurred.length === 0 ? null : occurred.reduce(evolve, initialCart);
}

/** A cart with one event a second: opened, then `edits` quantities set in turn. */
async function cartWith(shop: Shop, edits: readonly number[]): Promise<string> {
  await shop.list();
  const cartId = await shop.openCart();
  for (const quantity of edits) {
    shop.clock.now += 1_000;
    const input = { cartId, sku, quantity };
    const isFirst = shop.clock.now === monday + 1_000;
    const command = isFirst
      ? shop.carts.change({ type: 'AddItem', ...input }, by())
      : shop.carts.change({ type: 'ChangeQuantity', ...input }, by());
    accepted(await command);
  }
  return cartId;
}

describe('the cart as it stood', () => {
  test('just before, at and just after each event is the fold of what had occurred', async () => {
    const { store } = await startShop(cleanup);
    await new Shop(store).list();
    await fc.assert(
      fc.asyncProperty(steps, async (given) => {
        const shop = new Shop(store);
        const cartId = await shop.openCart();
        for (const { moveMs, quantity, removes } of given) {
          shop.clock.now += moveMs;
          if (removes) await shop.carts.change({ type: 'RemoveItem', cartId, sku }, by());
          else await shop.carts.change({ type: 'AddItem', cartId, sku, quantity }, by());
        }
        const stored = await shop.eventsOf(`cart-${cartId}`);
        const instants = stored.map(({ metadata }) => Date.parse(metadata.occurredAt));
        expect(instants).toEqual([...instants].sort((a, b) => a - b));
        for (const at of instants.flatMap((instant) => [instant - 1, instant, instant + 1])) {
          expect(await historyOf(shop).cartAt(cartId, at)).toEqual(
            await foldedAt(shop, cartId, at),
          );
        }
      }),
      { numRuns: 20 },
    );
  });

  test('before it was opened, or if it never was, is null', async () => {
    const shop = await startShop(cleanup);
    const cartId = await shop.openCart();
    const history = historyOf(shop);
    expect(await history.cartAt(cartId, monday - 1)).toBeNull();
    expect(await history.cartAt(randomUUID(), monday)).toBeNull();
    expect((await history.cartAt(cartId, monday))?.status).toBe('OPEN');
  });

  test('at a revision is the state after that event, and null for a missing revision', async () => {
    const shop = await startShop(cleanup);
    const cartId = await cartWith(shop, [1, 2, 3]);
    const history = historyOf(shop);
    const quantities: (number | undefined)[] = [];
    for (const revision of [0, 1, 2, 3]) {
      const state = await history.cartAtRevision(cartId, revision);
      quantities.push(state?.lines[0]?.portions.at(-1)?.quantity);
    }
    expect(quantities).toEqual([undefined, 1, 2, 3]);
    expect(await history.cartAtRevision(cartId, 4)).toBeNull();
    expect(await history.cartAtRevision(cartId, -1)).toBeNull();
  });
});

describe('the timeline', () => {
  test.each([
    [{}, [0, 1, 2, 3, 4], false, false],
    [{ first: 2 }, [0, 1], true, false],
    [{ first: 2, after: 1 }, [2, 3], true, true],
    [{ first: 5, after: 3 }, [4], false, true],
    [{ last: 2 }, [3, 4], false, true],
    [{ last: 2, before: 3 }, [1, 2], true, true],
    [{ last: 5, before: 1 }, [0], true, false],
    [{ first: 0 }, [], true, false],
    [{ after: 4 }, [], false, true],
    [{ first: 3, after: 90 }, [], false, true],
  ])('by %j is the revisions %j', async (range, revisions, hasNextPage, hasPreviousPage) => {
    const shop = await startShop(cleanup);
    const cartId = await cartWith(shop, [1, 2, 3, 4]);
    const page = await historyOf(shop).timeline(cartId, range);
    expect(page.rows.map(({ stored }) => stored.revision)).toEqual(revisions);
    expect(page).toMatchObject({ totalCount: 5, hasNextPage, hasPreviousPage });
  });

  test('of a cart that never was is empty', async () => {
    const shop = await startShop(cleanup);
    expect(await historyOf(shop).timeline(randomUUID(), { first: 10 })).toEqual({
      rows: [],
      totalCount: 0,
      hasNextPage: false,
      hasPreviousPage: false,
    });
  });
});

describe('the difference between two instants', () => {
  test('names what changed, from what to what, and by which events', async () => {
    const shop = await startShop(cleanup);
    const cartId = await cartWith(shop, [6, 4]);
    const [, , changed] = await shop.eventsOf(`cart-${cartId}`);
    const { from, to, changes } = await historyOf(shop).diff(
      cartId,
      monday + 1_000,
      monday + 2_000,
    );
    expect([from?.revision, to?.revision]).toEqual([1, 2]);
    const eventIds = [changed!.id];
    expect(changes).toEqual([
      { path: `lines.${sku}.quantity`, before: '6', after: '4', eventIds },
      { path: `lines.${sku}.subtotal`, before: '20.34', after: '13.56', eventIds },
      { path: 'totals.itemCount', before: '6', after: '4', eventIds },
      { path: 'totals.subtotal', before: '20.34', after: '13.56', eventIds },
      { path: 'totals.total', before: '20.34', after: '13.56', eventIds },
    ]);
  });

  test('from before it was opened tells everything as new', async () => {
    const shop = await startShop(cleanup);
    const cartId = await cartWith(shop, [1]);
    const { from, changes } = await historyOf(shop).diff(cartId, monday - 1, monday + 1_000);
    expect(from).toBeNull();
    expect(changes.find(({ path }) => path === 'status')).toMatchObject({
      before: null,
      after: 'OPEN',
      eventIds: [expect.any(String)],
    });
    expect(changes.every(({ before }) => before === null)).toBe(true);
  });

  test('of an instant with itself is nothing', async () => {
    const shop = await startShop(cleanup);
    const cartId = await cartWith(shop, [1, 2]);
    const { changes } = await historyOf(shop).diff(cartId, monday + 2_000, monday + 2_000);
    expect(changes).toEqual([]);
  });

  test('tells a coupon that ended in between, which no event brought about', async () => {
    const shop = await startShop(cleanup);
    const cartId = await cartWith(shop, [10]);
    const discount = { kind: 'PERCENTAGE' as const, basisPoints: 1_000 };
    const validUntil = monday + 60_000;
    const terms = { ...openTerms, discount, validUntil };
    await shop.coupons.define({ code: 'SOON', description: 'Soon over', terms }, by());
    accepted(await shop.carts.change({ type: 'ApplyCoupon', cartId, code: 'SOON' }, by()));
    const { changes } = await historyOf(shop).diff(cartId, validUntil - 1, validUntil);
    expect(changes).toContainEqual({
      path: 'coupons.SOON',
      before: '3.39',
      after: 'It is no longer valid.',
      eventIds: [],
    });
    expect(changes).toContainEqual({
      path: 'totals.total',
      before: '30.51',
      after: '33.90',
      eventIds: [],
    });
  });
});
