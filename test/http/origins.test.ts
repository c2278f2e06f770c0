// Which web pages a browser may let talk to the service.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { isAllowedOrigin } from '../../src/http/origins.js';
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

test('a browser that asks first is told of an allowed origin', async () => {
  const response = await fetch(served.graphqlUrl, { method: 'OPTIONS', headers: { origin: shop } });
  expect(response.status).toBe(204);
  expect(response.headers.get('access-control-allow-origin')).toBe(shop);
  expect(response.headers.get('access-control-allow-headers')).toContain('x-cart-token');
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
