// The schema as a subgraph of Apollo Federation 2: what a router needs of it besides the schema
// itself. Each entity is answered as the query of its name, with the same checks of the caller.
import { buildSubgraphSchema, type GraphQLResolverMap } from '@apollo/subgraph';
import { printSchemaWithDirectives } from '@graphql-tools/utils';
import { type GraphQLFieldResolver, type GraphQLSchema, Kind, parse } from 'graphql';
import { createResolversMap } from 'type-graphql';
import { demand } from './access.js';
import { badInput } from './api-error.js';
import type { RequestContext } from './context.js';
import { uuidOf } from './input-rules.js';
import { namedSku } from './named-sku.js';
import { shownProduct } from './product-view.js';
import { loadProductOnSale } from './products-on-sale.js';
import { cartOf } from './resolvers/cart-queries.js';
import { orderOf } from './resolvers/shop-queries.js';

const link =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@shareable"])';

/** What a router sends of an entity: its `__typename`, and the fields of one of its keys. */
type Representation = Readonly<Record<string, unknown>>;
type EntityReader = (sent: Representation, context: RequestContext) => Promise<object | null>;

const entities: Readonly<Record<string, EntityReader>> = {
  Cart: ({ id }, context) => cartOf(context, uuidOf(textOf(id, 'id'), 'id')),
  Order: ({ id }, context) => orderOf(context, uuidOf(textOf(id, 'id'), 'id')),
  Product: async ({ sku, id }, context) => {
    demand(context, 'products:read');
    const { services } = context;
    const asked = sku === undefined ? textOf(id, 'id') : textOf(sku, 'sku');
    const product = await loadProductOnSale(services, await namedSku(context, asked));
    return product && shownProduct(product, services.time.now());
  },
};

/** The same schema with `_service` and `_entities`, as Apollo's library builds it. */
export function asSubgraph(schema: GraphQLSchema): GraphQLSchema {
  const typeDefs = parse(`${link}\n${printSchemaWithDirectives(schema)}`);
  const references = Object.fromEntries(
    Object.entries(entities).map(([name, read]) => [name, { __resolveReference: read }]),
  ) as GraphQLResolverMap<RequestContext>;
  const subgraph = buildSubgraphSchema([
    { typeDefs, resolvers: createResolversMap(schema) as GraphQLResolverMap<RequestContext> },
    // A module without types: Apollo merges its resolvers into those of the first.
    { typeDefs: { kind: Kind.DOCUMENT, definitions: [] }, resolvers: references },
  ]);
  describe(subgraph);
  const field = subgraph.getQueryType()?.getFields()['_entities'];
  if (field?.resolve === undefined) throw new TypeError('The schema has no entities');
  field.resolve = eachByItself(field.resolve);
  return subgraph;
}

/**
 * Apollo's resolver fails as a whole where one reference is faulty. Here each has its own answer.
 * It is awaited: limit-lists.ts shows long lists in turns, and an error that waits for its turn
 * would be an unhandled rejection.
 */
function eachByItself<Source>(
  resolve: GraphQLFieldResolver<Source, RequestContext>,
): GraphQLFieldResolver<Source, RequestContext> {
  return (source, { representations }, context, info) => {
    const one = async (sent: unknown): Promise<unknown> => {
      const args = { representations: [checked(sent)] };
      const [found] = (await resolve(source, args, context, info)) as unknown[];
      return found;
    };
    return Promise.all(
      (representations as readonly unknown[]).map((sent) => one(sent).catch(asError)),
    );
  };
}

/** An error in a list is that item's own. */
function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error('An entity was not read', { cause: error });
}

/** @throws ApiError BAD_USER_INPUT */
function checked(sent: unknown): Representation {
  if (typeof sent !== 'object' || sent === null || Array.isArray(sent)) {
    throw badInput('A representation must be an object.');
  }
  const representation = sent as Representation;
  const name = representation['__typename'];
  if (typeof name !== 'string' || !Object.hasOwn(entities, name)) {
    const known = Object.keys(entities).join(', ');
    throw badInput(`The __typename of a representation must be one of ${known}.`);
  }
  return representation;
}

/** A representation is a scalar to GraphQL, so nothing else has checked its fields. */
function textOf(value: unknown, name: string): string {
  if (typeof value !== 'string') throw badInput(`${name} must be a string.`);
  return value;
}

const descriptions: Readonly<Record<string, string>> = {
  _Any: 'A representation: the __typename of an entity and the fields of one of its keys',
  _Entity: 'What other subgraphs can refer to',
  _Service: 'This subgraph',
};

/** Apollo's library describes nothing of its own. */
function describe(subgraph: GraphQLSchema): void {
  for (const [name, words] of Object.entries(descriptions)) {
    const type = subgraph.getType(name);
    if (type) type.description = words;
  }
}
