// What staff are told of process managers: by query, and in the body of the readiness check, where
// nothing of it makes the service unready.
import { afterEach, expect, test } from '@jest/globals';
import { parts, post, serve, type Served } from '../http/served.js';

let served: Served;
afterEach(() => served.stop());

const fact = {
  ...{ reaction: 'order-placement', stream: 'cart-1', revision: 3, eventId: 'an id' },
  ...{ type: 'CartCheckedOut', position: 7n, reason: 'no room', attempts: 3, parkedAt: 1_000 },
};

const reactions = [
  {
    name: 'order-placement',
    status: () => ({ state: 'LIVE' as const, position: '7', lagMs: 0, error: null }),
    parked: () => 1,
    list: ({ first, offset }: { first: number; offset: number }) =>
      [fact].slice(offset, offset + first),
  },
];

test('the readiness check shows parked events, and is ready', async () => {
  served = await serve({ services: parts({ reactions }) });
  const response = await fetch(`${served.url}/health/ready`);
  expect(response.status).toBe(200);
  expect(await response.json()).toMatchObject({
    status: 'ready',
    reactions: { 'order-placement': { state: 'LIVE', parked: 1 } },
  });
});

const QUERY =
  '{ reactions { name state lagMs parkedCount parked(first: 5) { stream revision type reason attempts parkedAt } } }';

test.each([
  ['guest', 'FORBIDDEN'],
  ['customer', 'FORBIDDEN'],
  ['support', undefined],
  ['admin', undefined],
] as const)('a %s who asks for them gets %s', async (role, code) => {
  served = await serve({ services: parts({ reactions }) });
  const headers: Record<string, string> =
    role === 'guest' ? {} : { authorization: `Bearer ${role}:ops` };
  const { body } = await post(served.graphqlUrl, { query: QUERY }, headers);
  expect(body.errors?.[0]?.extensions.code).toBe(code);
  if (code !== undefined) return;
  const { stream, revision, type, reason, attempts } = fact;
  const shown = { stream, revision, type, reason, attempts, parkedAt: '1970-01-01T00:00:01.000Z' };
  expect(body.data?.['reactions']).toEqual([
    { name: 'order-placement', state: 'LIVE', lagMs: 0, parkedCount: 1, parked: [shown] },
  ]);
});
