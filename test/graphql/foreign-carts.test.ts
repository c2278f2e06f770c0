// Somebody else's cart or order against one that is not there: every operation of the schema that
// names one answers alike and does the same reads, with caches cold and warm. The operations are
// taken from the schema, so that a new one is covered when it is added.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  execute,
  getNamedType,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLOutputType,
  type GraphQLSchema,
  isInputObjectType,
  isInterfaceType,
  isLeafType,
  isObjectType,
  isUnionType,
  isRequiredArgument,
  parse,
  subscribe,
  validate,
} from 'graphql';
import { randomUUID } from 'node:crypto';
import { cartAggregate } from '../../src/commands/aggregates.js';
import { tokenHashOf } from '../../src/commands/cart-secrets.js';
import { standardPricing, standardRules } from '../../src/domain/cart/pricing.js';
import { HistoryAllowance } from '../../src/graphql/budget.js';
import { viewCart } from '../../src/domain/cart/view.js';
import type { EventStore } from '../../src/event-store/event-store.js';
import type { Principal } from '../../src/graphql/policy.js';
import { createSchema } from '../../src/graphql/schema.js';
import type { ApiServices } from '../../src/graphql/services.js';
import { createShopCommands } from '../../src/service/shop-commands.js';
import { CartHistory } from '../../src/time-travel/cart-history.js';
import { systemTime } from '../../src/waiting/time.js';
import { unsealedContacts } from '../controls/contacts.js';
import { accepted, by, lantern, monday, Shop } from '../commands/shop.js';
import { Cleanup, connectTestStore, startTestNode } from '../event-store/nodes.js';
import { parts } from '../http/served.js';

const cleanup = new Cleanup();
let schema: GraphQLSchema;
let store: EventStore;
let cartId: string;
let orderId: string;
let owner: Principal;

beforeAll(async () => {
  schema = await createSchema({ federation: true });
  store = connectTestStore(cleanup, (await startTestNode(cleanup)).connectionString);
  const shop = new Shop(store);
  await shop.list();
  const { outcome, cartToken } = await shop.carts.open({ currency: 'GBP', customerId: null }, by());
  cartId = accepted(outcome).state.id!;
  owner = { kind: 'guest', cartTokenHashes: [tokenHashOf(cartToken!)] };
  const add = () =>
    shop.carts.change({ type: 'AddItem', cartId, sku: lantern.sku, quantity: 1 }, by());
  for (let added = 0; added < 30; added += 1) accepted(await add());
  const state = await shop.carts.state(cartId);
  const expectedTotal = viewCart(state, shop.clock.now, standardRules).totals.total;
  const { order } = await shop.carts.checkOut({ cartId, expectedTotal }, by());
  orderId = order!.id!;
});
afterAll(() => cleanup.run());

/** The parts over the test's log, and what was read through them. */
class CountedApi {
  readonly reads: string[] = [];
  events = 0;
  readonly services: ApiServices;

  constructor() {
    const counted = this.countedStore();
    const commands = createShopCommands(
      counted,
      { ...systemTime, now: () => monday },
      standardPricing,
    );
    const noOffers = { offer: () => Promise.resolve(null), coupon: () => Promise.resolve(null) };
    const carts = commands.carts({
      catalogue: noOffers,
      secret: Buffer.from('a secret of the tests'),
      contacts: unsealedContacts,
      rulesInForce: () => standardRules,
    });
    this.services = parts({
      carts,
      orders: commands.orders,
      ownership: commands.ownership({ cart: (id) => this.row('cart', id) }),
      history: new CartHistory(counted, cartAggregate, () => standardRules),
      time: { ...systemTime, now: () => monday + 3_600_000 },
      reads: {
        ...parts().reads,
        cart: (id) => this.row('cart', id),
        cartAndDoubt: async (id) => [await this.row('cart', id), false],
        order: (id) => this.row('order', id),
      },
    });
  }

  /** No row is ever there: to look for one counts. */
  private row(table: string, id: string): Promise<null> {
    this.reads.push(`row of ${table} ${id}`);
    return Promise.resolve(null);
  }

  private countedStore(): EventStore {
    const readStream: EventStore['readStream'] = (stream, options) => {
      this.reads.push(`${stream} ${JSON.stringify(options ?? {})}`);
      return this.countedEvents(stream, options);
    };
    return Object.assign(Object.create(store) as EventStore, { readStream });
  }

  private async *countedEvents(...asked: Parameters<EventStore['readStream']>) {
    for await (const stored of store.readStream(...asked)) {
      this.events += 1;
      yield stored;
    }
  }
}

interface Operation {
  readonly name: string;
  readonly kind: 'query' | 'mutation' | 'subscription';
  readonly field: GraphQLField<unknown, unknown>;
  readonly names: 'cartId' | 'orderId';
  /** The type of entity that `_entities` is asked for. */
  readonly entity?: string;
  /** Of all arguments and fields of inputs. */
  readonly inputs: readonly string[];
}

const named = ['cartId', 'orderId'] as const;
const keyed = [
  { names: 'cartId', entity: 'Cart' },
  { names: 'orderId', entity: 'Order' },
] as const;

function inputFieldsOf(argument: GraphQLArgument): readonly GraphQLInputField[] {
  const type = getNamedType(argument.type);
  return isInputObjectType(type) ? Object.values(type.getFields()) : [];
}

/** Every field of the three root types that names a cart or an order. */
function operations(): Operation[] {
  const roots = [
    ['query', schema.getQueryType()],
    ['mutation', schema.getMutationType()],
    ['subscription', schema.getSubscriptionType()],
  ] as const;
  return roots.flatMap(([kind, root]) =>
    Object.values(root?.getFields() ?? {}).flatMap((field): Operation[] => {
      const inputs = field.args
        .flatMap((argument) => [argument, ...inputFieldsOf(argument)])
        .map((input) => input.name);
      const found = { name: field.name, kind, field, inputs };
      if (field.name === '_entities') return keyed.map((each) => ({ ...found, ...each }));
      const names = named.find((name) => inputs.includes(name));
      return names === undefined ? [] : [{ ...found, names }];
    }),
  );
}

/** A value for what an operation takes besides the id; undefined: it is left out. */
function valueOf(input: GraphQLArgument | GraphQLInputField, id: string, more: object) {
  const { name, type, defaultValue } = input;
  const known: Record<string, unknown> = {
    cartId: id,
    orderId: id,
    sku: lantern.sku,
    quantity: 1,
    lines: [{ sku: lantern.sku, quantity: 1 }],
    atRevision: 0,
    code: 'WELCOME10',
    expectedTotal: 100,
    email: 'a@example.com',
    paymentToken: 'tok_ok',
    country: 'GB',
    place: { country: 'GB' },
    note: 'a note',
    reason: 'a reason',
    timestamp: new Date(monday + 60_000).toISOString(),
    from: new Date(monday).toISOString(),
    to: new Date(monday + 60_000).toISOString(),
    revision: 0,
    toRevision: 0,
    commandId: randomUUID(),
    ...more,
  };
  if (name in known) return known[name];
  if (defaultValue === undefined && String(type).endsWith('!'))
    throw new Error(`Say what ${name} is: ${String(type)}`);
  return undefined;
}

function argumentsOf({ field, entity }: Operation, id: string, more: object) {
  if (entity !== undefined) return { representations: [{ __typename: entity, id }] };
  return Object.fromEntries(
    field.args.map((argument) => {
      const fields = inputFieldsOf(argument).map((each) => [each.name, valueOf(each, id, more)]);
      const isInput = argument.name === 'input';
      return [argument.name, isInput ? Object.fromEntries(fields) : valueOf(argument, id, more)];
    }),
  ) as Record<string, unknown>;
}

function selectionOf(type: GraphQLOutputType, depth: number): string {
  const inner = getNamedType(type);
  if (isLeafType(inner)) return '';
  if (isUnionType(inner)) {
    const each = inner.getTypes().map(({ name }) => `... on ${name} { __typename id }`);
    return `{ ${each.join(' ')} }`;
  }
  if (!isObjectType(inner) && !isInterfaceType(inner)) return '{ __typename }';
  const fields = Object.values(inner.getFields())
    .filter(({ args, type: of }) => !args.some(isRequiredArgument) && shows(of, depth))
    .map((field) => `${field.name} ${selectionOf(field.type, depth - 1)}`);
  return `{ __typename ${fields.join(' ')} }`;
}

const shows = (type: GraphQLOutputType, depth: number) =>
  depth > 0 || isLeafType(getNamedType(type));

async function ask(
  api: CountedApi,
  operation: Operation,
  principal: Principal,
  id: string,
  more: object,
): Promise<unknown> {
  const { name, kind, field } = operation;
  const given = field.args.map((argument) => `$${argument.name}: ${String(argument.type)}`);
  const passed = field.args.map((argument) => `${argument.name}: $${argument.name}`);
  const document = parse(
    `${kind} It(${given.join(', ')}) { it: ${name}(${passed.join(', ')}) ${selectionOf(field.type, 2)} }`,
  );
  expect(validate(schema, document)).toEqual([]);
  const asked = {
    schema,
    document,
    variableValues: argumentsOf(operation, id, more),
    contextValue: {
      principal,
      services: api.services,
      address: 'a',
      budget: new HistoryAllowance().budgetOf('a'),
    },
  };
  const answer = kind === 'subscription' ? await subscribe(asked) : await execute(asked);
  if (Symbol.asyncIterator in answer) {
    await answer.return(undefined);
    return 'subscribed';
  }
  return JSON.parse(JSON.stringify(answer).replaceAll(id, 'ID')) as unknown;
}

/** What the owner does, so that everything about the cart is remembered. */
async function warm({ services }: CountedApi): Promise<void> {
  const isOwner = () => true;
  await services.carts.state(cartId);
  await services.orders.state(orderId);
  await services.ownership.ofCart(cartId, isOwner);
  await services.ownership.ofOrder(orderId, isOwner);
}

const strangers: Readonly<Record<string, Principal>> = {
  'a guest': { kind: 'guest', cartTokenHashes: [] },
  'a guest with another cart': { kind: 'guest', cartTokenHashes: [tokenHashOf('another')] },
  'another customer': { kind: 'customer', subject: 'ben', cartTokenHashes: [] },
};
const admin: Principal = { kind: 'admin', subject: 'boss', cartTokenHashes: [] };

const variants: readonly object[] = [
  {},
  { expectedRevision: 0 },
  { expectedRevision: 31 },
  { expectedRevision: 99 },
  { minRevision: 3, timeoutMs: 1 },
  { afterRevision: 2 },
];

const variantsOf = ({ inputs }: Operation) =>
  variants.filter((more) => Object.keys(more).every((name) => inputs.includes(name)));

describe("somebody else's cart or order answers as an absent one, and is read as little", () => {
  test.each(['cold', 'warm'])(
    'in every operation, with caches %s',
    async (caches) => {
      const all = operations();
      expect(all.map(({ name }) => name)).toEqual(
        expect.arrayContaining([
          'cart',
          'cartAt',
          'order',
          'addItem',
          'checkout',
          'cartChanged',
          '_entities',
        ]),
      );
      for (const operation of all) {
        for (const [who, stranger] of Object.entries({ ...strangers, admin })) {
          // An admin may read any order.
          if (stranger === admin && operation.names === 'orderId') continue;
          for (const more of who === 'a guest' ? variantsOf(operation) : [{}]) {
            const results = [];
            const foreign = operation.names === 'cartId' ? cartId : orderId;
            for (const id of [foreign, randomUUID()]) {
              const api = new CountedApi();
              if (caches === 'warm') await warm(api);
              api.reads.length = 0;
              api.events = 0;
              const answer = await ask(api, operation, stranger, id, more);
              expect(api.events).toBeLessThanOrEqual(2);
              const reads = api.reads.map((read) =>
                read.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'ID'),
              );
              results.push({ operation: operation.name, who, more, answer, reads });
            }
            expect(results[0]).toEqual(results[1]);
            expect(JSON.stringify(results[0])).not.toContain('subscribed');
          }
        }
      }
    },
    120_000,
  );

  test('in every operation, while its owner is answered', async () => {
    for (const operation of operations()) {
      // These are for support, and the cart of the test is checked out.
      if (['cartWhatIf'].includes(operation.name)) continue;
      const id = operation.names === 'cartId' ? cartId : orderId;
      const answer = await ask(new CountedApi(), operation, owner, id, {});
      expect(JSON.stringify(answer)).not.toContain('NOT_FOUND');
      expect(JSON.stringify(answer)).not.toMatch(/"it":\[?null/);
    }
  });
});

test('an owner who was seen before costs no read of the log', async () => {
  const api = new CountedApi();
  const { ownership } = api.services;
  const isOwner = ({ tokenHash }: { tokenHash: string | null }) =>
    tokenHash !== null && owner.cartTokenHashes.includes(tokenHash);
  expect(await ownership.ofCart(cartId, isOwner)).toBe(true);
  const before = api.reads.length;
  expect(await ownership.ofCart(cartId, isOwner)).toBe(true);
  expect(api.reads).toHaveLength(before);
});
