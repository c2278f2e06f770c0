// What bad input and abuse get over a websocket: a close code or an error for the one operation.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { connect } from 'node:net';
import { WebSocket } from 'ws';
import { cartId, guestToken, Parked, parts, serve, type Served } from './served.js';
import { Client, type Message } from './socket-client.js';
import type { LiveCartChange } from '../../src/live-updates/live-changes.js';
import { openedCart } from './served.js';

const cartChanged = `subscription { cartChanged(cartId: "${cartId}") { revision } }`;
const codesOf = ({ payload }: Message) =>
  (payload as { extensions: { code: string } }[]).map(({ extensions }) => extensions.code);

let served: Served;
beforeAll(async () => {
  served = await serve();
});
afterAll(() => served.stop());

describe('a client that breaks the protocol is closed', () => {
  test('4408 when it does not begin in 3 s', async () => {
    const client = await Client.open(served.websocketUrl);
    expect((await client.closed).code).toBe(4408);
  });

  test('4401 when it subscribes before the acknowledgement', async () => {
    const client = await Client.open(served.websocketUrl);
    client.subscribe('1', cartChanged);
    expect((await client.closed).code).toBe(4401);
  });

  test.each([
    ['garbage', 'garbage'],
    ['a number', '1'],
    ['an unknown type', '{"type":"hello"}'],
    ['an empty id', '{"type":"subscribe","id":"","payload":{"query":"{ __typename }"}}'],
    ['what only a server says', '{"type":"next","id":"1","payload":{}}'],
    ['a binary frame', Buffer.from('{"type":"ping"}')],
  ])('4400 when it sends %s', async (_case, frame) => {
    const client = await Client.acknowledged(served.websocketUrl);
    client.socket.send(frame);
    expect((await client.closed).code).toBe(4400);
  });

  test.each([[[]], [['graphql-ws']]])('4406 when it offers %j as protocols', async (protocols) => {
    const client = await Client.open(served.websocketUrl, protocols);
    expect((await client.closed).code).toBe(4406);
  });

  test('4409 when it uses an id twice', async () => {
    const headers = { cartToken: guestToken };
    const client = await Client.acknowledged(served.websocketUrl, headers);
    client.subscribe('1', cartChanged);
    client.subscribe('1', cartChanged);
    expect((await client.closed).code).toBe(4409);
  });

  test('1009 when a frame is over 64 KiB', async () => {
    const client = await Client.acknowledged(served.websocketUrl);
    client.socket.send('x'.repeat(64 * 1024 + 1));
    expect((await client.closed).code).toBe(1009);
  });

  test('4429 when it floods', async () => {
    const client = await Client.acknowledged(served.websocketUrl);
    for (let sent = 0; sent < 1_500; sent += 1) client.send({ type: 'ping' });
    expect((await client.closed).code).toBe(4429);
  });
});

describe('a sign-in', () => {
  test.each([
    ['a token that cannot be believed', { authorization: 'Bearer forged' }],
    ['something that is no bearer token', { authorization: 'Basic abc' }],
    ['a token that is no text', { authorization: 1 }],
    ['a token that has expired', { authorization: 'Bearer customer:ann:-1' }],
    ['a cart token that is no text', { cartToken: {} }],
    ['a forged token by the name of its header', { Authorization: 'Bearer forged' }],
    ['a cart token that is no text, by the name of its header', { 'x-cart-token': [] }],
    ["a forged token as Apollo's router sends it", { token: 'Bearer forged' }],
  ])('with %s closes with 4403', async (_case, payload) => {
    const client = await Client.open(served.websocketUrl);
    client.send({ type: 'connection_init', payload });
    expect((await client.closed).code).toBe(4403);
    expect(client.messages).toEqual([]);
  });

  test.each([
    ['null for missing values', { authorization: null, cartToken: null, accessReason: null }],
    ['a token of something else', { token: 'abc' }],
    ['a token that is no text', { token: 1 }],
  ])('with %s is a guest', async (_case, payload) => {
    const client = await Client.acknowledged(served.websocketUrl, payload);
    client.socket.terminate();
  });

  test.each([
    [{ cartToken: guestToken }],
    [{ 'x-cart-token': guestToken }],
    [{ 'X-Cart-Token': guestToken }],
    [{ cartToken: null, 'x-cart-token': guestToken }],
  ])('of a guest is believed by the name of its header too: %j', async (payload) => {
    const client = await Client.acknowledged(served.websocketUrl, payload);
    client.subscribe('1', `{ cart(cartId: "${cartId}") { id } }`);
    const { payload: shown } = await client.until(({ id }) => id === '1');
    expect(shown).toEqual({ data: { cart: { id: cartId } } });
    client.socket.terminate();
  });

  test.each(['authorization', 'token'])('as %s that expires closes with 4403', async (name) => {
    const client = await Client.acknowledged(served.websocketUrl, {
      [name]: 'Bearer customer:ann:200',
    });
    expect((await client.closed).code).toBe(4403);
  });
});

describe('an operation', () => {
  test.each([
    ['a syntax error', '{ cart(', 'GRAPHQL_PARSE_FAILED'],
    ['an unknown field', '{ nonsense }', 'GRAPHQL_VALIDATION_FAILED'],
    ['too much depth', `{ ${'a { '.repeat(8)} b ${'} '.repeat(8)} }`, 'QUERY_TOO_COMPLEX'],
    [
      'no name for one of two',
      'query A { __typename } query B { __typename }',
      'OPERATION_RESOLUTION_FAILURE',
    ],
    ["somebody else's cart", cartChanged, 'NOT_FOUND'],
    [
      'nothing to subscribe to',
      cartChanged.replace(') {', ') @skip(if: true) {'),
      'GRAPHQL_VALIDATION_FAILED',
    ],
    [
      'nothing left of a fragment',
      `subscription { ...F @include(if: false) } ${cartChanged.replace('subscription', 'fragment F on Subscription')}`,
      'GRAPHQL_VALIDATION_FAILED',
    ],
    [
      'an id that is no UUID',
      'subscription { cartChanged(cartId: "$all") { revision } }',
      'BAD_USER_INPUT',
    ],
  ])('with %s gets an error of its own, and the socket lives', async (_case, query, code) => {
    const client = await Client.acknowledged(served.websocketUrl);
    client.subscribe('1', query);
    const error = await client.until(({ id }) => id === '1');
    const errors =
      error.type === 'error'
        ? codesOf(error)
        : codesOf({ type: '', payload: (error.payload as { errors: unknown }).errors });
    expect(errors[0]).toBe(code);
    client.subscribe('2', '{ __typename }');
    expect(await client.until(({ id }) => id === '2')).toMatchObject({ type: 'next' });
    client.socket.close();
  });

  test('is masked when it fails by a fault', async () => {
    const client = await Client.acknowledged(served.websocketUrl);
    client.subscribe('1', '{ products { totalCount } }');
    const { payload } = await client.until(({ id }) => id === '1');
    expect(JSON.stringify(payload)).toContain('INTERNAL_SERVER_ERROR');
    expect(JSON.stringify(payload)).not.toContain('secret detail');
    client.socket.close();
  });

  test('is one of at most 20 at a time', async () => {
    const client = await Client.acknowledged(served.websocketUrl, { cartToken: guestToken });
    const before = Parked.open;
    for (let id = 1; id <= 21; id += 1) client.subscribe(String(id), cartChanged);
    const error = await client.until(({ type }) => type === 'error');
    expect([error.id, codesOf(error)]).toEqual(['21', ['TOO_MANY_SUBSCRIPTIONS']]);
    client.send({ id: '1', type: 'complete' });
    client.subscribe('22', '{ __typename }');
    await client.until(({ id, type }) => id === '22' && type === 'complete');
    client.socket.close();
    await client.closed;
    await served.stop();
    expect(Parked.open).toBe(before);
    served = await serve();
  });
});

describe('an upgrade', () => {
  const refusalOf = async (url: string, headers: Record<string, string>) => {
    const socket = new WebSocket(url, ['graphql-transport-ws'], { headers });
    const [, response] = (await once(socket, 'unexpected-response')) as [
      unknown,
      import('node:http').IncomingMessage,
    ];
    let body = '';
    for await (const chunk of response) body += String(chunk);
    return [response.statusCode, JSON.parse(body) as unknown] as const;
  };

  test('from a foreign page is refused', async () => {
    const [status, body] = await refusalOf(served.websocketUrl, { origin: 'https://evil.example' });
    expect([status, body]).toMatchObject([
      403,
      { errors: [{ extensions: { code: 'FORBIDDEN' } }] },
    ]);
  });

  test('from a page of its own, or of an allowed origin, is accepted', async () => {
    const allowing = await serve({ allowedOrigins: ['https://shop.example'] });
    for (const origin of [allowing.url, 'https://shop.example']) {
      const client = await Client.open(allowing.websocketUrl, undefined, { headers: { origin } });
      client.socket.close();
    }
    await allowing.stop();
  });

  test('beyond what one address may hold open is refused', async () => {
    const small = await serve({ socketLimit: 2 });
    const first = await Client.open(small.websocketUrl);
    await Client.open(small.websocketUrl);
    const [status] = await refusalOf(small.websocketUrl, {});
    expect(status).toBe(429);
    first.socket.close();
    await first.closed;
    await small.stop();
  });

  test('to something else than a websocket is served as plain HTTP', async () => {
    const { hostname, port } = new URL(served.url);
    const socket = connect(Number(port), hostname);
    socket.write(
      'GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, close\r\nUpgrade: h2c\r\n\r\n',
    );
    const [data] = (await once(socket, 'data')) as [Buffer];
    expect(data.toString()).toContain('200 OK');
    socket.destroy();
  });
});

describe('a reader that does not read', () => {
  test('is closed with 1013, and its pending output is dropped', async () => {
    let running = 0;
    const change: LiveCartChange = {
      entry: null,
      state: { ...openedCart, customerId: 'x'.repeat(100_000) },
      revision: 0,
    };
    const flood: AsyncIterableIterator<LiveCartChange> = {
      next: () =>
        Promise.resolve(
          running > 0 ? { done: false, value: change } : { done: true, value: undefined },
        ),
      return: () => {
        running -= 1;
        return Promise.resolve({ done: true, value: undefined });
      },
      [Symbol.asyncIterator]() {
        running += 1;
        return flood;
      },
    };
    const flooding = await serve({
      services: parts({ live: { ...parts().live, cartChanges: () => flood } }),
    });
    const client = await Client.acknowledged(flooding.websocketUrl, { cartToken: guestToken });
    client.subscribe(
      '1',
      `subscription { cartChanged(cartId: "${cartId}") { cart { customerId } } }`,
    );
    await client.until(({ type }) => type === 'next');
    client.socket.pause();
    while (!JSON.stringify(flooding.logged).includes('does not read')) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    client.socket.resume();
    expect([1013, 1006]).toContain((await client.closed).code);
    await flooding.stop();
    expect(running).toBe(0);
  });
});
