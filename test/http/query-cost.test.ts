// What an operation costs: a page counts for as many entries as are asked for, whether the number
// stands in the document or in a variable, and the answer says what was counted.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { queryLimits } from '../../src/graphql/complexity.js';
import { answer, codeOf, parts, post, serve, type Served } from './served.js';

let served: Served;
beforeAll(async () => {
  const none = {
    rows: [],
    doubtfulSkus: [],
    totalCount: 0,
    hasNextPage: false,
    hasPreviousPage: false,
  };
  const reads = { ...parts().reads, products: () => Promise.resolve(none) };
  served = await serve({ services: parts({ reads }) });
});
afterAll(() => served.stop());

const fields = '{ totalCount edges { cursor node { id sku name price { decimal currency } } } }';
const pages = (count: number) =>
  Array.from({ length: count }, (_, index) => `p${index}: products(first: $n) ${fields}`).join(' ');
const variable = `query ($n: Int) { ${pages(3)} }`;

async function asked(query: string, variables: Record<string, unknown> = {}) {
  const { body, ...rest } = await post(served.graphqlUrl, { query, variables });
  return { ...rest, body: body as typeof body & { extensions?: { cost?: unknown } } };
}

describe('a page whose size is a variable', () => {
  test.each([
    ['small', { n: 5 }, undefined],
    ['as large as it may be', { n: 200 }, 'QUERY_TOO_COMPLEX'],
    ['too large to be shown', { n: 1_000_000_000 }, 'QUERY_TOO_COMPLEX'],
    ['none at all', {}, undefined],
    ['null', { n: null }, undefined],
    ['no number', { n: 'two hundred' }, 'BAD_USER_INPUT'],
    ['no whole number', { n: 1.5 }, 'BAD_USER_INPUT'],
    ['negative', { n: -200 }, 'BAD_USER_INPUT'],
  ])('counts as what it is: %s', async (_what, variables, code) => {
    expect(codeOf(await asked(variable, variables))).toBe(code);
  });

  test('costs the same as the same number in the document', async () => {
    const inText = await asked(variable.replaceAll('$n)', '7)').replace('query ($n: Int)', ''));
    const inVariable = await asked(variable, { n: 7 });
    expect(inText.body.extensions?.cost).toEqual(inVariable.body.extensions?.cost);
    expect(inVariable.body.extensions?.cost).toEqual({
      counted: expect.any(Number),
      maximum: queryLimits.cost,
    });
  });

  test('takes the default of its operation', async () => {
    const withDefault = variable.replace('Int)', 'Int = 200)');
    expect(codeOf(await asked(withDefault))).toBe('QUERY_TOO_COMPLEX');
    expect(codeOf(await asked(withDefault, { n: 2 }))).toBeUndefined();
  });

  test('is counted inside a fragment too', async () => {
    const query = `query ($n: Int) { ...f } fragment f on Query { ${pages(3)} }`;
    expect(codeOf(await asked(query, { n: 2 }))).toBeUndefined();
    expect(codeOf(await asked(query, { n: 200 }))).toBe('QUERY_TOO_COMPLEX');
  });

  test('is counted separately for each request, in any order', async () => {
    const codes: unknown[] = [];
    for (const n of [200, 1, 200, 1]) codes.push(codeOf(await asked(variable, { n })));
    expect(codes).toEqual(['QUERY_TOO_COMPLEX', undefined, 'QUERY_TOO_COMPLEX', undefined]);
  });

  test('is counted when it comes by GET', async () => {
    const headers = { 'apollo-require-preflight': 'true' };
    const sized = async (n: number) => {
      const search = new URLSearchParams({ query: variable, variables: JSON.stringify({ n }) });
      return answer(await fetch(`${served.graphqlUrl}?${search.toString()}`, { headers }));
    };
    expect(codeOf(await sized(5))).toBeUndefined();
    expect(codeOf(await sized(200))).toBe('QUERY_TOO_COMPLEX');
  });

  test('is counted over a websocket', async () => {
    const client = createClient({ url: served.websocketUrl, webSocketImpl: WebSocket });
    const first = async (n: number) => {
      for await (const result of client.iterate({ query: variable, variables: { n } })) {
        return result.errors?.[0]?.extensions?.['code'];
      }
      return 'nothing';
    };
    expect(await first(5)).toBeUndefined();
    await expect(first(200)).rejects.toMatchObject([{ extensions: { limit: 'cost' } }]);
    await client.dispose();
  });
});

test('a refusal says which limit was exceeded, and by what', async () => {
  const { body, status } = await asked(variable, { n: 200 });
  expect(status).toBe(400);
  expect(body.errors?.[0]?.extensions).toEqual({
    code: 'QUERY_TOO_COMPLEX',
    limit: 'cost',
    maximum: queryLimits.cost,
    counted: expect.any(Number),
  });
  expect(body.errors?.[0]?.extensions).not.toMatchObject({ counted: queryLimits.cost });
});
