// Two instances of a shop that are sent one command at once, or a retry of it one after the other.
// The store's appends are held, so that each order of events is brought about and not hoped for.
import { afterEach, describe, expect, test } from '@jest/globals';
import { EventStoreDBClient } from '@eventstore/db-client';
import { randomUUID } from 'node:crypto';
import { AccessRecord } from '../../src/commands/access-record.js';
import { standardRules } from '../../src/domain/cart/pricing.js';
import { viewCart } from '../../src/domain/cart/view.js';
import { brokenLinkInWords, ChainCheck } from '../../src/event-store/chain.js';
import {
  ConflictError,
  IncompleteHistoryError,
  StoreUnavailableError,
} from '../../src/event-store/errors.js';
import { Cleanup, connectTestStore, startTestNode } from '../event-store/nodes.js';
import { HeldStore } from './held-store.js';
import { accepted, by, keyed, lantern, quantityIn, refusalOf, Shop } from './shop.js';
import { openTerms } from '../../src/domain/cart/coupon-terms.js';
import { retrying } from '../../src/waiting/retrying.js';
import { systemTime } from '../../src/waiting/time.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const { sku } = lantern;

interface Pair {
  readonly here: Shop;
  readonly there: Shop;
  readonly hereStore: HeldStore;
  readonly thereStore: HeldStore;
}

async function startPair(): Promise<Pair> {
  const { connectionString } = await startTestNode(cleanup);
  const held = () => new HeldStore(connectTestStore(cleanup, connectionString));
  const [hereStore, thereStore] = [held(), held()];
  const here = new Shop(hereStore.port);
  const there = new Shop(thereStore.port);
  there.clock.now += 7;
  await here.list();
  return { here, there, hereStore, thereStore };
}

/** What is wrong with the chains of these streams; nothing, if all is well. */
async function brokenLinks(shop: Shop, ...streams: string[]): Promise<string[]> {
  const check = new ChainCheck();
  const found: string[] = [];
  for (const stream of streams) {
    for (const stored of await shop.eventsOf(stream)) {
      const broken = check.check(stored);
      if (broken !== undefined) found.push(brokenLinkInWords(broken));
    }
  }
  return found;
}

/** Both decide on what they know, then both appends go out, here's first. */
async function atOnce<Result>(
  { hereStore, thereStore }: Pair,
  one: () => Promise<Result>,
  other: () => Promise<Result>,
): Promise<[Result, Result]> {
  const [first, second] = [hereStore.holdNext(), thereStore.holdNext()];
  const [doing, doingToo] = [one(), other()];
  await Promise.all([first.reached, second.reached]);
  first.release();
  const outcome = await doing;
  second.release();
  return [outcome, await doingToo];
}

describe('one commandId at two instances at once', () => {
  test('with the same input is done once, answered alike, and leaves the chain whole', async () => {
    const pair = await startPair();
    const { here, there } = pair;
    const cartId = await here.openCart();
    await there.carts.state(cartId);
    const context = keyed();
    const add = (shop: Shop) =>
      shop.carts.change({ type: 'AddItem', cartId, sku, quantity: 2 }, context);
    const outcomes = await atOnce(
      pair,
      () => add(here),
      () => add(there),
    );
    expect(outcomes.map((outcome) => accepted(outcome).revision)).toEqual([1, 1]);
    expect(outcomes.map((outcome) => accepted(outcome).replayed)).toEqual([false, true]);
    expect(accepted(outcomes[1]).state).toEqual(accepted(outcomes[0]).state);
    for (const shop of [there, here]) {
      accepted(await shop.carts.change({ type: 'AddItem', cartId, sku, quantity: 1 }, keyed()));
    }
    expect(await brokenLinks(here, `cart-${cartId}`)).toEqual([]);
    expect(quantityIn(await there.carts.freshState(cartId))).toBe(4);
  });

  test('with another input is COMMAND_ID_REUSED at the second, which goes on from the log', async () => {
    const pair = await startPair();
    const { here, there } = pair;
    const cartId = await here.openCart();
    await there.carts.state(cartId);
    const context = keyed();
    const outcomes = await atOnce(
      pair,
      () => here.carts.change({ type: 'AddItem', cartId, sku, quantity: 2 }, context),
      () => there.carts.change({ type: 'AddItem', cartId, sku, quantity: 5 }, context),
    );
    expect(outcomes.map(refusalOf)).toEqual(['accepted', 'COMMAND_ID_REUSED']);
    const { outcome, order } = await there.carts.checkOut(
      { cartId, expectedTotal: 2 * 339 },
      keyed(),
    );
    const fromLog = await new Shop(here.store).carts.freshState(cartId);
    const { total } = viewCart(fromLog, there.clock.now, standardRules).totals;
    expect(accepted(outcome).state).toEqual(fromLog);
    expect([total, order?.total]).toEqual([2 * 339, 2 * 339]);
    expect(await brokenLinks(here, `cart-${cartId}`, `order-${order?.id}`)).toEqual([]);
  });

  test('that both know nothing of yet opens one cart, with one token', async () => {
    const pair = await startPair();
    const context = keyed();
    const open = (shop: Shop) => shop.carts.open({ currency: 'GBP', customerId: null }, context);
    const [one, other] = await atOnce(
      pair,
      () => open(pair.here),
      () => open(pair.there),
    );
    expect(accepted(other.outcome).state).toEqual(accepted(one.outcome).state);
    expect(other.cartToken).toBe(one.cartToken);
    const cartId = accepted(one.outcome).state.id ?? '';
    accepted(await pair.there.carts.change({ type: 'AddItem', cartId, sku, quantity: 1 }, keyed()));
    expect(await brokenLinks(pair.here, `cart-${cartId}`)).toEqual([]);
  });

  test('on a checkout places one order, at the total of the log', async () => {
    const pair = await startPair();
    const { here, there } = pair;
    const cartId = await here.openCart();
    accepted(await here.carts.change({ type: 'AddItem', cartId, sku, quantity: 3 }, by()));
    await there.carts.state(cartId);
    const context = keyed();
    const checkOut = (shop: Shop) => shop.carts.checkOut({ cartId, expectedTotal: 1017 }, context);
    const [one, other] = await atOnce(
      pair,
      () => checkOut(here),
      () => checkOut(there),
    );
    expect(accepted(other.outcome).state).toEqual(accepted(one.outcome).state);
    expect(other.order).toEqual(one.order);
    const order = `order-${one.order?.id}`;
    expect(await here.typesOf(order)).toEqual(['OrderPlaced']);
    expect(await brokenLinks(here, `cart-${cartId}`, order)).toEqual([]);
  });

  test.each([
    ['a product', 'product-NEW'],
    ['a coupon', 'coupon-HALF'],
  ])('on %s keeps its chain whole and its answers true', async (_what, stream) => {
    const pair = await startPair();
    const context = keyed();
    const terms = openTerms;
    const give = (shop: Shop, minorUnits: number) =>
      stream.startsWith('product')
        ? shop.catalog.list(
            { sku: 'NEW', name: 'New', price: { minorUnits, currency: 'GBP' } },
            { ...context, load: 'assumeEmpty' as const },
          )
        : shop.coupons.define(
            {
              code: 'HALF',
              description: 'Some off',
              terms: { ...terms, discount: { kind: 'PERCENTAGE', basisPoints: minorUnits } },
            },
            { ...context, load: 'assumeEmpty' as const },
          );
    const outcomes = await atOnce<{ readonly accepted: boolean }>(
      pair,
      () => give(pair.here, 5_000),
      () => give(pair.there, 4_000),
    );
    expect(outcomes.map(({ accepted }) => accepted)).toEqual([true, false]);
    expect(await pair.there.eventsOf(stream)).toHaveLength(1);
    for (const shop of [pair.there, pair.here]) {
      if (stream.startsWith('product')) {
        const price = { minorUnits: shop === pair.here ? 1 : 2, currency: 'GBP' };
        accepted(await shop.catalog.changePrice({ sku: 'NEW', price }, by()));
      } else if (shop === pair.there) accepted(await shop.coupons.withdraw({ code: 'HALF' }, by()));
    }
    expect(await brokenLinks(pair.here, stream)).toEqual([]);
  });
});

describe('a retry at the other instance', () => {
  test('after an answer that was lost is answered as the first', async () => {
    const { here, there, hereStore } = await startPair();
    const cartId = await here.openCart();
    await there.carts.state(cartId);
    const context = keyed();
    const add = (shop: Shop, quantity: number) =>
      shop.carts.change({ type: 'AddItem', cartId, sku, quantity }, context);
    hereStore.loseAnswerOfNext();
    await expect(add(here, 2)).rejects.toThrow(StoreUnavailableError);
    expect(accepted(await add(there, 2)).revision).toBe(1);
    expect(refusalOf(await add(there, 9))).toBe('COMMAND_ID_REUSED');
    expect(accepted(await add(here, 2)).replayed).toBe(true);
    accepted(await here.carts.change({ type: 'RemoveItem', cartId, sku }, keyed()));
    expect(await brokenLinks(here, `cart-${cartId}`)).toEqual([]);
  });

  test('that overtakes its first try is the one that counts', async () => {
    const pair = await startPair();
    const { here, there, hereStore } = pair;
    const cartId = await here.openCart();
    await there.carts.state(cartId);
    const context = keyed();
    const add = (shop: Shop) =>
      shop.carts.change({ type: 'AddItem', cartId, sku, quantity: 2 }, context);
    const late = hereStore.holdNext();
    const first = add(here);
    await late.reached;
    expect(accepted(await add(there)).replayed).toBe(false);
    accepted(await there.carts.change({ type: 'AddItem', cartId, sku, quantity: 1 }, by()));
    late.release();
    expect(accepted(await first)).toMatchObject({ replayed: true, revision: 1 });
    expect(quantityIn(await here.carts.freshState(cartId))).toBe(3);
    expect(await brokenLinks(here, `cart-${cartId}`)).toEqual([]);
  });
});

/** As a client does, which repeats its commandId while the store does not answer in time. */
const untilAnswered = <Result>(command: () => Promise<Result>) =>
  retrying(command, {
    retryIf: (error) => error instanceof StoreUnavailableError,
    ...{ pauseMs: { least: 10, most: 100 }, withinMs: 30_000, time: systemTime },
  });

test('1,000 commands, each at both instances at once, are each done once', async () => {
  const { here, there } = await startPair();
  const cartIds = await Promise.all(Array.from({ length: 20 }, () => here.openCart()));
  const quantities = new Map(cartIds.map((cartId) => [cartId, 0]));
  for (let round = 0; round < 50; round += 1) {
    await Promise.all(
      cartIds.map(async (cartId) => {
        const commandId = randomUUID();
        const isSame = round % 2 === 0;
        const add = (shop: Shop, quantity: number) =>
          untilAnswered(() =>
            shop.carts.change({ type: 'AddItem', cartId, sku, quantity }, keyed({ commandId })),
          );
        const outcomes = await Promise.all([add(here, 1), add(there, isSame ? 1 : 2)]);
        const done = outcomes.filter((outcome) => outcome.accepted);
        expect(done.map(refusalOf)).toHaveLength(isSame ? 2 : 1);
        expect(new Set(done.map((outcome) => accepted(outcome).revision)).size).toBe(1);
        if (!isSame) expect(outcomes.map(refusalOf)).toContain('COMMAND_ID_REUSED');
        const added = outcomes[0].accepted ? 1 : 2;
        quantities.set(cartId, quantities.get(cartId)! + added);
      }),
    );
  }
  for (const cartId of cartIds) {
    expect(await brokenLinks(here, `cart-${cartId}`)).toEqual([]);
    for (const shop of [here, there]) {
      expect(quantityIn(await shop.carts.freshState(cartId))).toBe(quantities.get(cartId));
    }
  }
}, 60_000);

describe('a cart that conflicts for long', () => {
  test('is decided again until it is stored, and never answered with CONFLICT', async () => {
    const { here, hereStore } = await startPair();
    const cartId = await here.openCart();
    hereStore.conflictOn(30);
    const outcome = await here.carts.change({ type: 'AddItem', cartId, sku, quantity: 1 }, by());
    expect(accepted(outcome).revision).toBe(1);
  });

  test('is given up in time as the store being away, with nothing stored', async () => {
    const { here, hereStore } = await startPair();
    const cartId = await here.openCart();
    hereStore.conflictOn(Infinity);
    const adding = here.carts.change({ type: 'AddItem', cartId, sku, quantity: 1 }, keyed());
    await expect(adding).rejects.toThrow(StoreUnavailableError);
    await expect(adding).rejects.not.toBeInstanceOf(ConflictError);
    expect(await here.typesOf(`cart-${cartId}`)).toEqual(['CartOpened']);
  });
});

test('a cart is not opened again in place of one that was deleted softly', async () => {
  const { connectionString } = await startTestNode(cleanup);
  const shop = new Shop(connectTestStore(cleanup, connectionString));
  const context = keyed();
  const open = (by: Shop) => by.carts.open({ currency: 'GBP', customerId: null }, context);
  const cartId = accepted((await open(shop)).outcome).state.id ?? '';
  const client = EventStoreDBClient.connectionString(connectionString);
  cleanup.add(() => client.dispose());
  await client.deleteStream(`cart-${cartId}`);
  await expect(open(new Shop(shop.store))).rejects.toThrow(IncompleteHistoryError);
  expect(await shop.typesOf(`cart-${cartId}`)).toEqual([]);
});

test('what is supposed of a stream that was deleted softly is not remembered', async () => {
  const { connectionString } = await startTestNode(cleanup);
  const shop = new Shop(connectTestStore(cleanup, connectionString));
  await shop.list();
  const client = EventStoreDBClient.connectionString(connectionString);
  cleanup.add(() => client.dispose());
  await client.deleteStream(`product-${sku}`);
  const price = { minorUnits: 1, currency: 'GBP' };
  // A deleted stream counts as none, and its revisions go on all the same.
  const listing = new Shop(shop.store).catalog.list(
    { ...lantern, price },
    by({ load: 'assumeEmpty' as const }),
  );
  await expect(listing).rejects.toThrow(IncompleteHistoryError);
  expect((await shop.eventsOf(`product-${sku}`)).map(({ revision }) => revision)).toEqual([1]);
});

test('a remembered cart whose last event the log does not have is read anew', async () => {
  const { here, hereStore } = await startPair();
  const cartId = await here.openCart();
  accepted(await here.carts.change({ type: 'AddItem', cartId, sku, quantity: 1 }, by()));
  // As after a restore of the log under a running service.
  hereStore.renameEvents();
  expect(quantityIn(await here.carts.freshState(cartId))).toBe(1);
  expect(here.aggregates.peek(`cart-${cartId}`)?.eventId).toMatch(/^renamed-/);
});

test('the looks of many of the staff at one cart, through two instances, are one whole chain', async () => {
  const { here, there } = await startPair();
  // The clocks of two machines are never alike.
  there.clock.now -= 60_000;
  const cartId = randomUUID();
  const records = [here, there].map(
    ({ store, clock }) => new AccessRecord(store, { ...systemTime, now: clock.read }),
  );
  await Promise.all(
    Array.from({ length: 30 }, (_, index) =>
      records[index % 2]!.record(cartId, {
        ...{ kind: 'support', subject: `clerk ${index}`, reason: 'a call' },
      }),
    ),
  );
  const looks = await here.eventsOf(`access-${cartId}`);
  expect(new Set(looks.map(({ data }) => (data as { subject: string }).subject)).size).toBe(30);
  expect(looks).toHaveLength(30);
  expect(await brokenLinks(here, `access-${cartId}`)).toEqual([]);
  const instants = looks.map(({ metadata }) => metadata.occurredAt);
  expect(instants).toEqual(instants.toSorted());
});
