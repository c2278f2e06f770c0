// What bad input and abuse get over HTTP: JSON, a stable code, no detail of ours.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { getIntrospectionQuery } from 'graphql';
import { connect } from 'node:net';
import { StoreUnavailableError } from '../../src/event-store/errors.js';
import { answer, cartId, codeOf, guestToken, parts, post, serve, type Served } from './served.js';

let served: Served;
let production: Served;
beforeAll(async () => {
  served = await serve();
  production = await serve({ production: true });
});
afterAll(async () => {
  await served.stop();
  await production.stop();
});

const addItem = 'mutation ($input: AddItemInput!) { addItem(input: $input) { cart { id } } }';
const fieldsNamed = (count: number) =>
  Array.from({ length: count }, (_, index) => `a${index.toString(36)}:id`).join(' ');

describe('a document', () => {
  test.each([
    ['a syntax error', '{ cart(', 'GRAPHQL_PARSE_FAILED'],
    ['a NUL byte', '{ \u0000 }', 'GRAPHQL_PARSE_FAILED'],
    ['an unknown field', '{ nonsense }', 'GRAPHQL_VALIDATION_FAILED'],
    ['10,000 aliases', `{ ${fieldsNamed(10_000)} }`, 'QUERY_TOO_COMPLEX'],
    ['60 aliases', `{ ${fieldsNamed(60)} }`, 'QUERY_TOO_COMPLEX'],
    ['more than 1,000 tokens', `{ ${'__typename '.repeat(1_001)} }`, 'QUERY_TOO_COMPLEX'],
    ['a depth over 8', `{ ${'a { '.repeat(8)} b ${'} '.repeat(8)} }`, 'QUERY_TOO_COMPLEX'],
    [
      'a cost over 5,000',
      `{ products(first: 1000) { edges { node { sku name available price { decimal } } } } }`,
      'QUERY_TOO_COMPLEX',
    ],
    [
      'fragments that double each other',
      `{ ...f0 } ${Array.from({ length: 40 }, (_, i) => `fragment f${i} on Query { ...f${i + 1} ...f${i + 1} }`).join(' ')} fragment f40 on Query { __typename }`,
      'QUERY_TOO_COMPLEX',
    ],
    ['a fragment of itself', '{ ...f } fragment f on Query { ...f }', 'GRAPHQL_VALIDATION_FAILED'],
    [
      'a 20,000-deep list',
      `{ products(search: ${'['.repeat(20_000)}${']'.repeat(20_000)}) { totalCount } }`,
      'GRAPHQL_PARSE_FAILED',
    ],
  ])('with %s is refused', async (_case, query, code) => {
    const refused = await post(served.graphqlUrl, { query });
    expect([refused.status, codeOf(refused)]).toEqual([400, code]);
    expect(JSON.stringify(refused.body)).not.toMatch(/stack|node_modules/i);
  });

  test('of two operations needs a name', async () => {
    const query = 'query A { __typename } query B { __typename }';
    const refused = await post(served.graphqlUrl, { query });
    expect([refused.status, codeOf(refused)]).toEqual([400, 'OPERATION_RESOLUTION_FAILURE']);
  });

  test('that subscribes is refused over HTTP', async () => {
    const query = `subscription { cartChanged(cartId: "${cartId}") { revision } }`;
    const refused = await post(served.graphqlUrl, { query });
    expect([refused.status, codeOf(refused)]).toEqual([400, 'BAD_REQUEST']);
  });

  test('may introspect in development, where hints help too', async () => {
    const { status } = await post(served.graphqlUrl, { query: getIntrospectionQuery() });
    expect(status).toBe(200);
    const { body } = await post(served.graphqlUrl, { query: '{ product }' });
    expect(body.errors?.[0]?.message).toContain('Did you mean');
  });

  test('may not introspect in production, and gets no hints', async () => {
    const refused = await post(production.graphqlUrl, { query: '{ __schema { types { name } } }' });
    expect([refused.status, codeOf(refused)]).toEqual([400, 'GRAPHQL_VALIDATION_FAILED']);
    const { body } = await post(production.graphqlUrl, { query: '{ product }' });
    expect(body.errors?.[0]?.message).not.toContain('Did you mean');
  });
});

describe('a request', () => {
  test.each([
    ['malformed JSON', '{"query"'],
    ['a batch', [{ query: '{ __typename }' }]],
    ['no query', {}],
    ['a query that is no text', { query: 1 }],
    ['nothing but null', 'null'],
  ])('with %s is a bad request', async (_case, body) => {
    const refused = await post(served.graphqlUrl, body);
    expect([refused.status, codeOf(refused)]).toEqual([400, 'BAD_REQUEST']);
  });

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])(
    'with a body of %s is a bad request',
    async (type) => {
      const refused = await post(served.graphqlUrl, '{"query":"{ __typename }"}', {
        'content-type': type,
      });
      expect([refused.status, codeOf(refused)]).toEqual([400, 'BAD_REQUEST']);
    },
  );

  test('by GET needs a header that makes browsers ask first', async () => {
    const url = `${served.graphqlUrl}?query=${encodeURIComponent('{ __typename }')}`;
    const bare = await answer(await fetch(url));
    expect([bare.status, codeOf(bare)]).toEqual([400, 'BAD_REQUEST']);
    const simple = {
      accept: 'application/json',
      'accept-language': 'en',
      'content-language': 'en',
    };
    const likeAPage = await answer(await fetch(url, { headers: simple }));
    expect([likeAPage.status, codeOf(likeAPage)]).toEqual([400, 'BAD_REQUEST']);
    for (const header of [
      { 'apollo-require-preflight': 'yes' },
      { 'x-apollo-operation-name': 'any' },
      { 'x-cart-token': guestToken },
      { authorization: 'Bearer customer:ann' },
    ]) {
      const asked = await answer(await fetch(url, { headers: header as Record<string, string> }));
      expect([header, asked.body.data]).toEqual([header, { __typename: 'Query' }]);
    }
    // A browser may send these with a link: those of a proxy in between.
    const basic = await answer(await fetch(url, { headers: { authorization: 'Basic YW5uOnB3' } }));
    expect(codeOf(basic)).toBe('UNAUTHENTICATED');
  });

  test('by GET may not change anything', async () => {
    const url = `${served.graphqlUrl}?query=${encodeURIComponent('mutation { openCart(input: {}) { cartToken } }')}`;
    const response = await fetch(url, { headers: { 'apollo-require-preflight': 'yes' } });
    const refused = await answer(response);
    expect([refused.status, codeOf(refused)]).toEqual([405, 'METHOD_NOT_ALLOWED']);
  });

  test('by PUT is not understood', async () => {
    const body = 'whatever it is';
    const response = await fetch(served.graphqlUrl, { method: 'PUT', body });
    expect(response.headers.get('allow')).toBe('GET, HEAD, POST');
    const refused = await answer(response);
    expect([refused.status, codeOf(refused)]).toEqual([405, 'METHOD_NOT_ALLOWED']);
  });

  test('of a preflight is answered for any path', async () => {
    for (const path of ['/graphql', '/nowhere']) {
      const headers = { 'content-type': 'application/json' };
      const response = await fetch(served.url + path, { method: 'OPTIONS', headers });
      expect([response.status, await response.text()]).toEqual([204, '']);
    }
  });

  test('with too many cart tokens is bad input', async () => {
    const headers = { 'x-cart-token': 'a,'.repeat(60) };
    const refused = await post(served.graphqlUrl, { query: '{ __typename }' }, headers);
    expect([refused.status, codeOf(refused)]).toEqual([400, 'BAD_USER_INPUT']);
  });

  const head = 'GET /health/live HTTP/1.1\r\n';
  const body = 'POST /graphql HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n';
  test.each([
    ['that is no HTTP', '\u0000garbage\r\n\r\n', 400, 'BAD_REQUEST'],
    ['without a host', `${head}Connection: close\r\n\r\n`, 400, 'BAD_REQUEST'],
    ['of a version that is none', 'GET / HTTP/9.9\r\nHost: a\r\n\r\n', 400, 'BAD_REQUEST'],
    [
      'of two lengths',
      `${body}Content-Length: 1\r\nContent-Length: 2\r\n\r\n{`,
      400,
      'BAD_REQUEST',
    ],
    ['with a broken chunk', `${body}Transfer-Encoding: chunked\r\n\r\nZZ\r\n`, 400, 'BAD_REQUEST'],
    ['with an endless header', `${head}X: ${'x'.repeat(20_000)}\r\n\r\n`, 431, 'PAYLOAD_TOO_LARGE'],
    ['with 5,000 headers', `${head}${'X: y\r\n'.repeat(5_000)}\r\n`, 431, 'PAYLOAD_TOO_LARGE'],
    ['that expects the impossible', `${head}Host: a\r\nExpect: x\r\n\r\n`, 417, 'BAD_REQUEST'],
  ])('%s is answered as JSON', async (_case, bytes, status, code) => {
    const { hostname, port } = new URL(served.url);
    const socket = connect(Number(port), hostname).setEncoding('utf8');
    socket.write(bytes);
    let text = '';
    for await (const chunk of socket) text += String(chunk);
    expect(text).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(text).toContain(`"extensions":{"code":"${code}"}`);
  });

  test('with a body over 100 KiB is too large', async () => {
    const refused = await post(served.graphqlUrl, { query: '#'.repeat(101 * 1024) });
    expect([refused.status, codeOf(refused)]).toEqual([413, 'PAYLOAD_TOO_LARGE']);
  });

  test('for nothing that is there is answered as JSON', async () => {
    const refused = await answer(await fetch(`${served.url}/nowhere`));
    expect([refused.status, codeOf(refused)]).toEqual([404, 'NOT_FOUND']);
  });

  test('with an invalid token is refused, not treated as a guest', async () => {
    const refused = await post(
      served.graphqlUrl,
      { query: '{ __typename }' },
      { authorization: 'Bearer forged' },
    );
    expect([refused.status, codeOf(refused)]).toEqual([401, 'UNAUTHENTICATED']);
  });

  test('whose token cannot be checked now gets SERVICE_UNAVAILABLE', async () => {
    const headers = { authorization: 'Bearer away' };
    const refused = await post(served.graphqlUrl, { query: '{ __typename }' }, headers);
    expect([refused.status, codeOf(refused)]).toEqual([503, 'SERVICE_UNAVAILABLE']);
  });

  test('too many get the time to retry', async () => {
    const strict = await serve({ rateLimitPerSecond: 2 });
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => post(strict.graphqlUrl, { query: '{ __typename }' })),
    );
    const limited = answers.filter(({ status }) => status === 429);
    expect(limited.length).toBeGreaterThanOrEqual(1);
    expect(codeOf(limited[0]!)).toBe('RATE_LIMITED');
    expect(Number(limited[0]!.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    await strict.stop();
  });
});

describe('a variable', () => {
  const line = { cartId, sku: 'A' };
  test.each([
    ['an Int of 2³¹', { ...line, quantity: 2 ** 31 }],
    ['1.5 for an Int', { ...line, quantity: 1.5 }],
    ['a price', { ...line, unitPrice: 1 }],
    ['no sku', { cartId }],
    ['a sku with a control character', { ...line, sku: 'a\u0007' }],
  ])('with %s is bad input', async (_case, input) => {
    const refused = await post(served.graphqlUrl, { query: addItem, variables: { input } });
    expect([refused.status, codeOf(refused)]).toEqual([400, 'BAD_USER_INPUT']);
  });

  test('that is missing is bad input', async () => {
    const refused = await post(served.graphqlUrl, { query: addItem });
    expect([refused.status, codeOf(refused)]).toEqual([400, 'BAD_USER_INPUT']);
  });

  test.each([
    ['a quantity of 0', { ...line, quantity: 0 }],
    ['a negative quantity', { ...line, quantity: -1 }],
    ['a sku over 64 characters', { ...line, sku: 'x'.repeat(65) }],
    ['a cart id that names a system stream', { ...line, cartId: '$all' }],
    ['a command id that is no UUID', { ...line, commandId: 'again' }],
    ['a negative revision', { ...line, expectedRevision: -1 }],
  ])('with %s is bad input', async (_case, input) => {
    const headers = { 'x-cart-token': guestToken };
    const refused = await post(
      served.graphqlUrl,
      { query: addItem, variables: { input } },
      headers,
    );
    expect([refused.status, codeOf(refused)]).toEqual([200, 'BAD_USER_INPUT']);
  });
});

describe('a fault', () => {
  test('is masked, and logged with its cause', async () => {
    const refused = await post(served.graphqlUrl, { query: '{ products { totalCount } }' });
    expect([refused.status, codeOf(refused)]).toEqual([200, 'INTERNAL_SERVER_ERROR']);
    expect(JSON.stringify(refused.body)).not.toContain('secret detail');
    expect(JSON.stringify(served.logged)).toContain('secret detail');
  });

  test('of the event store says so', async () => {
    const away = await serve({
      services: parts({
        ownership: {
          ...parts().ownership,
          ofCart: () => Promise.reject(new StoreUnavailableError('reading')),
        },
      }),
    });
    const query = `{ cartAt(cartId: "${cartId}", timestamp: "2020-01-01T00:00:00Z") { revision } }`;
    const refused = await post(away.graphqlUrl, { query });
    expect(codeOf(refused)).toBe('SERVICE_UNAVAILABLE');
    await away.stop();
  });
});
