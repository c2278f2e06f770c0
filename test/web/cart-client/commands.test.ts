// What a shopper does through the cart client: each intent once, in the order of the clicks, and
// what was shown too early is taken back.
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import {
  CartDocument,
  CartFieldsFragmentDoc,
  type CartFieldsFragment,
} from '../../../schema/generated/graphql.ts';
import { CartShelf, forgetfulStorage } from '../../../web/cart-client/cart-shelf.ts';
import { newCommandId } from '../../../web/cart-client/command-id.ts';
import { ServiceProcess } from '../../flow/service.js';
import { testedClient, type TestedClientOptions } from './client.js';

let service: ServiceProcess;
beforeAll(async () => {
  service = await ServiceProcess.start();
});
afterAll(() => service.remove());

type Client = ReturnType<typeof testedClient>;
const clients: Client[] = [];
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.dispose()));
});

function started(options: TestedClientOptions = {}): Client {
  const client = testedClient(service, options);
  clients.push(client);
  return client;
}

/** What the page shows: what is supposed included. */
const shown = ({ apollo, shelf }: Client): CartFieldsFragment | null =>
  apollo.cache.readFragment({
    id: `Cart:${shelf.current.get()!.id}`,
    fragment: CartFieldsFragmentDoc,
    fragmentName: 'CartFields',
    optimistic: true,
  });

async function stored({ apollo, shelf }: Client): Promise<CartFieldsFragment> {
  const variables = { cartId: shelf.current.get()!.id };
  const { data } = await apollo.query({
    query: CartDocument,
    variables,
    fetchPolicy: 'network-only',
  });
  return data!.cart!;
}

interface Sent {
  readonly operationName: string;
  readonly variables: { readonly input?: { commandId: string; quantity?: number } };
}

/** A fetch that a test can look into and hold up. */
function watchedFetch(act: (sent: Sent, go: () => Promise<Response>) => Promise<Response>) {
  const sent: Sent[] = [];
  const watched: typeof fetch = (input, init) => {
    const operation = JSON.parse(init?.body as string) as Sent;
    sent.push(operation);
    return act(operation, () => fetch(input, init));
  };
  return { fetch: watched, sent };
}

function gate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}

test('the first item opens a cart, and the cart is held with its secret', async () => {
  const client = started();
  expect(await client.commands.add(await client.product('71053'), 2)).toBeNull();
  expect(shown(client)).toMatchObject({ revision: 1, lines: [{ sku: '71053', quantity: 2 }] });
  expect(client.shelf.tokens()).toHaveLength(1);
  expect(client.commands.pending.get()).toBe(0);
});

test('an answer that is lost is asked for again with the same command id, and counts once', async () => {
  const lost = new Set<string>();
  const { fetch, sent } = watchedFetch(async ({ variables }, go) => {
    const answer = await go();
    const commandId = variables.input?.commandId;
    if (commandId === undefined || lost.has(commandId)) return answer;
    lost.add(commandId);
    throw new TypeError('Failed to fetch');
  });
  const client = started({ fetch });
  const product = await client.product('71053');
  await client.commands.add(product, 2);
  await client.commands.add(product, 3);
  expect((await stored(client)).lines).toMatchObject([{ quantity: 5 }]);
  const adds = sent.filter(({ operationName }) => operationName === 'AddItem');
  expect(adds).toHaveLength(4);
  expect(new Set(adds.map(({ variables }) => variables.input?.commandId)).size).toBe(2);
});

test('two tabs that open a cart at the same time hold the same one', async () => {
  const storage = forgetfulStorage();
  const [one, other] = [started({ storage }), started({ storage })];
  const product = await one.product('71053');
  await Promise.all([one.commands.add(product, 1), other.commands.add(product, 1)]);
  expect(one.shelf.current.get()).toEqual(other.shelf.current.get());
  expect((await stored(one)).lines).toMatchObject([{ quantity: 2 }]);
});

test('quick clicks are carried out in their order, and shown at once', async () => {
  const first = gate();
  const { fetch, sent } = watchedFetch(async ({ operationName, variables }, go) => {
    if (operationName === 'ChangeQuantity' && variables.input?.quantity === 2) await first.opened;
    return go();
  });
  const client = started({ fetch });
  await client.commands.add(await client.product('71053'), 1);
  const { id } = client.shelf.current.get()!;
  const clicks = [2, 3, 4].map((quantity) => client.commands.changeQuantity(id, '71053', quantity));
  expect(shown(client)).toMatchObject({
    lines: [{ quantity: 4 }],
    totals: {
      itemCount: 4,
      total: { minorUnits: 4 * shown(client)!.lines[0]!.unitPrice.minorUnits },
    },
  });
  expect(client.commands.pending.get()).toBe(3);
  first.open();
  expect(await Promise.all(clicks)).toEqual([null, null, null]);
  expect(
    sent
      .filter(({ operationName }) => operationName === 'ChangeQuantity')
      .map(({ variables }) => variables.input?.quantity),
  ).toEqual([2, 3, 4]);
  expect((await stored(client)).lines).toMatchObject([{ quantity: 4 }]);
  expect(client.commands.pending.get()).toBe(0);
});

test('what is refused is taken back to what the service says', async () => {
  const held = gate();
  const { fetch } = watchedFetch(async ({ operationName }, go) => {
    if (operationName === 'ChangeQuantity') await held.opened;
    return go();
  });
  const client = started({ fetch });
  await client.commands.add(await client.product('71053'), 1);
  const { id } = client.shelf.current.get()!;
  const before = shown(client);
  const refused = client.commands.changeQuantity(id, '71053', 1_000_000);
  expect(shown(client)).toMatchObject({ lines: [{ quantity: 1_000_000 }] });
  held.open();
  expect(await refused).toMatchObject({ code: 'QUANTITY_LIMIT' });
  expect(shown(client)).toEqual(before);
});

test('what cannot be answered is taken back, and told', async () => {
  const { fetch } = watchedFetch(async ({ operationName }, go) => {
    if (operationName !== 'RemoveItem') return go();
    return Response.json({ errors: [{ message: 'A fault', extensions: {} }] }, { status: 500 });
  });
  const client = started({ fetch });
  await client.commands.add(await client.product('71053'), 1);
  const { id } = client.shelf.current.get()!;
  const before = shown(client);
  await expect(client.commands.removeItem(id, '71053')).rejects.toThrow();
  expect(shown(client)).toEqual(before);
});

test.each([429, 502, 503])('status %d is waited out', async (status) => {
  let refusals = 3;
  const { fetch } = watchedFetch((_sent, go) => {
    refusals -= 1;
    return refusals < 0 ? go() : Promise.resolve(Response.json({ errors: [] }, { status }));
  });
  expect(await started({ fetch }).product('71053')).toMatchObject({ sku: '71053' });
});

test('an older answer never takes the place of a newer cart', async () => {
  const slow = gate();
  const { fetch } = watchedFetch(async ({ operationName }, go) => {
    const answer = await go();
    if (operationName === 'Cart') await slow.opened;
    return answer;
  });
  const client = started({ fetch });
  const product = await client.product('71053');
  await client.commands.add(product, 1);
  const old = stored(client);
  await client.commands.add(product, 1);
  slow.open();
  expect((await old).revision).toBe(2);
  expect(shown(client)).toMatchObject({ revision: 2, lines: [{ quantity: 2 }] });
});

test('a checkout that is sent twice places one order', async () => {
  const client = started();
  await client.commands.add(await client.product('71053'), 1);
  const { id, totals } = shown(client)!;
  const details = {
    email: 'ada@example.com',
    paymentToken: 'tok_ok',
    expectedTotal: totals.total.minorUnits,
    commandId: newCommandId(),
  };
  const [one, other] = [
    await client.commands.checkOut(id, details),
    await client.commands.checkOut(id, details),
  ];
  expect(one.order?.id).toBe(other.order?.id);
  expect(client.commands.isClosedHere(id)).toBe(true);
  // What comes next goes into a new cart.
  await client.commands.add(await client.product('71053'), 1);
  expect(client.shelf.current.get()!.id).not.toBe(id);
});

test('a checkout at another total is refused, and the cart stays', async () => {
  const client = started();
  await client.commands.add(await client.product('71053'), 1);
  const { id } = shown(client)!;
  const { order, rejection } = await client.commands.checkOut(id, {
    email: 'ada@example.com',
    paymentToken: 'tok_ok',
    expectedTotal: 1,
    commandId: newCommandId(),
  });
  expect(order).toBeNull();
  expect(rejection).toMatchObject({ __typename: 'TotalChanged', code: 'TOTAL_CHANGED' });
  expect(client.commands.isClosedHere(id)).toBe(false);
  expect(shown(client)?.status).toBe('OPEN');
});

describe('a customer who signs in', () => {
  /** Signs in as somebody new, or as `subject`. */
  async function customer(subject: string = randomUUID()) {
    const asked = ['token', '--role', 'customer', '--subject', subject];
    const jwt = (await service.run(...asked)).trim();
    let isSignedIn = false;
    const client = started({ token: () => (isSignedIn ? jwt : undefined) });
    const signIn = () => {
      isSignedIn = true;
      return client.commands.comeIn();
    };
    return { client, signIn, subject };
  }

  test('keeps the cart that the guest had, and its secret opens nothing', async () => {
    const { client, signIn, subject } = await customer();
    await client.commands.add(await client.product('71053'), 2);
    const { id } = client.shelf.current.get()!;
    expect(await signIn()).toMatchObject({ lines: [{ sku: '71053', quantity: 2, refusal: null }] });
    expect(client.shelf.current.get()).toEqual({ id, token: null });
    expect(await stored(client)).toMatchObject({ customerId: subject, status: 'OPEN' });
    expect(client.commands.isClosedHere(id)).toBe(true);
    expect(await client.commands.comeIn()).toBeNull();
  });

  test('has one cart afterwards, with what both carts had', async () => {
    const before = await customer();
    await before.signIn();
    await before.client.commands.add(await before.client.product('85123A'), 1);
    const held = before.client.shelf.current.get()!;
    const { client, signIn } = await customer(before.subject);
    await client.commands.add(await client.product('71053'), 2);
    await signIn();
    expect(client.shelf.current.get()).toEqual(held);
    expect((await stored(client)).lines.map(({ sku, quantity }) => [sku, quantity])).toEqual([
      ['85123A', 1],
      ['71053', 2],
    ]);
  });

  test('finds the cart of an earlier visit, and none at the first', async () => {
    const before = await customer();
    expect(await before.signIn()).toBeNull();
    expect(before.client.shelf.current.get()).toBeNull();
    await before.client.commands.add(await before.client.product('85123A'), 1);
    const { client, signIn } = await customer(before.subject);
    expect(await signIn()).toBeNull();
    expect(client.shelf.current.get()).toEqual(before.client.shelf.current.get());
  });

  test("cannot take another customer's cart along, and loses nothing by it", async () => {
    const owner = await customer();
    await owner.client.commands.add(await owner.client.product('71053'), 2);
    const guests = owner.client.shelf.current.get()!;
    await owner.signIn();
    const { client, signIn } = await customer();
    client.shelf.hold(guests);
    expect(await signIn()).toBeNull();
    expect(await stored(owner.client)).toMatchObject({ status: 'OPEN', lines: [{ quantity: 2 }] });
  });

  test("another tab's guest gives up the cart that is not a guest's any more", async () => {
    const storage = forgetfulStorage();
    const { client } = await customer();
    const [tab, other] = [new CartShelf(storage, forgetfulStorage()), new CartShelf(storage)];
    await client.commands.add(await client.product('71053'), 2);
    tab.hold(client.shelf.current.get()!);
    other.readAgain();
    expect(other.current.get()).toEqual(client.shelf.current.get());
    tab.hold({ id: client.shelf.current.get()!.id, token: null });
    other.readAgain();
    expect(other.current.get()).toBeNull();
    tab.readAgain();
    expect(tab.current.get()).toEqual({ id: client.shelf.current.get()!.id, token: null });
    tab.letGo(tab.current.get()!.id);
    expect(tab.current.get()).toBeNull();
  });
});

test.each(['not JSON', '{}', '[1]', 'null', '{"id":7,"token":"x"}'])(
  'a shelf with %s on it is empty',
  (text) => {
    const storage = forgetfulStorage();
    storage.setItem('cartograph:cart', text);
    storage.setItem('cartograph:carts', text);
    const shelf = new CartShelf(storage);
    expect(shelf.current.get()).toBeNull();
    expect(shelf.tokens()).toEqual([]);
  },
);

test('a shelf keeps the secrets of the newest carts', () => {
  const shelf = new CartShelf(forgetfulStorage());
  for (let cart = 0; cart < 30; cart += 1) shelf.hold({ id: `c${cart}`, token: `t${cart}` });
  shelf.letGo('c29');
  expect(shelf.current.get()).toBeNull();
  expect(shelf.tokens()).toHaveLength(20);
  expect(shelf.tokens()[0]).toBe('t29');
});

test('a command id is a random UUID', () => {
  const ids = Array.from({ length: 200 }, newCommandId);
  const version4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
  for (const id of ids) expect(id).toMatch(version4);
  expect(new Set(ids).size).toBe(ids.length);
});
