// Whatever a payment gateway does, an order is charged once, and no answer of it harms the order's
// log: it hangs, breaks off half-way, answers with garbage, or changes its mind.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { EventStore } from '../../src/event-store/event-store.js';
import type { ChargeRequest, PaymentGateway } from '../../src/gateways/payment.js';
import { orderFulfilmentReaction } from '../../src/process-managers/order-fulfilment-runner.js';
import { Postponed } from '../../src/process-managers/reaction.js';
import { accepted, by, lantern } from '../commands/shop.js';
import { Cleanup, connectTestStore, startTestNode } from '../event-store/nodes.js';
import { systemTime } from '../../src/waiting/time.js';
import { passingTime } from '../support/passing-time.js';
import { type Process, Surroundings } from './mortal-shop.js';

const cleanup = new Cleanup();
afterAll(() => cleanup.run());

const PRICE = 339;
const SECRET = 'tok_ok';

let store: EventStore;
let around: Surroundings;
beforeAll(async () => {
  const { connectionString } = await startTestNode(cleanup);
  store = connectTestStore(cleanup, connectionString);
  around = await Surroundings.on(store);
  await around.process().shop.list(PRICE);
});
// The log is shared: each test has an order of its own.
beforeEach(async () => {
  around = await Surroundings.on(store);
});

/** What a gateway does instead of its answer; the bank may have done its part before. */
type Misdeed = (answer: () => Promise<unknown>) => Promise<unknown>;

const answering =
  (garbage: unknown): Misdeed =>
  () =>
    Promise.resolve(garbage);

const misdeeds: Readonly<Record<string, Misdeed>> = {
  'never answers': () => new Promise(() => undefined),
  'does not connect': () => Promise.reject(new TypeError('fetch failed')),
  'breaks off after it has acted': async (answer) => {
    await answer();
    throw Object.assign(new Error(`read ECONNRESET of ${SECRET}`), { code: 'ECONNRESET' });
  },
  'throws what is no error': () => {
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- that is the misdeed
    throw '503';
  },
  'answers nothing': answering(undefined),
  'answers null': answering(null),
  'answers a page': answering('<html>Bad gateway</html>'),
  'answers an empty object': answering({}),
  'answers an unheard-of outcome': answering({ kind: 'MAYBE', reference: 'x' }),
  'names no reference': answering({ kind: 'CHARGED', amount: PRICE }),
  'names an empty reference': answering({ kind: 'CHARGED', reference: '', amount: PRICE }),
  'names an endless reference': answering({
    ...{ kind: 'CHARGED', reference: 'x'.repeat(10_000), amount: PRICE },
  }),
  'names an amount in words': answering({ kind: 'CHARGED', reference: 'x', amount: '339' }),
  'names half a penny': answering({ kind: 'CHARGED', reference: 'x', amount: 0.5 }),
  'names an amount below 0': answering({ kind: 'CHARGED', reference: 'x', amount: -PRICE }),
  'declines without a reason': answering({ kind: 'DECLINED' }),
  'declines with an empty reason': answering({ kind: 'DECLINED', reason: '' }),
  'declines with control characters': answering({ kind: 'DECLINED', reason: 'NO\u0000\n' }),
  'refuses without a reason': answering({ kind: 'REFUSED' }),
};

type Method = keyof PaymentGateway;

/** A gateway that misbehaves so often, in one of its methods. */
function misbehaving(method: Method, misdeed: Misdeed, times: number): () => number {
  let calls = 0;
  around.gatewayTo = (bank) =>
    new Proxy(bank, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name, target);
        if (typeof member !== 'function') return member;
        return (...args: unknown[]): unknown => {
          const answer = () => Reflect.apply(member, target, args) as Promise<unknown>;
          if (name !== method) return answer();
          calls += 1;
          return calls <= times ? misdeed(answer) : answer();
        };
      },
    });
  return () => calls;
}

async function ordered(process: Process, token = SECRET) {
  const { shop } = process;
  const cartId = await shop.openCart();
  const item = { type: 'AddItem' as const, cartId, sku: lantern.sku, quantity: 1 };
  accepted(await shop.carts.change(item, by()));
  const checkout = { cartId, expectedTotal: PRICE };
  const { order } = await shop.carts.checkOut(checkout, by({ commandId: randomUUID() }), token);
  return { cartId, orderId: order?.id ?? '' };
}

async function outcomeOf(orderId: string) {
  const order = await around.process().shop.orders.freshState(orderId);
  const charges = await around.bank.charges(orderId);
  const refunds = await around.bank.refunds(orderId);
  return {
    status: order.status,
    charged: charges.filter(({ outcome }) => outcome === 'CHARGED').length,
    refunded: refunds.map(({ amount }) => amount),
    refunds: order.refunds.map(({ outcome }) => outcome),
  };
}

const paid = { status: 'PAID', charged: 1, refunded: [], refunds: [] };

// Once is asked again at once; often, the event is postponed in between.
describe.each([1, 5])('a gateway that, %i times over,', (times) => {
  test.each(Object.entries(misdeeds))('%s: the order is paid once', async (_what, misdeed) => {
    const calls = misbehaving('charge', misdeed, times);
    const process = around.process();
    const { cartId, orderId } = await ordered(process);
    await process.settle(cartId);
    expect(await outcomeOf(orderId)).toEqual(paid);
    expect(calls()).toBe(times + 1);
  });
});

const staffed = { commandId: randomUUID(), actor: { kind: 'admin' } };

async function cancelledBy({ shop }: Process, orderId: string): Promise<void> {
  accepted(await shop.fulfilment.cancel({ orderId, reason: 'no need' }, staffed));
}

describe('a refund by a gateway that', () => {
  test.each(Object.entries(misdeeds))('%s is paid once', async (_what, misdeed) => {
    misbehaving('refund', misdeed, 3);
    const process = around.process();
    const { cartId, orderId } = await ordered(process);
    await process.settle(cartId);
    await cancelledBy(process, orderId);
    await process.settle(cartId);
    expect(await outcomeOf(orderId)).toEqual({
      ...{ status: 'CANCELLED', charged: 1, refunded: [PRICE], refunds: ['REFUNDED'] },
    });
  });
});

describe('an order that is cancelled before its charge, with a gateway that', () => {
  test.each(Object.entries(misdeeds))('%s, is never charged', async (_what, misdeed) => {
    misbehaving('cancel', misdeed, 3);
    const process = around.process();
    const { cartId, orderId } = await ordered(process);
    await cancelledBy(process, orderId);
    await process.settle(cartId);
    expect(await outcomeOf(orderId)).toEqual({
      ...{ status: 'CANCELLED', charged: 0, refunded: [], refunds: [] },
    });
    expect((await around.bank.charges(orderId))[0]?.outcome).toBe('CANCELLED');
  });
});

test('what a gateway says of its failure goes nowhere: it may quote the token', async () => {
  misbehaving('charge', misdeeds['breaks off after it has acted']!, 2);
  const { act, reserved } = await reaction();
  const failure: unknown = await act(reserved).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(Postponed);
  for (let error = failure; error instanceof Error; error = error.cause) {
    expect(error.message).not.toContain(SECRET);
  }
});

test('a gateway that charged another amount is not believed; the event is parked', async () => {
  misbehaving('charge', answering({ kind: 'CHARGED', reference: 'x', amount: 1 }), Infinity);
  const { act, reserved, orderId } = await reaction();
  await expect(act(reserved)).rejects.toMatchObject({ name: 'WrongChargeError' });
  expect((await outcomeOf(orderId)).status).toBe('RESERVED');
});

test('a gateway that tells two instances two outcomes is believed once', async () => {
  let answerLate: (answer: { kind: string; reason: string }) => void = () => undefined;
  const late = new Promise<unknown>((resolve) => (answerLate = resolve));
  misbehaving('charge', () => late, 1);
  const { act, reserved, orderId } = await reaction({ time: systemTime });
  const asksFirst = act(reserved);
  await act(reserved);
  answerLate({ kind: 'DECLINED', reason: 'CARD_DECLINED' });
  await asksFirst;
  expect(await outcomeOf(orderId)).toEqual(paid);
});

describe('an order whose payment token is lost', () => {
  const minutesLater = (minutes: number) => reaction({ minutes, isTokenLost: true });

  test('waits 15 minutes for the instance that may have it', async () => {
    const { act, reserved, orderId } = await minutesLater(14);
    await expect(act(reserved)).rejects.toBeInstanceOf(Postponed);
    expect((await outcomeOf(orderId)).status).toBe('RESERVED');
  });

  test('is cancelled after that, and can never be charged', async () => {
    const { act, reserved, orderId, process } = await minutesLater(15);
    await act(reserved);
    const order = await process.shop.orders.freshState(orderId);
    expect(order).toMatchObject({
      ...{ status: 'CANCELLED', declined: 'PAYMENT_TOKEN_LOST' },
    });
    expect((await around.bank.charges(orderId))[0]?.outcome).toBe('CANCELLED');
  });

  test('is paid if it was charged before', async () => {
    const { act, reserved, orderId } = await minutesLater(15);
    const request: ChargeRequest = {
      ...{ key: orderId, amount: PRICE, currency: 'GBP', token: SECRET },
    };
    await around.bank.charge(request, new AbortController().signal);
    await act(reserved);
    expect(await outcomeOf(orderId)).toEqual(paid);
  });
});

/** The reaction by itself, at an order that is reserved and not charged. */
async function reaction({ minutes = 0, isTokenLost = false, time = passingTime().time } = {}) {
  const process = around.process();
  const { shop } = process;
  const { orderId } = await ordered(process);
  const placedAt = (await shop.orders.freshState(orderId)).placedAt;
  const tokens = isTokenLost
    ? { find: () => Promise.resolve(undefined), forget: () => Promise.resolve() }
    : around.tokens;
  const { act } = orderFulfilmentReaction({
    ...{ orders: shop.fulfilment, holds: [], tokens },
    gateway: around.gatewayTo(around.bank),
    time: { ...time, now: () => placedAt + minutes * 60_000 },
  });
  const { signal } = new AbortController();
  const stream = `order-${orderId}`;
  const [placed] = await shop.eventsOf(stream);
  await act(placed!, signal);
  const reserved = (await shop.eventsOf(stream)).find(({ type }) => type === 'InventoryReserved')!;
  return { process, orderId, reserved, act: (event: typeof reserved) => act(event, signal) };
}
