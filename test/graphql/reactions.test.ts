// What staff are told of process managers: by query, and in the body of the readiness check, where
// nothing of it makes the service unready.
import { afterEach, expect, test } from '@jest/globals';
import { parts, post, serve, type Served } from '../http/served.js';

let served: Served;
let replays = 0;
afterEach(() => served.stop());

const fact = {
  ...{ reaction: 'order-placement', stream: 'cart-1', revision: 3, eventId: 'an id' },
  ...{ type: 'CartCheckedOut', position: 7n, reason: 'no room', attempts: 3, parkedAt: 1_000 },
};

const reactions = [
  {
    name: 'order-placement',
    status: () => ({ state: 'LIVE' as const, position: '7', lagMs: 0, error: null }),
    parked: () => Promise.resolve(1),
    list: ({ first, offset }: { first: number; offset: number }) =>
      Promise.resolve([fact].slice(offset, offset + first)),
    replay: () => Promise.resolve(void (replays += 1)),
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

const replay = (reaction: string) =>
  `mutation { replayParked(input: { reaction: "${reaction}" }) { reaction { name parkedCount } } }`;

test.each([
  ['support', 'order-placement', 'FORBIDDEN'],
  ['admin', 'no-such-reaction', 'NOT_FOUND'],
  ['admin', 'order-placement', undefined],
] as const)('a %s who has %s replayed gets %s', async (role, reaction, code) => {
  replays = 0;
  served = await serve({ services: parts({ reactions }) });
  const headers = { authorization: `Bearer ${role}:ops` };
  const { body } = await post(served.graphqlUrl, { query: replay(reaction) }, headers);
  expect(body.errors?.[0]?.extensions.code).toBe(code);
  expect(replays).toBe(code === undefined ? 1 : 0);
  if (code !== undefined) return;
  expect(body.data?.['replayParked']).toEqual({ reaction: { name: reaction, parkedCount: 1 } });
});
