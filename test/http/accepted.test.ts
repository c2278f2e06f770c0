// An answer that the client says it cannot read: the operation is not executed.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { codeOf, parts, post, serve, type Served } from './served.js';

let served: Served;
let opened = 0;
beforeAll(async () => {
  const { carts } = parts();
  const open = () => {
    opened += 1;
    return Promise.reject(new Error('this is far enough'));
  };
  served = await serve({ services: parts({ carts: { ...carts, open } }) });
});
afterAll(() => served.stop());

const openCart = { query: 'mutation { openCart(input: {}) { cartToken } }' };

test.each([
  'text/html',
  'text/event-stream',
  'multipart/mixed;boundary="graphql";subscriptionSpec="1.0"',
  'application/xml, text/*',
  'application/json;v=2',
  'application/json; charset=iso-8859-1',
  'application/json;q=0',
  '*/*;q=0',
  '*/*, application/*;q=0',
  'nonsense',
])('%s reads no answer, and nothing happens', async (accept) => {
  const before = opened;
  const refused = await post(served.graphqlUrl, openCart, { accept });
  expect([refused.status, codeOf(refused), opened - before]).toEqual([406, 'BAD_REQUEST', 0]);
});

test.each([
  '',
  '*/*',
  'APPLICATION/JSON',
  'application/*;q=0.1',
  'application/json; charset="UTF-8"',
  'application/graphql-response+json',
  'application/graphql-response+json; charset=utf-8, application/json; charset=utf-8',
  'multipart/mixed;deferSpec=20220824,application/graphql-response+json,application/json;q=0.9',
  'text/html, */*;q=0.1',
  'application/json;q=0, application/graphql-response+json',
  '*/*;q=0, application/json',
  'application/json;v=2, */*',
  'text/event-stream , application/json',
])('%s reads an answer', async (accept) => {
  const before = opened;
  const answered = await post(served.graphqlUrl, openCart, { accept });
  expect([answered.status, opened - before]).toEqual([200, 1]);
});
