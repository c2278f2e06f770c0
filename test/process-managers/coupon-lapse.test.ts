// A coupon that is withdrawn stops counting on the carts that have it.
import { afterEach, expect, test } from '@jest/globals';
import { StoreUnavailableError } from '../../src/event-store/errors.js';
import {
  couponWithdrawalReaction,
  lateCouponReaction,
} from '../../src/process-managers/coupon-lapse.js';
import { settleExpiredUses } from '../../src/process-managers/coupon-use-expiry.js';
import type { Reaction } from '../../src/process-managers/reaction.js';
import { ProjectorView } from '../../src/projections/projector-view.js';
import { couponReactions } from '../../src/service/coupon-parts.js';
import { systemTime } from '../../src/waiting/time.js';
import { existing, percentOff } from '../controls/cart.js';
import { Cleanup } from '../event-store/nodes.js';
import { accepted, by, lantern, type Shop, startShop } from '../commands/shop.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const code = 'TEN';

async function shopWithCarts(count: number) {
  const shop = await startShop(cleanup);
  await shop.list(1_000);
  await issue(shop);
  const carts: string[] = [];
  for (let n = 0; n < count; n += 1) carts.push(await cartWithCoupon(shop));
  return { shop, carts };
}

async function issue(shop: Shop): Promise<void> {
  const coupon = { code, description: '10 % off', terms: percentOff(10) };
  accepted(await shop.coupons.define(coupon, by()));
}

async function cartWithCoupon(shop: Shop): Promise<string> {
  const cartId = await shop.openCart();
  const item = { type: 'AddItem', cartId, sku: lantern.sku, quantity: 1 } as const;
  accepted(await shop.carts.change(item, by()));
  accepted(await shop.carts.change({ type: 'ApplyCoupon', cartId, code }, by()));
  return cartId;
}

function reactionsOf(shop: Shop, carts: readonly string[], onAsked: () => void = () => undefined) {
  const asked: bigint[] = [];
  const ports = {
    carts: shop.carts,
    coupons: shop.coupons,
    cartsWith: async function* (_code: string, position: bigint) {
      asked.push(position);
      onAsked();
      yield* await Promise.resolve(carts);
    },
  };
  return { asked, withdrawal: couponWithdrawalReaction(ports), late: lateCouponReaction(ports) };
}

async function act(shop: Shop, reaction: Reaction, stream: string): Promise<bigint> {
  const stored = (await shop.eventsOf(stream)).findLast(({ type }) =>
    reaction.types.includes(type),
  );
  if (stored === undefined) throw new RangeError(`Nothing to react to in ${stream}`);
  await reaction.act(stored, new AbortController().signal);
  return stored.position;
}

const lapsesOf = async (shop: Shop, cartId: string) =>
  (await shop.typesOf(`cart-${cartId}`)).filter((type) => type === 'CouponLapsed').length;

test('every cart that has it, once, as of the withdrawal', async () => {
  const { shop, carts } = await shopWithCarts(3);
  accepted(await shop.coupons.withdraw({ code }, by()));
  const { withdrawal, asked } = reactionsOf(shop, carts);
  const position = await act(shop, withdrawal, `coupon-${code}`);
  await act(shop, withdrawal, `coupon-${code}`);
  expect(asked).toEqual([position, position]);
  expect(await Promise.all(carts.map((cartId) => lapsesOf(shop, cartId)))).toEqual([1, 1, 1]);
  const [cartId = ''] = carts;
  expect(existing(await shop.carts.state(cartId)).coupons).toMatchObject([{ lapsed: 'WITHDRAWN' }]);
  accepted((await shop.carts.checkOut({ cartId, expectedTotal: 1_000 }, by())).outcome);
});

test('but none that was checked out, or never had it', async () => {
  const { shop, carts } = await shopWithCarts(1);
  const [closed = ''] = carts;
  accepted((await shop.carts.checkOut({ cartId: closed, expectedTotal: 900 }, by())).outcome);
  accepted(await shop.coupons.withdraw({ code }, by()));
  const other = await shop.openCart();
  await act(shop, reactionsOf(shop, [closed, other]).withdrawal, `coupon-${code}`);
  expect([await lapsesOf(shop, closed), await lapsesOf(shop, other)]).toEqual([0, 0]);
});

test('nor any cart once the coupon is on offer again', async () => {
  const { shop, carts } = await shopWithCarts(1);
  accepted(await shop.coupons.withdraw({ code }, by()));
  await issue(shop);
  const { withdrawal, asked } = reactionsOf(shop, carts);
  await act(shop, withdrawal, `coupon-${code}`);
  expect(asked).toEqual([]);
});

test('a cart whose coupon was stored after the withdrawal is found by its own event', async () => {
  const { shop, carts } = await shopWithCarts(1);
  const [cartId = ''] = carts;
  const { late } = reactionsOf(shop, []);
  await act(shop, late, `cart-${cartId}`);
  expect(await lapsesOf(shop, cartId)).toBe(0);
  accepted(await shop.coupons.withdraw({ code }, by()));
  await act(shop, late, `cart-${cartId}`);
  await act(shop, late, `cart-${cartId}`);
  expect(await lapsesOf(shop, cartId)).toBe(1);
});

test('rows that cannot be read leave the event to be tried again', async () => {
  const { shop } = await shopWithCarts(0);
  accepted(await shop.coupons.withdraw({ code }, by()));
  const behind = new Error('the rows are behind');
  const reaction = couponWithdrawalReaction({
    carts: shop.carts,
    coupons: shop.coupons,
    // eslint-disable-next-line require-yield -- it fails before there is a cart
    cartsWith: async function* () {
      await Promise.reject(behind);
    },
  });
  await expect(act(shop, reaction, `coupon-${code}`)).rejects.toBe(behind);
});

test('a stop waits neither for rows that are far behind nor for further carts', async () => {
  const { shop, carts } = await shopWithCarts(2);
  accepted(await shop.coupons.withdraw({ code }, by()));
  const event = (await shop.eventsOf(`coupon-${code}`)).at(-1)!;
  const progress = new ProjectorView(
    {
      ...{ type: 'progress', state: 'LIVE', position: '-1', recordedAt: 0, applied: 0 },
      ...{ generations: [], rebuildsDue: [], changed: [], isStartingOver: false, error: null },
    },
    { headPosition: () => Promise.resolve(0n) },
  );
  const reads = { cartsWithCoupon: () => Promise.reject(new Error('unexpected')) };
  const [behind] = couponReactions({
    ...{ commands: { coupons: shop.coupons }, carts: shop.carts, time: systemTime },
    ...{ reads: reads as never, progress },
  });
  const stopping = new AbortController();
  const waiting = behind!.act(event, stopping.signal, () => undefined);
  setImmediate(() => stopping.abort());
  await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
  progress.close();

  const amid = new AbortController();
  const { withdrawal } = reactionsOf(shop, carts, () => amid.abort());
  const ended = withdrawal.act(event, amid.signal, () => undefined);
  await expect(ended).rejects.toMatchObject({ name: 'AbortError' });
  expect(await Promise.all(carts.map((cartId) => lapsesOf(shop, cartId)))).toEqual([0, 0]);
});

test('of uses that expired, one that cannot be settled does not keep the others', async () => {
  const settled: string[] = [];
  const faults: unknown[] = [];
  const away = new StoreUnavailableError('the coupon');
  const uses = ['a', 'b', 'c'].map((orderId) => ({ code, orderId, cartId: `cart of ${orderId}` }));
  await settleExpiredUses({
    expired: (at) => Promise.resolve(at === 42 ? uses : []),
    uses: {
      settle: ({ orderId }) => {
        if (orderId === 'b') return Promise.reject(away);
        settled.push(orderId);
        return Promise.resolve();
      },
    },
    time: { ...systemTime, now: () => 42 },
    onFault: (fault) => faults.push(fault),
  });
  expect([settled, faults]).toEqual([['a', 'c'], [away]]);
});
