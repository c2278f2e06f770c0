// Which web pages a browser may let talk to the service.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { isAllowedOrigin, isKnownHost } from '../../src/http/origins.js';
import { request } from 'node:http';
import { serve, type Served } from './served.js';

const shop = 'https://shop.example';
let served: Served;
beforeAll(async () => {
  served = await serve({ allowedOrigins: [shop] });
});
afterAll(() => served.stop());

describe('an origin is allowed', () => {
  test.each([
    ['when there is none, as from a program', undefined, true],
    ['when it is the host that was asked', 'http://localhost:4000', true],
    ['whatever the case of the host', 'http://LOCALHOST:4000', true],
    ['not on another port', 'http://localhost:4001', false],
    ['not from elsewhere', 'https://evil.example', false],
    ['not as null, as from a sandboxed page', 'null', false],
    ['when it is on the list', shop, true],
    ['not when it only begins like one on the list', `${shop}.evil.example`, false],
  ])('%s', (_case, origin, expected) => {
    expect(isAllowedOrigin(origin, 'localhost:4000', [shop])).toBe(expected);
  });
});

test('a preflight gets the headers of an allowed origin', async () => {
  const response = await fetch(served.graphqlUrl, { method: 'OPTIONS', headers: { origin: shop } });
  expect(response.status).toBe(204);
  expect(response.headers.get('access-control-allow-origin')).toBe(shop);
  expect(response.headers.get('access-control-allow-headers')).toContain('x-cart-token');
});

test('a page of an allowed origin may be told to include credentials, as Apollo Client can', async () => {
  const headers = { origin: shop, 'content-type': 'application/json' };
  const body = JSON.stringify({ query: '{ __typename }' });
  const answers = [
    await fetch(served.graphqlUrl, { method: 'OPTIONS', headers: { origin: shop } }),
    await fetch(served.graphqlUrl, { method: 'POST', headers, body }),
  ];
  const allowed = answers.map((each) => each.headers.get('access-control-allow-credentials'));
  expect(allowed).toEqual(['true', 'true']);
});

test('a page of another origin may not', async () => {
  const headers = { origin: 'https://evil.example', 'content-type': 'application/json' };
  const refused = await fetch(served.graphqlUrl, { method: 'OPTIONS', headers });
  expect(refused.headers.get('access-control-allow-origin')).toBeNull();
});

test.each([
  'authorization',
  'content-type',
  'x-cart-token',
  'x-access-reason',
  'apollographql-client-name',
  'apollographql-client-version',
  'apollo-require-preflight',
  'x-apollo-operation-name',
  'traceparent',
  'tracestate',
  'baggage',
  'x-requested-with',
  'x-datadog-trace-id',
  'x-datadog-sampling-priority',
  'newrelic',
  'request-id',
  'request-context',
  'elastic-apm-traceparent',
  'uber-trace-id',
])('an allowed origin may send %s', async (header) => {
  const headers = {
    origin: shop,
    'access-control-request-method': 'POST',
    'access-control-request-headers': header,
  };
  const response = await fetch(served.graphqlUrl, { method: 'OPTIONS', headers });
  const allowed = response.headers.get('access-control-allow-headers')?.split(', ');
  expect(allowed).toContain(header);
});

test('an allowed origin may read that it should wait, and its preflights never wait', async () => {
  const busy = await serve({ allowedOrigins: [shop], rateLimitPerSecond: 1 });
  const ask = (method: string) => fetch(busy.graphqlUrl, { method, headers: { origin: shop } });
  const [, refused, preflight] = [await ask('GET'), await ask('GET'), await ask('OPTIONS')];
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1']);
  expect(refused.headers.get('access-control-allow-origin')).toBe(shop);
  expect(refused.headers.get('access-control-expose-headers')).toContain('retry-after');
  expect(preflight.status).toBe(204);
  await busy.stop();
});

test('an allowed origin may read when to try again', async () => {
  const headers = { origin: shop, 'apollo-require-preflight': 'true' };
  const response = await fetch(`${served.graphqlUrl}?query={__typename}`, { headers });
  expect(response.headers.get('access-control-expose-headers')?.split(', ')).toContain(
    'retry-after',
  );
});

test('and of no other', async () => {
  const headers = { origin: 'https://evil.example' };
  const response = await fetch(served.graphqlUrl, { method: 'OPTIONS', headers });
  expect(response.headers.get('access-control-allow-origin')).toBeNull();
});

test('every answer tells browsers to trust nothing but this service', async () => {
  const { headers } = await fetch(`${served.url}/health/live`);
  expect(headers.get('content-security-policy')).toContain("default-src 'self'");
  expect(headers.get('x-content-type-options')).toBe('nosniff');
});

describe('a host', () => {
  test.each([
    ['that is an address is known', '192.0.2.7:4000', true],
    ['that is an address of IPv6 is known', '[::1]:4000', true],
    ['that is localhost is known', 'LOCALHOST:4000', true],
    ['under localhost is known', 'shop.localhost', true],
    ['that HOST names is known', 'shop.internal:80', true],
    ['of another name is not', 'evil.example:4000', false],
    ['that begins like localhost is not', 'localhost.evil.example', false],
    ['that ends like one is not', 'notlocalhost', false],
    ['that looks like an address is not', '127.0.0.1.evil.example', false],
    ['that is no host is not', 'a b', false],
    ['is not asked of HTTP/1.0', undefined, true],
  ])('%s', (_case, asked, expected) => {
    expect(isKnownHost(asked, { host: 'Shop.internal', allowedOrigins: [] })).toBe(expected);
  });

  test.each([
    ['of an allowed origin is known', 'Shop.example:4000', true],
    ['that HOST names is known', 'shop.internal', true],
    ['that is an address is known', '192.0.2.7:4000', true],
    ['of another name is not', 'evil.example', false],
    ['that begins like one is not', 'shop.example.evil.example', false],
    ['that ends like one is not', 'www.shop.example', false],
  ])('%s, where origins are listed', (_case, asked, expected) => {
    const known = { host: 'shop.internal', allowedOrigins: ['https://pay.example', shop] };
    expect(isKnownHost(asked, known)).toBe(expected);
  });
});

function statusFor(url: string, headers: Record<string, string>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { headers: { host: 'evil.example', ...headers } });
    asked.once('response', (response) => resolve(response.resume().statusCode));
    asked.once('upgrade', (_response, socket) => {
      socket.destroy();
      resolve(101);
    });
    asked.once('error', reject);
    asked.end();
  });
}

test.each([
  ['no origin is listed', []],
  ['origins are listed', [shop]],
])('where %s, a foreign host is refused, except for upkeep', async (_case, allowedOrigins) => {
  const own = await serve({ allowedOrigins });
  const upgrade = {
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==',
    'sec-websocket-protocol': 'graphql-transport-ws',
    origin: 'http://evil.example',
  };
  expect(await statusFor(own.graphqlUrl, {})).toBe(403);
  expect(await statusFor(own.url, {})).toBe(403);
  expect(await statusFor(own.graphqlUrl, upgrade)).toBe(403);
  for (const path of ['/health/live', '/health/ready', '/metrics']) {
    expect([path, await statusFor(own.url + path, {})]).toEqual([path, 200]);
  }
  await own.stop();
});

test('health and metrics are answered to an address that is over the rate limit', async () => {
  const strict = await serve({ rateLimitPerSecond: 1 });
  for (let n = 0; n < 3; n += 1) await fetch(strict.url);
  for (const path of ['/health/live', '/health/ready', '/metrics', '/health/live']) {
    expect((await fetch(strict.url + path)).status).toBe(200);
  }
  await strict.stop();
});
