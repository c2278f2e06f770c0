// Whatever anybody has appended to the streams of the service, or the store has taken from them: it
// stays up, other carts never notice, and each stream says what is wrong with it, in the API and in
// the tools.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { EventStoreDBClient } from '@eventstore/db-client';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ServiceProcess } from '../flow/service.js';
import { type Badness, BADNESSES, ForeignWriter } from './foreign-writer.js';

const LANTERN = '71053';

interface Answer {
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly { readonly extensions: { readonly code: string } }[];
}

let service: ServiceProcess;
let client: EventStoreDBClient;
let writer: ForeignWriter;
let admin = '';
const OTHER_STREAMS = [
  ['order', 'OrderPlaced'],
  ['product', 'ProductPriceChanged'],
  ['coupon', 'CouponDefined'],
  ['inventory', 'StockReserved'],
  ['access', 'CartAccessed'],
  ['cart', 'CartCheckedOut'],
] as const;

/** Of these a process of the command line is started for each. */
const INSPECTED: readonly Badness[] = ['no metadata', 'malformed JSON', 'deep JSON', 'tombstone'];

/** By badness: a cart of two lanterns, and when that was all. */
const spoilt = new Map<Badness, { cartId: string; cartToken: string; goodAt: string }>();

async function ask(
  query: string,
  variables: object,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const response = await fetch(service.graphqlUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query, variables }),
  });
  return (await response.json()) as Answer;
}

async function openCart(quantity: number) {
  const opened = await ask('mutation { openCart(input: {}) { cart { id } cartToken } }', {});
  const { cart, cartToken } = opened.data?.['openCart'] as {
    cart: { id: string };
    cartToken: string;
  };
  const own = { cartId: cart.id, cartToken };
  expect(codeOf(await addItem(own, quantity))).toBe('none');
  return own;
}

interface OwnCart {
  readonly cartId: string;
  readonly cartToken: string;
}

const asGuest = ({ cartToken }: OwnCart) => ({ 'x-cart-token': cartToken });

function addItem(own: OwnCart, quantity: number): Promise<Answer> {
  const { cartId } = own;
  const input = { cartId, sku: LANTERN, quantity };
  const query =
    'mutation ($input: AddItemInput!) { addItem(input: $input) { cart { revision } rejection { code } } }';
  return ask(query, { input }, asGuest(own));
}

function codeOf({ errors }: Answer): string {
  return errors?.[0]?.extensions.code ?? 'none';
}

function items(answer: Answer, field: string): unknown {
  const cart = answer.data?.[field] as { totals: { itemCount: number } } | null | undefined;
  return cart?.totals.itemCount;
}

async function projectionStates(): Promise<readonly string[]> {
  const headers = { authorization: `Bearer ${admin}` };
  const answer = await ask('{ projections { state } }', {}, headers);
  return (answer.data?.['projections'] as { state: string }[]).map(({ state }) => state);
}

async function untilLive(): Promise<void> {
  admin = (await service.run('token', '--role', 'admin', '--subject', 'ops')).trim();
  while (!(await projectionStates()).every((state) => state === 'LIVE'));
}

beforeAll(async () => {
  service = await ServiceProcess.start();
  client = EventStoreDBClient.connectionString(await service.connectionString());
  writer = new ForeignWriter(client);
  await untilLive();
  for (const badness of BADNESSES) {
    const own = await openCart(2);
    spoilt.set(badness, { ...own, goodAt: new Date().toISOString() });
  }
  // What spoils a cart must not happen in the millisecond in which it was still good.
  await untilLive();
  await Promise.all(
    BADNESSES.flatMap((badness) =>
      [
        [`cart-${spoilt.get(badness)!.cartId}`, 'ItemAdded'] as const,
        ...OTHER_STREAMS.map(
          ([category, type]) => [`${category}-${badness.replaceAll(' ', '')}`, type] as const,
        ),
      ].map(([stream, type]) => writer.spoil(stream, type, badness)),
    ),
  );
}, 90_000);

afterAll(async () => {
  await client.dispose();
  await service.remove();
}, 30_000);

const EXPECTED: Readonly<Record<Badness, string>> = {
  'no metadata': 'EVENT_NOT_UNDERSTOOD',
  'empty metadata': 'EVENT_NOT_UNDERSTOOD',
  'a command id that is no text': 'EVENT_NOT_UNDERSTOOD',
  binary: 'EVENT_NOT_UNDERSTOOD',
  'wrong shape': 'EVENT_NOT_UNDERSTOOD',
  'malformed JSON': 'EVENT_NOT_UNDERSTOOD',
  'deep JSON': 'EVENT_NOT_UNDERSTOOD',
  'newer version': 'EVENT_NOT_UNDERSTOOD',
  huge: 'EVENT_NOT_UNDERSTOOD',
  'unknown type': 'none',
  'unknown type without metadata': 'none',
  tombstone: 'STREAM_DELETED',
  'soft delete': 'STREAM_DELETED',
  $maxCount: 'HISTORY_INCOMPLETE',
  $tb: 'HISTORY_INCOMPLETE',
  $maxAge: 'HISTORY_INCOMPLETE',
};

const isOfStore = (badness: Badness) =>
  !['EVENT_NOT_UNDERSTOOD', 'none'].includes(EXPECTED[badness]);

const cartQuery = 'query ($cartId: ID!) { cart(cartId: $cartId) { totals { itemCount } } }';
const atQuery =
  'query ($cartId: ID!, $at: DateTime!) { cartAt(cartId: $cartId, timestamp: $at) { totals { itemCount } } }';
const timelineQuery =
  'query ($cartId: ID!) { cartTimeline(cartId: $cartId) { edges { node { type summary data } } } }';
const diffQuery =
  'query ($cartId: ID!, $at: DateTime!, $to: DateTime!) { cartDiff(cartId: $cartId, from: $at, to: $to) { changes { path } } }';

async function judge(badness: Badness): Promise<void> {
  const own = spoilt.get(badness)!;
  const { cartId, goodAt: at } = own;
  const expected = EXPECTED[badness];
  const shown = await ask(cartQuery, { cartId }, asGuest(own));
  expect([badness, codeOf(shown)]).toEqual([badness, expected]);
  const past = await ask(atQuery, { cartId, at }, asGuest(own));
  if (isOfStore(badness)) expect(codeOf(past)).toBe(expected);
  else expect([badness, items(past, 'cartAt')]).toEqual([badness, 2]);
  const to = new Date().toISOString();
  expect(codeOf(await ask(diffQuery, { cartId, at, to }, asGuest(own)))).toBe(expected);
  const timeline = await ask(timelineQuery, { cartId }, asGuest(own));
  if (isOfStore(badness)) expect(codeOf(timeline)).toBe(expected);
  else {
    const { edges } = timeline.data?.['cartTimeline'] as { edges: { node: object }[] };
    const summary = expected === 'none' ? 'Skipped' : 'Unreadable';
    expect(edges[2]?.node).toMatchObject({ summary: expect.stringContaining(summary) });
  }
}

async function shopOn(): Promise<void> {
  const own = await openCart(3);
  const { cartId } = own;
  const totals = await ask(
    'query ($cartId: ID!) { cartAtRevision(cartId: $cartId, revision: 1) { totals { total { minorUnits } } } }',
    { cartId },
    asGuest(own),
  );
  const before = totals.data?.['cartAtRevision'] as {
    totals: { total: { minorUnits: number } };
  };
  const expectedTotal = before.totals.total.minorUnits;
  const input = { cartId, expectedTotal, email: 'a@b.example', paymentToken: 'tok_ok' };
  const query =
    'mutation ($input: CheckoutInput!) { checkout(input: $input) { order { status } rejection { code message } } }';
  const answer = await ask(query, { input }, asGuest(own));
  expect(answer).toMatchObject({ data: { checkout: { order: { status: 'PLACED' } } } });
}

describe('with spoilt streams in the log', () => {
  test('the service is live and sells', async () => {
    await untilLive();
    await shopOn();
    const ready = await fetch(`${service.url}/health/ready`);
    expect([ready.status, await ready.text()]).toEqual([200, expect.any(String)]);
  }, 60_000);

  test.each(BADNESSES)('a cart with %s says so, and is right before that', async (badness) => {
    await untilLive();
    await judge(badness);
  });

  test.each(BADNESSES)('a command on a cart with %s is not decided on a guess', async (badness) => {
    expect(codeOf(await addItem(spoilt.get(badness)!, 1))).toBe(EXPECTED[badness]);
  });

  test('unreadable checkouts are parked, and counted', async () => {
    const metrics = await (await fetch(`${service.url}/metrics`)).text();
    const parked = /cartograph_reaction_parked_events\{[^}]*\} (\d+)/.exec(metrics)?.[1];
    expect(Number(parked)).toBeGreaterThanOrEqual(8);
    const listed = await service.run('reactions', '--parked');
    expect(listed).toContain('PARKED  cart-wrongshape@0 (CartCheckedOut)');
    expect((await service.runToEnd('reactions', '--replay')).code).toBe(1);
  }, 60_000);

  test('every command prints them, without a stack trace', async () => {
    const findings = await service.runToEnd('verify');
    expect(findings.code).toBe(1);
    for (const badness of BADNESSES) {
      const { cartId } = spoilt.get(badness)!;
      const isFound = findings.stdout.includes(cartId);
      expect([badness, isFound]).toEqual([badness, true]);
      if (!INSPECTED.includes(badness)) continue;
      const { code, stderr } = await service.runToEnd('inspect', `cart-${cartId}`);
      expect([badness, code]).toEqual([badness, isOfStore(badness) ? 1 : 0]);
      expect(stderr).not.toContain('    at ');
    }
    for (const args of [['export'], ['projections'], ['replay', '--status']]) {
      const { code, stderr } = await service.runToEnd(...args);
      expect([args[0], code, stderr]).toEqual([args[0], 0, expect.not.stringContaining('    at ')]);
    }
  }, 300_000);

  test('it starts again on the log alone, and says the same', async () => {
    await service.stop();
    for (const file of ['read-models.sqlite', 'snapshots.sqlite', 'order-placement.position']) {
      for (const end of ['', '-wal', '-shm']) {
        await rm(join(service.dataDir, file + end), { force: true });
      }
    }
    await service.restart();
    await untilLive();
    await shopOn();
    for (const badness of BADNESSES) await judge(badness);
  }, 120_000);
});
