// What a checkout takes elsewhere before its cart closes, and gives back when it is refused.
import { afterEach, expect, test } from '@jest/globals';
import type { CheckoutHold, HeldOrder } from '../../src/commands/checkout-holds.js';
import { StoreUnavailableError } from '../../src/event-store/errors.js';
import { Cleanup, connectTestStore, startTestNode } from '../event-store/nodes.js';
import { HeldStore } from './held-store.js';
import { accepted, by, keyed, lantern, refusalOf, Shop } from './shop.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const { sku } = lantern;

/** A hold on units of the lantern, by the rules that `CheckoutHold` states. */
class Units implements CheckoutHold {
  /** By order, then by attempt. */
  private readonly held = new Map<string, Map<string, number>>();
  readonly log: string[] = [];
  isAway = false;

  constructor(
    private readonly name: string,
    private readonly stock: number,
  ) {}

  take({ orderId, attemptId, cart }: HeldOrder) {
    const units = cart.lines.flatMap((line) => line.portions).reduce((n, p) => n + p.quantity, 0);
    const refusal = { code: 'CART_EMPTY', message: `${this.name} has ${this.stock}` } as const;
    if (units > this.stock) return Promise.resolve(refusal);
    const attempts = this.held.get(orderId) ?? new Map<string, number>();
    this.held.set(orderId, attempts.set(attemptId, units));
    this.log.push(`take ${units}`);
    return Promise.resolve(undefined);
  }

  giveBack({ orderId, attemptId }: HeldOrder) {
    if (this.isAway) return Promise.reject(new StoreUnavailableError('the units'));
    this.held.get(orderId)?.delete(attemptId);
    this.log.push('give back');
    return Promise.resolve();
  }

  get inAll(): number {
    const ofOrders = [...this.held.values()].map((attempts) => Math.max(0, ...attempts.values()));
    return ofOrders.reduce((sum, units) => sum + units, 0);
  }
}

async function shopWith(holds: readonly CheckoutHold[]) {
  const { connectionString } = await startTestNode(cleanup);
  const instance = () => {
    const store = new HeldStore(connectTestStore(cleanup, connectionString));
    return { store, shop: new Shop(store.port, { holds }) };
  };
  const { shop, store } = instance();
  await shop.list();
  const cartId = await shop.openCart();
  accepted(await shop.carts.change({ type: 'AddItem', cartId, sku, quantity: 6 }, by()));
  return { shop, cartId, store, instance };
}

test('an accepted checkout keeps what it took; repeating it takes nothing', async () => {
  const units = new Units('A', 10);
  const { shop, cartId } = await shopWith([units]);
  const context = keyed();
  accepted((await shop.carts.checkOut({ cartId, expectedTotal: 2034 }, context)).outcome);
  await shop.carts.checkOut({ cartId, expectedTotal: 2034 }, context);
  expect(units.log).toEqual(['take 6']);
  expect(units.inAll).toBe(6);
});

test('where one hold is refused, the cart stays open and the others are given back', async () => {
  const [enough, short] = [new Units('A', 10), new Units('B', 5)];
  const { shop, cartId } = await shopWith([enough, short]);
  const { outcome, order } = await shop.carts.checkOut({ cartId, expectedTotal: 2034 }, by());
  expect(outcome).toMatchObject({ rejection: { message: 'B has 5' } });
  expect(order).toBeUndefined();
  expect([enough.inAll, short.inAll]).toEqual([0, 0]);
  expect(await shop.typesOf(`cart-${cartId}`)).toEqual(['CartOpened', 'ItemAdded']);
});

test('a checkout that is refused anyway takes nothing', async () => {
  const units = new Units('A', 10);
  const { shop, cartId } = await shopWith([units]);
  const { outcome } = await shop.carts.checkOut({ cartId, expectedTotal: 1 }, by());
  expect(refusalOf(outcome)).toBe('TOTAL_CHANGED');
  expect(units.log).toEqual([]);
});

test('a checkout whose answer is lost leaves its hold to expire', async () => {
  const units = new Units('A', 10);
  const { shop, cartId, store } = await shopWith([units]);
  store.loseAnswerOfNext();
  const checkout = shop.carts.checkOut({ cartId, expectedTotal: 2034 }, by());
  await expect(checkout).rejects.toBeInstanceOf(StoreUnavailableError);
  expect(units.log).toEqual(['take 6']);
});

test('a refusal stands although nothing can be given back now', async () => {
  const [away, short] = [new Units('A', 10), new Units('B', 5)];
  const { shop, cartId } = await shopWith([away, short]);
  away.isAway = true;
  const { outcome } = await shop.carts.checkOut({ cartId, expectedTotal: 2034 }, by());
  expect(refusalOf(outcome)).toBe('CART_EMPTY');
  expect(away.inAll).toBe(6);
});

test.each(['first', 'last'])(
  'of two checkouts at once, the one that took %s is refused and leaves the other its hold',
  async (place) => {
    const units = new Units('A', 10);
    const { shop, store, cartId, instance } = await shopWith([units]);
    const other = instance();
    const [one, two] = [store.holdNext(), other.store.holdNext()];
    const first = shop.carts.checkOut({ cartId, expectedTotal: 2034 }, by());
    await one.reached;
    const last = other.shop.carts.checkOut({ cartId, expectedTotal: 2034 }, by());
    await two.reached;
    const [won, lost] = place === 'first' ? [last, first] : [first, last];
    (won === first ? one : two).release();
    accepted((await won).outcome);
    (lost === first ? one : two).release();
    expect(refusalOf((await lost).outcome)).toBe('CART_CLOSED');
    expect([units.log, units.inAll]).toEqual([['take 6', 'take 6', 'give back'], 6]);
  },
);
