// The document gate and Apollo read the same document and variables, however a request writes them.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { request } from 'node:http';
import { PersistedQueries } from '../../src/http/persisted-queries.js';
import { operationOf } from '../../src/http/sent-operation.js';
import { type Answer, codeOf, post, serve, type Served } from './served.js';

let served: Served;
let production: Served;
/** The check of a sign-in lasts until the test lets it end. */
const signIn = new EventEmitter();
beforeAll(async () => {
  served = await serve({
    verify: async () => {
      signIn.emit('asked');
      await once(signIn, 'open');
      return { subject: 'ada', role: 'customer', expiresAt: Date.now() + 60_000 };
    },
  });
  production = await serve({ production: true });
});
afterAll(async () => {
  await served.stop();
  await production.stop();
});

const hashOf = (text: string) => createHash('sha256').update(text).digest('hex');
const extensionsFor = (text: string) => ({
  persistedQuery: { version: 1, sha256Hash: hashOf(text) },
});

/** The target as it stands; `fetch` would write it anew. */
function get({ url }: Served, path: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { port } = new URL(url);
    const headers = { 'apollo-require-preflight': 'yes' };
    const sent = request({ host: '127.0.0.1', port, path, headers }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () => {
        const body = JSON.parse(Buffer.concat(chunks).toString()) as Answer['body'];
        resolve({ status: answer.statusCode ?? 0, body } as Answer);
      });
    });
    sent.on('error', reject);
    sent.end();
  });
}

const aliases = Array.from({ length: 60 }, (_, index) => `a${index}:__typename`).join(' ');
const named = encodeURIComponent(JSON.stringify(extensionsFor('{ unknown }')));

describe.each([
  ['60 aliases', `{${aliases}}`, 'QUERY_TOO_COMPLEX'],
  ['an introspection', '{__schema{types{name}}}', 'GRAPHQL_VALIDATION_FAILED'],
  ['an unknown field', '{nonsense}', 'GRAPHQL_VALIDATION_FAILED'],
])('%s', (_what, document, code) => {
  const text = encodeURIComponent(document);
  const withoutSpaces = encodeURIComponent(document.replaceAll(' ', ','));
  test.each([
    ['as usual', `/graphql?query=${text}`],
    ['with a name in escapes', `/graphql?quer%79=${text}`],
    [
      'after a fragment that looks like parameters',
      `/graphql#a&extensions=${named}&b?query=${text}`,
    ],
    ['after a fragment', `/graphql#?query=${text}&extensions=${named}`],
    [
      'behind a comment of bytes that are not UTF-8',
      `/graphql?query=query+A{__typename}#%FF%0Aquery+B${withoutSpaces}&operationName=B`,
    ],
  ])('is refused %s', async (_way, path) => {
    const refused = await get(production, path);
    expect(refused.status).toBe(400);
    expect(codeOf(refused)).toBe(code);
  });
});

describe('a document that is named by its hash', () => {
  const query = 'query ($first: Int) { products(first: $first) { edges { node { sku } } } }';
  const extensions = extensionsFor(query);
  const variables = { first: 1_000_000 };
  beforeAll(() => post(served.graphqlUrl, { query, extensions, variables: { first: 1 } }));

  test.each([
    ['without a document', { extensions, variables }],
    ['with null in its place', { query: null, extensions, variables }],
  ])('is judged with its variables %s', async (_way, body) => {
    const refused = await post(served.graphqlUrl, body);
    expect([refused.status, codeOf(refused)]).toEqual([400, 'QUERY_TOO_COMPLEX']);
  });

  test('is not executed when it becomes known after the request was judged', async () => {
    const late = 'query ($id: ID!) { cart(cartId: $id) { id } }';
    const sent = { extensions: extensionsFor(late), variables: { id: 'not\u0000judged' } };
    const asked = once(signIn, 'asked');
    const early = post(served.graphqlUrl, sent, { authorization: 'Bearer late' });
    await asked;
    await post(served.graphqlUrl, { ...sent, query: late, variables: { id: 'x' } });
    signIn.emit('open');
    expect(codeOf(await early)).toBe('PERSISTED_QUERY_NOT_FOUND');
  });
});

test('an empty name of an operation means none, in a URL', async () => {
  const answer = await get(served, '/graphql?query={__typename}&operationName=');
  expect(answer.body).toMatchObject({ data: { __typename: 'Query' } });
});

test('a text in a document that looks like a hash is the same for both', () => {
  const hash = hashOf('x').toUpperCase();
  const query = `{ products(search: """sha256Hash":"${hash}" and sha256Hash":"sha256:${hash}"""") { totalCount } }`;
  const url = `/graphql?${String(new URLSearchParams({ query, extensions: '{"persistedQuery":{}}' }))}`;
  const sent = { method: 'GET', url, body: undefined };
  const { text, forApollo } = operationOf(sent, new PersistedQueries());
  const { search } = forApollo;
  expect([text, new URLSearchParams(search).get('query')]).toEqual([query, query]);
});
