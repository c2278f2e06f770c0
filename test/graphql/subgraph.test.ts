// The subgraph as a router's composition sees it: its schema is the published one with keys, and
// it composes alone and with a subgraph of another team.
import { beforeAll, describe, expect, test } from '@jest/globals';
import { composeServices } from '@apollo/composition';
import {
  buildSchema,
  execute,
  findBreakingChanges,
  type GraphQLSchema,
  isObjectType,
  isUnionType,
  parse,
} from 'graphql';
import { HistoryAllowance } from '../../src/graphql/budget.js';
import { createSchema } from '../../src/graphql/schema.js';
import { read } from './schema-files.js';

let subgraph: GraphQLSchema;
let sdl: string;
beforeAll(async () => {
  subgraph = await createSchema({ federation: true });
  const answer = await execute({
    schema: subgraph,
    document: parse('{ _service { sdl } }'),
    contextValue: { budget: new HistoryAllowance().budgetOf('a router') },
  });
  sdl = (answer.data as { _service: { sdl: string } })._service.sdl;
});

const reviews = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@shareable"])
  type Query { latestReviews: [Review!]! }
  type Review { id: ID! stars: Int! }
  type Product @key(fields: "sku") { sku: ID! reviews: [Review!]! }
  type Cart @key(fields: "id") { id: ID! points: Int! }
  type Order @key(fields: "id") { id: ID! fee: Money }
  type Money @shareable { minorUnits: SafeInt! currency: String! decimal: String! }
  scalar SafeInt
`;

const composed = (...services: [name: string, sdl: string][]) =>
  composeServices(
    services.map(([name, text]) => ({ name, url: `http://${name}/`, typeDefs: parse(text) })),
  );

describe('the schema that a router is shown', () => {
  test('is the published one, and what federation adds', () => {
    const published = buildSchema(read('schema.graphql'));
    const shown = buildSchema(sdl);
    expect(findBreakingChanges(published, shown)).toEqual([]);
    const added = findBreakingChanges(shown, published).map(({ description }) => description);
    const isOfFederation = /_entities|_service|_Any|_Entity|_Service|federation__|link/;
    const others = added.filter((words) => !isOfFederation.test(words));
    expect(others).toEqual(['key was removed.', 'shareable was removed.']);
  });

  test('has Federation 2, and the keys of its entities', () => {
    expect(sdl).toMatch(/@link\(url: "https:\/\/specs\.apollo\.dev\/federation\/v2\.\d+"/);
    const types = [...sdl.matchAll(/^type (\w+)[^{]*@key\(fields: "(\w+)"\)/gm)];
    expect(types.map(([line]) => line.replace(/ implements \w+/, ''))).toEqual([
      'type Product @key(fields: "id") @key(fields: "sku")',
      'type Cart @key(fields: "id")',
      'type Order @key(fields: "id")',
    ]);
    const entity = subgraph.getType('_Entity');
    expect(isUnionType(entity) && String(entity.getTypes())).toBe('Cart,Order,Product');
  });

  test('describes what federation adds', () => {
    const added = ['_Any', '_Entity', '_Service'].map((name) => subgraph.getType(name));
    expect(added.filter((type) => !type?.description)).toEqual([]);
  });
});

describe('composition', () => {
  test('takes it alone', () => {
    const { errors, supergraphSdl } = composed(['cartograph', sdl]);
    expect(errors).toBeUndefined();
    expect(supergraphSdl).toContain('CARTOGRAPH');
  });

  test('lets another team add fields to its entities', () => {
    const { errors, hints, schema } = composed(['cartograph', sdl], ['reviews', reviews]);
    expect(errors).toBeUndefined();
    expect(hints?.filter(({ message }) => message.includes('Money'))).toEqual([]);
    const api = schema!.toGraphQLJSSchema();
    const fieldsOf = (name: string) => {
      const type = api.getType(name);
      return isObjectType(type) ? Object.keys(type.getFields()) : [];
    };
    expect(fieldsOf('Product')).toEqual(expect.arrayContaining(['name', 'price', 'reviews']));
    expect(fieldsOf('Cart')).toEqual(expect.arrayContaining(['totals', 'points']));
    expect(fieldsOf('Order')).toEqual(expect.arrayContaining(['total', 'fee']));
  });

  test.each([
    [
      'another team takes over a field',
      'type Cart @key(fields: "id") { id: ID! currency: String! }',
    ],
    ['a shared type differs', 'type Money @shareable { minorUnits: Int! currency: String! }'],
    ['a key is not there', 'type Cart @key(fields: "number") { number: ID! points: Int! }'],
  ])('fails where %s', (_what, types) => {
    const [head = ''] = reviews.split('type Query');
    const other = `${head} type Query { a: Cart b: Money } ${types}`
      .replace('a: Cart', types.includes('type Cart') ? 'a: Cart' : 'a: Int')
      .replace('b: Money', types.includes('type Money') ? 'b: Money' : 'b: Int');
    expect(composed(['cartograph', sdl], ['other', other]).errors?.length).toBeGreaterThan(0);
  });
});
