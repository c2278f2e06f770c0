// HEAD is answered as GET is, without the body.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { serve, type Served } from './served.js';

let served: Served;
beforeAll(async () => {
  served = await serve({
    readiness: [{ part: 'a part', problem: () => Promise.resolve('it rests') }],
  });
});
afterAll(() => served.stop());

const typename = `/graphql?query=${encodeURIComponent('{ __typename }')}`;
const mutation = `/graphql?query=${encodeURIComponent('mutation { openCart(input: {}) { cartToken } }')}`;
const browser = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
const program = { 'apollo-require-preflight': 'yes' };

test.each<[string, number, Record<string, string>]>([
  ['/health/live', 200, {}],
  ['/health/ready', 503, {}],
  ['/metrics', 200, {}],
  ['/graphql', 400, {}],
  ['/graphql', 302, { accept: browser }],
  ['/graphql', 302, { accept: browser, authorization: 'Basic YW5uOnB3' }],
  [typename, 200, program],
  [typename, 400, {}],
  [mutation, 405, program],
  ['/nowhere', 404, {}],
  ['/nowhere', 404, { accept: browser }],
])('HEAD %s is answered with %d', async (path, status, headers) => {
  const ask = (method: string) => fetch(served.url + path, { method, headers, redirect: 'manual' });
  const [get, head] = [await ask('GET'), await ask('HEAD')];
  expect([get.status, head.status]).toEqual([status, status]);
  for (const name of ['content-type', 'location', 'allow', 'content-security-policy']) {
    expect([name, head.headers.get(name)]).toEqual([name, get.headers.get(name)]);
  }
  expect(await head.text()).toBe('');
});

test.each([
  ['POST', '/health/live', 'GET, HEAD'],
  ['PUT', '/metrics', 'GET, HEAD'],
  ['PUT', '/graphql', 'GET, HEAD, POST'],
  ['PROPFIND', '/graphql', 'GET, HEAD, POST'],
])('%s %s means nothing, and is answered with what does: %s', async (method, path, allowed) => {
  const answer = await fetch(served.url + path, { method });
  expect([answer.status, answer.headers.get('allow')]).toEqual([405, allowed]);
});
