// Automatic persisted queries, after Apollo's protocol.
import { ApolloClient, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { PersistedQueries } from '../../src/http/persisted-queries.js';
import { serve, type Served } from './served.js';

let served: Served;
beforeAll(async () => {
  served = await serve({});
});
afterAll(() => served.stop());

const hashOf = (text: string) => createHash('sha256').update(text).digest('hex');
const named = (sha256Hash: unknown, version: unknown = 1) => ({
  persistedQuery: { version, sha256Hash },
});

async function post(body: Readonly<Record<string, unknown>>) {
  const answer = await fetch(`${served.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: answer.status, ...((await answer.json()) as Answer) };
}

async function get(parameters: Readonly<Record<string, string>>) {
  const url = `${served.url}/graphql?${new URLSearchParams(parameters).toString()}`;
  const answer = await fetch(url, { headers: { 'apollo-require-preflight': 'yes' } });
  return { status: answer.status, ...((await answer.json()) as Answer) };
}

interface Answer {
  readonly data?: unknown;
  readonly errors?: readonly {
    readonly message: string;
    readonly extensions: { readonly code: string };
  }[];
}

const unknown = {
  status: 200,
  errors: [
    { message: 'PersistedQueryNotFound', extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } },
  ],
};

test('a document is asked for once, and then known by its hash, by POST and by GET', async () => {
  const query = '{ __typename }';
  const extensions = named(hashOf(query));
  expect(await post({ extensions })).toMatchObject(unknown);
  const data = { __typename: 'Query' };
  expect(await post({ query, extensions })).toMatchObject({ status: 200, data });
  expect(await post({ extensions })).toMatchObject({ status: 200, data });
  const sent = { extensions: JSON.stringify(extensions) };
  expect(await get(sent)).toMatchObject({ status: 200, data });
  expect(await get({ extensions: JSON.stringify(named(hashOf('{ b }'))) })).toMatchObject(unknown);
});

test.each([
  ['in capitals', 'capitals', (hash: string) => hash.toUpperCase()],
  ['with its algorithm', 'algorithm', (hash: string) => `sha256:${hash}`],
  ['with its algorithm, all in capitals', 'both', (hash: string) => `SHA256:${hash.toUpperCase()}`],
])('a hash %s is the same one, by POST and by GET', async (_case, alias, written) => {
  const query = `{ ${alias}: __typename }`;
  const extensions = named(written(hashOf(query)));
  expect(await post({ extensions })).toMatchObject(unknown);
  const data = { [alias]: 'Query' };
  expect(await post({ query, extensions })).toMatchObject({ status: 200, data });
  expect(await post({ extensions })).toMatchObject({ status: 200, data });
  expect(await get({ extensions: JSON.stringify(extensions) })).toMatchObject({
    status: 200,
    data,
  });
  expect(await post({ extensions: named(hashOf(query)) })).toMatchObject({ status: 200, data });
});

test.each([
  ['another hash', named(hashOf('{ other }'))],
  ['a hash that is none', named('__proto__')],
  ['an unknown version', named(hashOf('query Named { __typename }'), 2)],
  ['no version', { persistedQuery: { sha256Hash: hashOf('query Named { __typename }') } }],
])('a document with %s is refused, and not kept', async (_case, extensions) => {
  const query = 'query Named { __typename }';
  expect((await post({ query, extensions })).status).toBe(400);
  expect(await post({ extensions: named(hashOf(query)) })).toMatchObject(unknown);
});

test.each([
  [{ persistedQuery: null }],
  [{ persistedQuery: 'x' }],
  [{ persistedQuery: [] }],
  [[]],
  ['text'],
  [7],
])('extensions %j name no document', async (extensions) => {
  expect((await post({ extensions })).status).toBe(400);
});

test('a document that the gate refuses is not kept', async () => {
  const query = '{ nothing }';
  const extensions = named(hashOf(query));
  expect((await post({ query, extensions })).status).toBe(400);
  expect(await post({ extensions })).toMatchObject(unknown);
});

test('what an operation may cost counts for a document that was sent by its hash too', async () => {
  const query = 'query ($first: Int) { products(first: $first) { edges { node { sku } } } }';
  const extensions = named(hashOf(query));
  await post({ query, extensions, variables: { first: 1 } });
  const costly = { extensions, variables: { first: 1_000_000 } };
  expect((await post(costly)).errors?.[0]?.extensions.code).toBe('QUERY_TOO_COMPLEX');
});

test('what is kept has a bound', async () => {
  const kept = new PersistedQueries();
  const text = (index: number) => `${'#'.repeat(90_000)}${index}`;
  for (let index = 0; index < 100; index += 1) await kept.set(`apq:${index}`, text(index));
  const found = await Promise.all(
    Array.from({ length: 100 }, (_, index) => kept.get(`apq:${index}`)),
  );
  expect(found.filter((one) => one !== undefined)).toHaveLength(23);
  expect(kept.textOf(named('99'))).toBe(text(99));
  await kept.delete('apq:99');
  expect(kept.textOf(named('99'))).toBeUndefined();
});

test("Apollo Client's link sends the hash alone from the second time on", async () => {
  const bodies: string[] = [];
  const http = new HttpLink({
    uri: `${served.url}/graphql`,
    fetch: (url, options) => {
      bodies.push(options?.body as string);
      return fetch(url, options);
    },
  });
  const sha256 = (text: string) => Promise.resolve(hashOf(text));
  const client = new ApolloClient({
    cache: new InMemoryCache(),
    link: new PersistedQueryLink({ sha256 }).concat(http),
  });
  const ask = () =>
    client.query({ query: gql`query Kind { kind: __typename }`, fetchPolicy: 'no-cache' }); // prettier-ignore
  expect([(await ask()).data, (await ask()).data]).toEqual([{ kind: 'Query' }, { kind: 'Query' }]);
  expect(bodies.map((body) => body.includes('query Kind'))).toEqual([false, true, false]);
  client.stop();
});
