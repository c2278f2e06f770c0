// Answers of one cart that overtake each other and select different fields: no field is shown at an
// older revision than it was seen at, and no revision stands for older fields.
import {
  ApolloClient,
  ApolloLink,
  gql,
  InMemoryCache,
  Observable,
  type TypedDocumentNode,
} from '@apollo/client';
import { afterEach, expect, test } from '@jest/globals';
import { createCartCache } from '../../../web/cart-client/cart-cache.ts';
import { NewestCartLink } from '../../../web/cart-client/newest-cart-link.ts';

type Fields = Readonly<Record<string, unknown>>;
type CartQuery = TypedDocumentNode<{ readonly cart: Fields }>;

const WHOLE: CartQuery = gql`
  query Whole {
    cart(cartId: "c") {
      id
      revision
      currency
      lines {
        sku
        quantity
      }
    }
  }
`;
const LINES: CartQuery = gql`
  query Lines {
    cart(cartId: "c") {
      id
      revision
      lines {
        sku
      }
    }
  }
`;
const CURRENCY = gql`
  mutation Currency {
    change {
      cart {
        id
        revision
        currency
      }
    }
  }
`;

const cartAt = (revision: number, fields: Fields) => ({
  __typename: 'Cart',
  id: 'c',
  revision,
  ...fields,
});
const lines = (quantity: number) => [{ __typename: 'CartLine', sku: 'A', quantity }];
const whole = (revision: number) =>
  cartAt(revision, { currency: `at ${revision}`, lines: lines(revision) });

let client: ApolloClient;
afterEach(() => client.stop());

/** A client whose service gives these answers, in this order. */
function answering(cache: InMemoryCache, ...answers: readonly Fields[]): ApolloClient {
  const left = [...answers];
  const service = new ApolloLink(
    () =>
      new Observable((observer) => {
        const data = left.shift();
        if (data === undefined) throw new Error('The service was asked once more than expected');
        observer.next({ data });
        observer.complete();
      }),
  );
  client = new ApolloClient({ cache, link: ApolloLink.from([new NewestCartLink(), service]) });
  return client;
}

const changed = (revision: number) => ({
  change: { __typename: 'CartPayload', cart: cartAt(revision, { currency: `at ${revision}` }) },
});

const asked = async (query = WHOLE, fetchPolicy: 'cache-first' | 'network-only' = 'cache-first') =>
  (await client.query({ query, fetchPolicy })).data?.cart;

test.each([
  ["Apollo's own cache", () => new InMemoryCache()],
  ['our cache', createCartCache],
])(
  'with %s, a newer answer with fewer fields leaves no older field beside it',
  async (_, cache) => {
    answering(cache(), { cart: whole(1) }, changed(3), { cart: whole(3) });
    await asked();
    await client.mutate({ mutation: CURRENCY });
    expect(await asked()).toMatchObject(whole(3));
  },
);

test('an older answer gets no lines that are older than its own', async () => {
  answering(createCartCache(), { cart: whole(1) }, changed(3), { cart: whole(2) });
  await asked();
  await client.mutate({ mutation: CURRENCY });
  const shown = cartAt(2, { currency: 'at 3', lines: lines(2) });
  expect(await asked(WHOLE, 'network-only')).toEqual(shown);
});

test('an older answer is whole when the newer one asked for less of the lines', async () => {
  const skus = { cart: cartAt(2, { lines: [{ __typename: 'CartLine', sku: 'A' }] }) };
  answering(createCartCache(), skus, { cart: whole(1) });
  await asked(LINES);
  expect(await asked(WHOLE, 'network-only')).toEqual(whole(1));
});

test('an older answer shows what a newer one said of the same fields', async () => {
  answering(createCartCache(), { cart: whole(2) }, { cart: whole(1) });
  await asked();
  expect(await asked(WHOLE, 'network-only')).toEqual(whole(2));
});

test('answers of one revision leave the fields of each other', async () => {
  answering(createCartCache(), { cart: whole(2) }, changed(2));
  await asked();
  await client.mutate({ mutation: CURRENCY });
  expect(await asked()).toEqual(whole(2));
});
