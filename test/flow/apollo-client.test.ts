/**
 * Apollo Client as it comes: an in-memory cache that was told nothing but the generated
 * possibleTypes. It never takes a past or supposed cart for the live one, and it never warns of
 * lost data.
 * @jest-environment-options {"customExportConditions": ["node", "node-addons", "development"]}
 */
import { ApolloClient, ApolloLink, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { afterAll, afterEach, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import { OperationTypeNode } from 'graphql';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import * as documents from '../../schema/generated/graphql.js';
import possibleTypes from '../../schema/generated/possible-types.js';
import { ServiceProcess } from './service.js';
import { Shopper } from './shopper.js';

let service: ServiceProcess;
beforeAll(async () => {
  service = await ServiceProcess.start();
});
afterAll(() => service.remove());

let warned: jest.SpiedFunction<typeof console.warn>;
let complained: jest.SpiedFunction<typeof console.error>;
beforeEach(() => {
  warned = jest.spyOn(console, 'warn').mockImplementation(() => undefined);
  complained = jest.spyOn(console, 'error').mockImplementation(() => undefined);
});
afterEach(() => {
  jest.restoreAllMocks();
});

const spoken = () =>
  [...warned.mock.calls, ...complained.mock.calls].map((words) => words.join(' '));

interface Caller {
  readonly cartToken?: string;
  readonly authorization?: string;
}

/** With Apollo's defaults in everything but the cache's possibleTypes. */
function apolloClient({ cartToken, authorization }: Caller) {
  const accessReason = authorization === undefined ? undefined : 'ticket 12';
  const headers: Record<string, string> = {
    ...(cartToken !== undefined && { 'x-cart-token': cartToken }),
    ...(authorization !== undefined && { authorization, 'x-access-reason': 'ticket 12' }),
  };
  const socket = createClient({
    url: service.websocketUrl,
    webSocketImpl: WebSocket,
    connectionParams: { cartToken, authorization, accessReason },
  });
  const client = new ApolloClient({
    cache: new InMemoryCache(possibleTypes),
    link: ApolloLink.split(
      ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
      new GraphQLWsLink(socket),
      new HttpLink({ uri: service.graphqlUrl, headers }),
    ),
  });
  return Object.assign(client, {
    end: async () => {
      client.stop();
      await socket.dispose();
    },
  });
}

/** Every live cart that a watching page shows, as its revision. */
function watchCart(client: ApolloClient, cartId: string) {
  const shown: number[] = [];
  const watched = client.watchQuery({ query: documents.CartDocument, variables: { cartId } });
  const subscription = watched.subscribe(({ data, dataState, error }) => {
    expect(error).toBeUndefined();
    if (dataState === 'complete' && data.cart != null) shown.push(data.cart.revision);
  });
  return { shown, stop: () => subscription.unsubscribe() };
}

/** What a subscription beside the watched query writes into the same cache. */
function liveChanges(client: ApolloClient, cartId: string) {
  let seen = -1;
  let wake = () => {};
  const subscription = client
    .subscribe({ query: documents.CartChangedDocument, variables: { cartId } })
    .subscribe(({ data, error }) => {
      expect(error).toBeUndefined();
      seen = data?.cartChanged.revision ?? seen;
      wake();
    });
  return {
    until: async (revision: number) => {
      while (seen < revision) await new Promise<void>((resolve) => (wake = resolve));
    },
    stop: () => subscription.unsubscribe(),
  };
}

const absent = '00000000-0000-4000-8000-000000000000';
const sku = '71053';

test('a watched cart is never overwritten by a past or supposed one', async () => {
  const { cartId, cartToken } = await new Shopper(service).open();
  const client = apolloClient({ cartToken });
  const first = await client.query({ query: documents.CartDocument, variables: { cartId } });
  const beginning = first.data!.cart!.openedAt;
  const watch = watchCart(client, cartId);
  const live = liveChanges(client, cartId);
  await live.until(0);
  for (const quantity of [2, 6]) {
    const input = { cartId, sku, quantity };
    await client.mutate({ mutation: documents.AddItemDocument, variables: { input } });
  }
  const other = { cartId, sku: '85123A' };
  await client.mutate({ mutation: documents.AddItemDocument, variables: { input: other } });
  await live.until(3);

  const then = { cartId, timestamp: beginning };
  const past = await client.query({ query: documents.CartAtDocument, variables: then });
  expect(past.data?.cartAt).toMatchObject({ cartId, asOf: beginning, revision: 0, lines: [] });
  const atRevision = { cartId, revision: 1 };
  await client.query({ query: documents.CartAtRevisionDocument, variables: atRevision });
  const now = new Date().toISOString();
  const span = { cartId, from: beginning, to: now };
  const diff = await client.query({ query: documents.CartDiffDocument, variables: span });
  expect([diff.data?.cartDiff.from?.revision, diff.data?.cartDiff.to?.revision]).toEqual([0, 3]);
  const today = { cartId, timestamp: now };
  await client.query({ query: documents.CartExplainDocument, variables: today });
  const latest = { cartId, last: 2 };
  await client.query({ query: documents.CartTimelineDocument, variables: latest });
  await client.query({ query: documents.CartProblemsDocument, variables: { cartId } });
  expect(watch.shown.at(-1)).toBe(3);

  const change = async (expectedRevision: number | null) => {
    const input = { cartId, sku, quantity: 1, expectedRevision };
    const mutation = documents.ChangeQuantityDocument;
    return (await client.mutate({ mutation, variables: { input } })).data!.changeQuantity;
  };
  expect(await change(0)).toMatchObject({
    cart: { id: cartId, revision: 3 },
    rejection: { __typename: 'RevisionConflict', code: 'CONFLICT', currentRevision: 3 },
  });
  expect((await change(null)).cart?.revision).toBe(4);
  await live.until(4);

  watch.stop();
  live.stop();
  await client.end();
  expect(watch.shown).toEqual([...watch.shown].sort((a, b) => a - b));
  expect(watch.shown.at(-1)).toBe(4);
  expect(spoken()).toEqual([]);
});

test('every refusal of a command is matched as a Rejection, with the cart as it stands', async () => {
  const { cartId, cartToken } = await new Shopper(service).open();
  const client = apolloClient({ cartToken });
  const add = { cartId, sku, quantity: 2 };
  await client.mutate({ mutation: documents.AddItemDocument, variables: { input: add } });
  const standing = { id: cartId, revision: 1, totals: { itemCount: 2 } };
  const checkout = { email: 'a@b.example', paymentToken: 'tok_ok', expectedTotal: 1 };

  const sold = await client.mutate({
    mutation: documents.CheckoutDocument,
    variables: { input: { cartId, ...checkout } },
  });
  expect(sold.data?.checkout).toMatchObject({
    order: null,
    cart: standing,
    rejection: { __typename: 'TotalChanged', code: 'TOTAL_CHANGED' },
  });
  const coupon = await client.mutate({
    mutation: documents.ApplyCouponDocument,
    variables: { input: { cartId, code: 'NOPE' } },
  });
  expect(coupon.data?.applyCoupon).toMatchObject({
    cart: standing,
    rejection: { __typename: 'Refusal', code: 'COUPON_INVALID' },
  });
  const unknown = await client.mutate({
    mutation: documents.AddItemDocument,
    variables: { input: { cartId, sku: 'no such thing' } },
  });
  expect(unknown.data?.addItem).toMatchObject({
    cart: standing,
    rejection: { code: 'NOT_FOUND', message: expect.stringContaining('no such thing') },
  });
  await client.end();
  expect(spoken()).toEqual([]);
});

test("a refusal shows nobody a cart that is absent or somebody else's", async () => {
  const { cartId } = await new Shopper(service).open();
  const client = apolloClient({});
  for (const id of [cartId, absent]) {
    const { data } = await client.mutate({
      mutation: documents.RemoveItemDocument,
      variables: { input: { cartId: id, sku } },
    });
    expect(data?.removeItem).toMatchObject({ cart: null, rejection: { code: 'NOT_FOUND' } });
  }
  await client.end();
  expect(spoken()).toEqual([]);
});

test('pages of products, the read models and a supposed cart stay apart in the cache', async () => {
  const { cartId, shopper } = await new Shopper(service).open();
  await shopper.ask(documents.AddItemDocument, { input: { cartId, sku } });
  const bearer = async (role: string) =>
    `Bearer ${(await service.run('token', '--role', role, '--subject', 'sue')).trim()}`;
  const client = apolloClient({ authorization: await bearer('support') });
  const page = async (after: string | null) =>
    (await client.query({ query: documents.ProductsDocument, variables: { first: 3, after } }))
      .data!.products;
  const first = await page(null);
  const second = await page(first.pageInfo.endCursor);
  expect(new Set([...first.edges, ...second.edges].map(({ node }) => node.id)).size).toBe(6);
  expect((await page(null)).edges).toEqual(first.edges);

  const live = await client.query({ query: documents.CartDocument, variables: { cartId } });
  const supposed = await client.query({
    query: documents.CartWhatIfDocument,
    variables: { cartId, coupons: [], quantities: [{ sku, quantity: 9 }] },
  });
  const after = supposed.data!.cartWhatIf.after.totals.total.minorUnits;
  const cached = client.readQuery({ query: documents.CartDocument, variables: { cartId } });
  expect(cached?.cart).toEqual(live.data?.cart);
  expect(after).toBe(9 * live.data!.cart!.totals.total.minorUnits);
  await client.end();

  const boss = apolloClient({ authorization: await bearer('admin') });
  const [status, again] = await Promise.all([
    boss.query({ query: documents.ProjectionsDocument, fetchPolicy: 'network-only' }),
    boss.query({ query: documents.ProjectionsDocument, fetchPolicy: 'no-cache' }),
  ]);
  const names = status.data!.projections.map(({ name }) => name);
  expect(again.data!.projections.map(({ id }) => id)).toEqual(names);
  expect(Object.keys((boss.cache as InMemoryCache).extract())).toEqual(
    expect.arrayContaining(names.map((name) => `ProjectionStatus:${name}`)),
  );
  await boss.end();
  expect(spoken()).toEqual([]);
});

test('a list that gets shorter is replaced in silence by the documented policy', async () => {
  const { cartId, cartToken } = await new Shopper(service).open();
  const client = apolloClient({ cartToken });
  const replaced = { merge: false };
  (client.cache as InMemoryCache).policies.addTypePolicies({
    Cart: { fields: { lines: replaced, coupons: replaced } },
  });
  const input = { cartId, sku };
  await client.mutate({ mutation: documents.AddItemDocument, variables: { input } });
  const mutation = documents.RemoveItemDocument;
  const removed = await client.mutate({ mutation, variables: { input } });
  expect(removed.data?.removeItem.cart).toMatchObject({ revision: 2, lines: [] });
  await client.end();
  expect(spoken()).toEqual([]);
});

test('a cache that does lose data says so, so that silence above means something', () => {
  const cache = new InMemoryCache(possibleTypes);
  const write = (totals: Record<string, unknown>) => {
    const data = { cart: { __typename: 'Cart', id: absent, totals } };
    const query = gql`{ cart(cartId: "x") { id totals { ${Object.keys(totals).join(' ')} } } }`;
    cache.writeQuery({ query, data });
  };
  write({ __typename: 'CartTotals', itemCount: 1 });
  write({ __typename: 'CartTotals', other: 2 });
  expect(spoken().join()).toContain('Cache data may be lost');
});
