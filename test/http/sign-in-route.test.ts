// Signing in for development: a role for the asking, on this computer alone.
import { afterEach, describe, expect, test } from '@jest/globals';
import { isLoopback, type SignInRequest } from '../../src/http/sign-in-route.js';
import { developmentSignIn } from '../../src/service/development-sign-in.js';
import { post, serve, type Served } from './served.js';

let served: Served | undefined;
afterEach(() => served?.stop());

const minted: SignInRequest[] = [];
const mintSignIn = (request: SignInRequest) => {
  minted.push(request);
  return Promise.resolve({ token: `token of ${request.subject}`, expiresAt: 1 });
};
const signInUrl = (one: Served) => `${one.url}/sign-in`;

test('answers with a token that no cache keeps', async () => {
  served = await serve({ mintSignIn });
  const response = await fetch(signInUrl(served), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ subject: 'ada', role: 'customer' }),
  });
  expect(response.status).toBe(200);
  expect(response.headers.get('cache-control')).toBe('no-store');
  expect(await response.json()).toEqual({ token: 'token of ada', expiresAt: 1 });
  expect(minted.at(-1)).toEqual({ subject: 'ada', role: 'customer' });
  expect(JSON.stringify(served.logged)).not.toContain('token of ada');
});

test.each([
  ['no role', { subject: 'ada' }],
  ['an unknown role', { subject: 'ada', role: 'owner' }],
  ['an empty name', { subject: '', role: 'admin' }],
  ['a long name', { subject: 'a'.repeat(101), role: 'admin' }],
  ['a name of two lines', { subject: 'a\nb', role: 'admin' }],
  ['a name that is no text', { subject: { toString: 'x' }, role: 'admin' }],
  ['nothing', null],
])('refuses %s', async (_case, body) => {
  served = await serve({ mintSignIn });
  const before = minted.length;
  const { status } = await post(signInUrl(served), body);
  expect(status).toBe(400);
  expect(minted).toHaveLength(before);
});

test.each([
  ['x-forwarded-for', '203.0.113.9'],
  ['forwarded', 'for=203.0.113.9'],
  ['via', '1.1 proxy'],
])('refuses a caller whom a proxy brings: %s', async (name, value) => {
  served = await serve({ mintSignIn });
  const { status, body } = await post(
    signInUrl(served),
    { subject: 'eve', role: 'admin' },
    { [name]: value },
  );
  expect([status, body.errors?.[0]?.extensions.code]).toEqual([403, 'FORBIDDEN']);
});

test('another origin cannot even ask: a page sends JSON only after a preflight', async () => {
  served = await serve({ mintSignIn });
  const response = await fetch(signInUrl(served), {
    method: 'POST',
    headers: { 'content-type': 'text/plain', origin: 'https://evil.example' },
    body: JSON.stringify({ subject: 'eve', role: 'admin' }),
  });
  expect(response.status).toBe(400);
  expect(response.headers.get('access-control-allow-origin')).toBeNull();
});

test('is not there where the service mints no sign-ins', async () => {
  served = await serve();
  const { status } = await post(signInUrl(served), { subject: 'ada', role: 'admin' });
  expect(status).toBe(404);
});

describe('the service mints sign-ins', () => {
  const jwt = { issuer: 'cartograph', audience: 'cartograph' };
  const development = { production: false, host: '127.0.0.1', jwt, dataDir: '/nowhere' };
  test.each([
    ['in development on this computer', {}, true],
    ['not in production', { production: true }, false],
    ['not beside an identity provider', { jwt: { ...jwt, jwksUrl: 'https://id.example' } }, false],
    ['not where others can reach it', { host: '0.0.0.0' }, false],
    ['not on a name of the network', { host: 'shop.example' }, false],
    ['on localhost', { host: 'localhost' }, true],
    ['on ::1', { host: '::1' }, true],
  ])('%s', (_case, changes, expected) => {
    expect(developmentSignIn({ ...development, ...changes }) !== undefined).toBe(expected);
  });

  test.each([
    ['127.0.0.1', true],
    ['127.9.9.9', true],
    ['::ffff:127.0.0.1', true],
    ['::1', true],
    ['128.0.0.1', false],
    ['::ffff:10.0.0.1', false],
    ['', false],
  ])('%j is this computer: %s', (address, expected) => {
    expect(isLoopback(address)).toBe(expected);
  });
});
