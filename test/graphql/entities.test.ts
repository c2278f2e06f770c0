// `_entities` of the subgraph: what a router of Apollo Federation asks for by key. Each entity is
// answered as the query of its name, by compiled operations and by graphql-js alike, and bad
// references spoil nothing but themselves.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { initialProduct, type ProductState } from '../../src/domain/catalog/state.js';
import { initialOrder, type OrderState } from '../../src/domain/order/state.js';
import type { StaffLook } from '../../src/commands/access-record.js';
import { createSchema } from '../../src/graphql/schema.js';
import type { GraphQLExecutor } from '../../src/http/execution.js';
import { cartId, codeOf, guestToken, parts, post, serve, type Served } from '../http/served.js';

const orderId = '00000000-0000-5000-8000-000000000002';
const absentId = '00000000-0000-4000-8000-000000000009';
const placed: OrderState = {
  ...initialOrder,
  ...{ id: orderId, status: 'PLACED', cartId, currency: 'GBP', total: 100 },
};
const known: ProductState = {
  ...initialProduct,
  ...{ sku: 'A', name: 'The A', currency: 'GBP', prices: { GBP: 100 }, listed: true },
};

const query = `query ($representations: [_Any!]!) {
  _entities(representations: $representations) {
    __typename
    ... on Cart { id status lines { sku } totals { total { minorUnits } } problems { code } }
    ... on Order { id total { minorUnits } }
    ... on Product { sku name }
  }
}`;

const cart = { __typename: 'Cart', id: cartId };
const order = { __typename: 'Order', id: orderId };
const shownCart = {
  ...{ __typename: 'Cart', id: cartId, status: 'OPEN', lines: [] },
  totals: { total: { minorUnits: 0 } },
  problems: [{ code: 'CART_EMPTY' }],
};
const shownOrder = { __typename: 'Order', id: orderId, total: { minorUnits: 100 } };
const shownProduct = { __typename: 'Product', sku: 'A', name: 'The A' };
const owner = { 'x-cart-token': guestToken };

describe.each<GraphQLExecutor>(['compiled', 'reference'])('executed by %s code', (executor) => {
  let served: Served;
  const askedSkus: (readonly string[])[] = [];
  const looks: unknown[] = [];
  beforeAll(async () => {
    const { reads } = parts();
    const productsOf = (skus: readonly string[]) => {
      askedSkus.push(skus);
      return Promise.resolve([
        { place: { sortedBy: 'A', sku: 'A' }, state: known, isDoubtful: false },
      ]);
    };
    const orderOf = (id: string) => Promise.resolve(id === orderId ? placed : initialOrder);
    served = await serve({
      graphqlExecutor: executor,
      production: true,
      schema: await createSchema({ federation: true }),
      services: parts({
        orders: { state: orderOf, freshState: orderOf },
        reads: { ...reads, productsOf },
        accessLog: {
          record: (id: string, looked: StaffLook) => {
            looks.push([id, looked]);
            return Promise.resolve();
          },
        },
      }),
    });
  });
  afterAll(() => served.stop());

  const ask = (representations: unknown, headers: Record<string, string> = owner) =>
    post(served.graphqlUrl, { query, variables: { representations } }, headers);

  test('answers in the order of the representations', async () => {
    const product = { __typename: 'Product', id: 'A' };
    const { body } = await ask([product, cart, order, { __typename: 'Product', sku: 'A' }, cart]);
    expect(body.errors).toBeUndefined();
    expect(body.data).toEqual({
      _entities: [shownProduct, shownCart, shownOrder, shownProduct, shownCart],
    });
  });

  test('takes representations in the document too, and one without a list', async () => {
    const inText = `{ _entities(representations: [{ __typename: "Cart", id: "${cartId}" }]) {
      ... on Cart { id } } }`;
    const { body } = await post(served.graphqlUrl, { query: inText }, owner);
    expect(body.data).toEqual({ _entities: [{ id: cartId }] });
    expect((await ask(order)).body.data).toEqual({ _entities: [shownOrder] });
    expect((await ask([])).body.data).toEqual({ _entities: [] });
  });

  test('asks the read model once for all products', async () => {
    askedSkus.length = 0;
    const { body } = await ask(['A', 'B', 'A'].map((sku) => ({ __typename: 'Product', sku })));
    expect(body.data).toEqual({ _entities: [shownProduct, null, shownProduct] });
    expect(askedSkus).toEqual([['A', 'B']]);
  });

  test('has null for a cart or an order of somebody else, as for an absent one', async () => {
    const asked = (id: string) => [
      { __typename: 'Cart', id },
      { __typename: 'Order', id },
    ];
    const foreign = await ask([cart, order], { 'x-cart-token': 'another' });
    const absent = await ask(asked(absentId), { 'x-cart-token': 'another' });
    expect(foreign.body).toEqual(absent.body);
    expect(foreign.body.data).toEqual({ _entities: [null, null] });
  });

  test('records that support looked, and refuses support without a reason', async () => {
    looks.length = 0;
    const support = { authorization: 'Bearer support:sam' };
    const refused = await ask([cart, order], support);
    expect(refused.body.errors?.map(({ extensions }) => extensions.code)).toEqual([
      'FORBIDDEN',
      'FORBIDDEN',
    ]);
    expect(looks).toEqual([]);
    const { body } = await ask([cart], { ...support, 'x-access-reason': 'a dispute' });
    expect(body.data).toEqual({ _entities: [shownCart] });
    const looked = { kind: 'support', subject: 'sam', reason: 'a dispute' };
    expect(looks).toEqual([[cartId, looked]]);
  });

  test.each([
    ['no object', 'a text'],
    ['a number', 3],
    ['a list', [cart]],
    ['without a type', { id: cartId }],
    ['of an unknown type', { __typename: 'Basket', id: cartId }],
    ['of a type that is no entity', { __typename: 'Money', currency: 'GBP' }],
    ['of an interface', { __typename: 'CartContents', id: cartId }],
    ['of a type that every object has', { __typename: 'toString', id: cartId }],
    ['with a type that is no text', { __typename: 7, id: cartId }],
    ['without a key', { __typename: 'Cart' }],
    ['with a number for a key', { __typename: 'Order', id: 5 }],
    ['with null for a key', { __typename: 'Cart', id: null }],
    ['with an object for a key', { __typename: 'Product', sku: { a: 1 } }],
    ['with a list for a key', { __typename: 'Product', id: ['A'] }],
    ['with a key that is no UUID', { __typename: 'Cart', id: 'cart-1' }],
    ['with a key that names a system stream', { __typename: 'Order', id: '$all' }],
    ['with a sku of 65 characters', { __typename: 'Product', sku: 'x'.repeat(65) }],
  ])('refuses one %s, and answers those beside it', async (_what, representation) => {
    const { body, status } = await ask([order, representation, cart]);
    expect(status).toBe(200);
    expect(body.data).toEqual({ _entities: [shownOrder, null, shownCart] });
    expect(body.errors).toMatchObject([
      { path: ['_entities', 1], extensions: { code: 'BAD_USER_INPUT' } },
    ]);
    const faults = served.logged.filter(({ msg }) => String(msg).includes('because of a fault'));
    expect(faults).toEqual([]);
  });

  test('answers hundreds of bad ones, each by itself', async () => {
    const { body } = await post(served.graphqlUrl, {
      query: 'query ($r: [_Any!]!) { _entities(representations: $r) { __typename } }',
      variables: { r: Array.from({ length: 400 }, () => ({ __typename: 'Cart', id: 'x' })) },
    });
    expect(body.data).toEqual({ _entities: Array.from({ length: 400 }, () => null) });
    expect(body.errors).toHaveLength(400);
  });

  test.each([
    ['null', null],
    ['a null among them', [null]],
  ])('refuses %s before any is read', async (_what, representations) => {
    const answer = await ask(representations);
    expect(answer.status).toBe(400);
    expect(codeOf(answer)).toBe('BAD_USER_INPUT');
  });

  test.each([
    ['a line break', { __typename: 'Product', sku: 'A\nB' }],
    ['a lone surrogate, deep inside', { __typename: 'Product', sku: 'A', more: { a: ['\ud800'] } }],
  ])('refuses %s by the rule of all texts', async (_what, representation) => {
    expect(codeOf(await ask([representation]))).toBe('BAD_USER_INPUT');
  });

  test('counts each representation', async () => {
    const many = (count: number) => Array.from({ length: count }, () => cart);
    const costOf = async (count: number) => {
      const { body } = (await ask(many(count))) as {
        body: { extensions?: { cost: { counted: number } } };
      };
      return body.extensions!.cost.counted;
    };
    const [one, two, three] = [await costOf(1), await costOf(2), await costOf(3)];
    expect(two - one).toBeGreaterThanOrEqual(10);
    expect(three - two).toBe(two - one);
    const answer = await ask(many(1_000));
    expect([answer.status, codeOf(answer)]).toEqual([400, 'QUERY_TOO_COMPLEX']);
  });

  test.each([
    ['in the document', (list: string) => `{ _entities(representations: ${list}) { __typename } }`],
    [
      'as the default of a variable',
      (list: string) =>
        `query ($r: [_Any!]! = ${list}) { _entities(representations: $r) { __typename } }`,
    ],
  ])('counts them %s', async (_where, document) => {
    const list = `[${Array.from({ length: 480 }, () => '{}').join(' ')}]`;
    const answer = await post(served.graphqlUrl, { query: document(list) });
    expect(codeOf(answer)).toBe('QUERY_TOO_COMPLEX');
  });

  test('shows its schema to a router, though it shows no introspection', async () => {
    const { body } = await post(served.graphqlUrl, { query: '{ _service { sdl } }' });
    expect(body.data).toEqual({ _service: { sdl: expect.stringContaining('@key(fields: "id")') } });
    const introspection = await post(served.graphqlUrl, { query: '{ __schema { description } }' });
    expect(codeOf(introspection)).toBe('GRAPHQL_VALIDATION_FAILED');
  });

  test('traces no fields for a caller who asks for it', async () => {
    const { body } = await ask([cart], { ...owner, 'apollo-federation-include-trace': 'ftv1' });
    expect(body).not.toHaveProperty('extensions.ftv1');
  });
});

test('without the setting there is neither', async () => {
  const served = await serve();
  for (const asked of ['{ _service { sdl } }', '{ _entities(representations: []) { __typename } }'])
    expect(codeOf(await post(served.graphqlUrl, { query: asked }))).toBe(
      'GRAPHQL_VALIDATION_FAILED',
    );
  await served.stop();
});
