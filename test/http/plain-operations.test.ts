// The usual request takes a shorter way through Apollo. `"extensions": {}` means nothing, and sends
// the same request through Apollo's HTTP integration: the answers are equal to the byte.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { request } from 'node:http';
import { PlainOperations } from '../../src/http/plain-operations.js';
import { cartId, guestToken, parts, serve, type Served } from './served.js';

let served: Served;
beforeAll(async () => {
  const context = { services: parts({ reads: { ...parts().reads, order: faulty } }) };
  served = await serve(context);
  // The first request of an `accept` header goes through Apollo's HTTP integration.
  for (const accept of accepts) await send({ query: '{ __typename }' }, { ...json, ...accept });
});
afterAll(() => served.stop());

const faulty = () => Promise.reject(new Error('secret detail of a fault'));

const json = { 'content-type': 'application/json' };
const accepts: readonly Readonly<Record<string, string>>[] = [
  {},
  { accept: '*/*' },
  { accept: 'application/json' },
  { accept: 'application/graphql-response+json' },
  { accept: 'application/graphql-response+json,application/json;q=0.9' },
  { accept: 'text/html, */*;q=0.1' },
  { accept: 'text/html' },
  { accept: 'multipart/mixed' },
  { accept: `application/json, ${'x/y, '.repeat(100)}*/*` },
];

test('the short way is for the headers that Apollo has answered before', () => {
  const plain = new PlainOperations();
  const asked = (changes: object): Parameters<PlainOperations['read']>[0] =>
    ({ method: 'POST', headers: json, body: { query: '{ a }' }, ...changes }) as never;
  expect(plain.read(asked({}))).toBeUndefined();
  plain.learn(asked({}), 406, 'text/plain');
  expect(plain.read(asked({}))).toBeUndefined();
  plain.learn(asked({}), 200, 'application/json; charset=utf-8');
  expect(plain.read(asked({}))).toMatchObject({ query: '{ a }' });
  for (const changes of [
    { method: 'GET' },
    { headers: {} },
    { headers: { ...json, accept: 'text/html' } },
    { headers: { 'content-type': 'text/plain' } },
    { body: [{ query: '{ a }' }] },
    { body: { query: '{ a }', extensions: {} } },
  ]) {
    expect(plain.read(asked(changes))).toBeUndefined();
  }
});

interface Sent {
  readonly status: number | undefined;
  readonly headers: Record<string, unknown>;
  readonly text: string;
}

function send(body: unknown, headers: Readonly<Record<string, string>>): Promise<Sent> {
  return new Promise((resolve, reject) => {
    const sent = request(served.graphqlUrl, { method: 'POST', headers }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        resolve({ status: answer.statusCode, headers: { ...answer.headers, date: '' }, text });
      });
    });
    sent.on('error', reject);
    sent.end(JSON.stringify(body));
  });
}

async function expectSame(
  body: Readonly<Record<string, unknown>>,
  headers: Readonly<Record<string, string>>,
): Promise<Sent> {
  const long = await send({ ...body, extensions: {} }, headers);
  const [first, again] = [await send(body, headers), await send(body, headers)];
  expect(first).toEqual(long);
  expect(again).toEqual(long);
  return long;
}

const cartQuery = 'query C($id: ID!) { cart(cartId: $id) { id revision totals { itemCount } } }';
const orderQuery = `query O($id: ID!) { order(orderId: $id) { id } }`;
const bodies: readonly [string, Readonly<Record<string, unknown>>][] = [
  ['a document', { query: '{ __typename }' }],
  ['variables', { query: cartQuery, variables: { id: cartId } }],
  ['variables of null', { query: '{ __typename }', variables: null, operationName: null }],
  ['no variables where one is required', { query: cartQuery }],
  ['a variable of another type', { query: cartQuery, variables: { id: {} } }],
  ['an operation of several', { query: 'query A { a: __typename } query B { b: __typename }' }],
  [
    'a named operation of several',
    { query: 'query A { a: __typename } query B { b: __typename }', operationName: 'B' },
  ],
  ['an absent operation', { query: '{ __typename }', operationName: 'Absent' }],
  ['a subscription', { query: `subscription { cartChanged(cartId: "${cartId}") { revision } }` }],
  ['a fault of a part', { query: orderQuery, variables: { id: cartId } }],
  ['a refusal of a field', { query: '{ revenueReport(from: "x", to: "y") { date } }' }],
  ['a rejected mutation', { query: 'mutation { openCart(input: {}) { rejection { code } } }' }],
  ['a document of another schema', { query: '{ absent }' }],
  ['no document', { query: '{' }],
  ['an empty document', { query: '' }],
  ['a document that is no text', { query: { kind: 'Document' } }],
  ['variables as a text', { query: cartQuery, variables: JSON.stringify({ id: cartId }) }],
  ['variables as a list', { query: cartQuery, variables: [cartId] }],
  ['a name that is no text', { query: '{ __typename }', operationName: 7 }],
  ['introspection', { query: '{ __schema { queryType { name } } }' }],
];

test.each(bodies)('%s: both ways answer the same', async (_case, body) => {
  const answer = await expectSame(body, { ...json, 'x-cart-token': guestToken });
  expect(answer.text).not.toContain('secret detail');
});

test.each(accepts.map((accept) => [JSON.stringify(accept).slice(0, 60), accept] as const))(
  'headers %s: both ways answer the same',
  async (_case, accept) => {
    for (const [, body] of bodies.slice(0, 6)) await expectSame(body, { ...json, ...accept });
  },
);

test.each([
  [{ authorization: 'Bearer nobody' }],
  [{ authorization: 'Bearer away:1' }],
  [{ authorization: 'Bearer support:ann' }],
  [{ 'x-cart-token': ','.repeat(50) }],
  [{ 'content-type': 'application/json; charset=utf-8' }],
  [{ 'content-type': 'application/json; charset=latin1' }],
  [{ 'content-type': 'APPLICATION/JSON' }],
])('headers %j: both ways answer the same', async (headers) => {
  const sent = { ...json, ...headers };
  await expectSame({ query: '{ __typename }' }, sent);
  await expectSame({ query: cartQuery, variables: { id: cartId } }, sent);
});
