import { afterEach, describe, expect, test } from '@jest/globals';
import { ChainCheck } from '../../src/event-store/chain.js';
import { AccessRecord } from '../../src/commands/access-record.js';
import { inputHash } from '../../src/commands/command-id.js';
import { Cleanup } from '../event-store/nodes.js';
import { accepted, by, keyed, lantern, monday, refusalOf, Shop, startShop } from './shop.js';
import { existing } from '../controls/cart.js';
import { openTerms } from '../../src/domain/cart/coupon-terms.js';
import { systemTime } from '../../src/waiting/time.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const price = (minorUnits: number, currency = 'GBP') => ({ minorUnits, currency });
const { sku } = lantern;

describe('the catalogue', () => {
  test('is changed by listing, another price and taking off sale', async () => {
    const shop = await startShop(cleanup);
    await shop.list(339);
    accepted(await shop.catalog.changePrice({ sku, price: price(425, 'EUR') }, by()));
    const changed = accepted(await shop.catalog.changePrice({ sku, price: price(299) }, by()));
    expect(changed.state).toMatchObject({ prices: { GBP: 299, EUR: 425 }, listed: true });
    expect(accepted(await shop.catalog.delist({ sku }, by())).state.listed).toBe(false);
    expect(refusalOf(await shop.catalog.delist({ sku }, by()))).toBe('NOT_FOUND');
  });

  test('listed again as it is stays as it is', async () => {
    const shop = await startShop(cleanup);
    await shop.list();
    const again = accepted(await shop.catalog.list({ ...lantern, price: price(339) }, by()));
    expect(again).toMatchObject({ position: null, revision: 0 });
    expect(await shop.typesOf(`product-${sku}`)).toEqual(['ProductListed']);
  });

  test('gives a cart the price that is offered when the item is added', async () => {
    const shop = await startShop(cleanup);
    await shop.list(339);
    const cartId = await shop.openCart();
    const add = async () =>
      accepted(await shop.carts.change({ type: 'AddItem', cartId, sku, quantity: 1 }, by())).state;
    await add();
    accepted(await shop.catalog.changePrice({ sku, price: price(500) }, by()));
    expect(existing(await add()).lines[0]?.portions.map(({ unitPrice }) => unitPrice)).toEqual([
      339, 500,
    ]);
  });
});

describe('coupons', () => {
  const discount = { kind: 'PERCENTAGE' as const, basisPoints: 1_000 };
  const terms = { ...openTerms, discount };
  const coupon = { code: 'welcome10', description: '10 % off', terms };

  test('are known by their code in upper case, until they are withdrawn', async () => {
    const shop = await startShop(cleanup);
    expect(accepted(await shop.coupons.define(coupon, by())).state.code).toBe('WELCOME10');
    const cartId = await shop.openCart();
    accepted(await shop.coupons.withdraw({ code: 'Welcome10' }, by()));
    const late = await shop.carts.change({ type: 'ApplyCoupon', cartId, code: 'WELCOME10' }, by());
    expect(refusalOf(late)).toBe('COUPON_INVALID');
  });

  test('defined again under the same key are answered as at first', async () => {
    const shop = await startShop(cleanup);
    const context = keyed();
    const first = accepted(await shop.coupons.define(coupon, context));
    accepted(await shop.coupons.withdraw({ code: coupon.code }, by()));
    const again = accepted(await new Shop(shop.store).coupons.define(coupon, context));
    expect(again).toMatchObject({ state: first.state, replayed: true });
  });
});

test('each look of the staff at a cart is on record, also many at once', async () => {
  const shop = await startShop(cleanup);
  const record = new AccessRecord(shop.store, { ...systemTime, now: shop.clock.read });
  const looks = ['a refund', 'a complaint', 'a question'];
  const look = { kind: 'support', subject: 'sam' };
  await Promise.all(looks.map((reason) => record.record('1', { ...look, reason })));
  const stored = await shop.eventsOf('access-1');
  const reasons = stored.map(({ data }) => (data as { readonly reason: string }).reason);
  expect(reasons.sort()).toEqual([...looks].sort());
  const chain = new ChainCheck();
  expect(stored.map((event) => chain.check(event))).toEqual(looks.map(() => undefined));
  expect(chain.unchained).toBe(0);
  expect(stored[0]).toMatchObject({
    type: 'CartAccessed',
    metadata: { occurredAt: new Date(monday).toISOString(), actor: { subject: 'sam' } },
  });
});

describe('the hash of an input', () => {
  test('is the same whatever the order of its properties, at any depth', () => {
    const one = inputHash('list', { sku, price: { minorUnits: 1, currency: 'GBP' } });
    const two = inputHash('list', { price: { currency: 'GBP', minorUnits: 1 }, sku });
    expect(one).toBe(two);
  });

  test('is another for another command, property or value', () => {
    const inputs = [
      inputHash('a', { x: 1 }),
      inputHash('b', { x: 1 }),
      inputHash('a', { y: 1 }),
      inputHash('a', { x: '1' }),
      inputHash('a', { x: [1] }),
      inputHash('a', {}),
    ];
    expect(new Set(inputs).size).toBe(inputs.length);
  });

  test('does not tell what is left out from what has no value', () => {
    expect(inputHash('a', { x: 1, y: undefined })).toBe(inputHash('a', { x: 1 }));
  });
});

describe('a command that supposes to be the first', () => {
  const first = () => ({ ...keyed(), load: 'assumeEmpty' as const });

  test('is decided on what is there when it is not', async () => {
    const shop = await startShop(cleanup);
    await shop.list(339);
    const elsewhere = new Shop(shop.store);
    const outcome = await elsewhere.catalog.list({ ...lantern, price: price(500) }, first());
    expect(accepted(outcome)).toMatchObject({ revision: 1, state: { prices: { GBP: 500 } } });
    expect(await shop.typesOf(`product-${sku}`)).toEqual(['ProductListed', 'ProductPriceChanged']);
  });

  test('sent again adds nothing, and what came after it is not forgotten', async () => {
    const shop = await startShop(cleanup);
    const context = first();
    const list = (at: Shop) => at.catalog.list({ ...lantern, price: price(339) }, context);
    accepted(await list(shop));
    accepted(await shop.catalog.changePrice({ sku, price: price(500) }, by()));
    const restarted = new Shop(shop.store);
    accepted(await list(restarted));
    const change = restarted.catalog.changePrice({ sku, price: price(500) }, by());
    expect(accepted(await change)).toMatchObject({ position: null, revision: 1 });
    expect(await shop.typesOf(`product-${sku}`)).toHaveLength(2);
  });
});
