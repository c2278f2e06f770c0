// No cache between keeps an answer: what one caller may see is for nobody else.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { cartId, guestToken, serve, type Served } from './served.js';

const shop = 'https://shop.example';
let served: Served;
beforeAll(async () => {
  served = await serve({ allowedOrigins: [shop] });
});
afterAll(() => served.stop());

const asked = (query: string) => `/graphql?query=${encodeURIComponent(query)}`;
const cart = asked(`{ cart(cartId: "${cartId}") { id } }`);
const json = { 'content-type': 'application/json' };

test.each<[string, string, string, Readonly<Record<string, string>>, string | null]>([
  ['a cart that a guest may see', 'GET', cart, { 'x-cart-token': guestToken }, null],
  ['a cart that a customer asks for', 'GET', cart, { authorization: 'Bearer customer:ada' }, null],
  ['a refused document', 'GET', asked('{ nothing }'), { 'x-cart-token': guestToken }, null],
  ['a mutation by GET', 'GET', asked('mutation { undo }'), { 'x-cart-token': guestToken }, null],
  ['the usual request', 'POST', '/graphql', json, '{"query":"{ __typename }"}'],
  ['a body that is not JSON', 'POST', '/graphql', json, '{'],
  ['a redirect', 'GET', '/graphql', { accept: 'text/html' }, null],
  ['a preflight', 'OPTIONS', '/graphql', { origin: shop }, null],
  ['a method that is not known', 'PUT', '/graphql', {}, null],
  ['an unknown path', 'GET', '/nowhere', {}, null],
  ['an unknown file', 'GET', '/assets/of-an-earlier-build.js', {}, null],
  ['health', 'GET', '/health/ready', {}, null],
  ['metrics', 'GET', '/metrics', {}, null],
])('%s is not kept', async (_what, method, path, headers, body) => {
  const answer = await fetch(served.url + path, { method, headers, body, redirect: 'manual' });
  expect(answer.headers.get('cache-control')).toBe('no-store');
});
