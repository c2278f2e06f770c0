// A property that throws, read by compiled code, is an error of the answer: the request ends, and
// so does nothing else.
import { describe, expect, test } from '@jest/globals';
import { buildSchema, execute, parse, type GraphQLFieldResolver } from 'graphql';
import { CompiledExecution } from '../../src/graphql/compiled-execution.js';

const sdl = `
  type Query { cart: Cart, carts: [Cart!], other: Int }
  type Mutation { change: Payload }
  type Payload { cart: Cart, note: Int }
  type Cart { id: Int!, total: Int!, owner: Owner }
  type Owner { name: String! }
`;

class BrokenCart {
  readonly id = 1;
  readonly owner = Promise.resolve({ name: 'Ada' });
  get total(): number {
    throw new Error('No total today');
  }
}

const sound = { id: 2, total: 5, owner: Promise.resolve({ name: 'Bob' }) };
const later = <Value>(value: Value) => new Promise<Value>((give) => setImmediate(give, value));

type Resolver = GraphQLFieldResolver<unknown, unknown>;

function schemaOf(resolvers: Readonly<Record<string, Resolver>>) {
  const schema = buildSchema(sdl);
  for (const [path, resolve] of Object.entries(resolvers)) {
    const [type = '', name = ''] = path.split('.');
    const field = (schema.getType(type) as ReturnType<typeof schema.getQueryType>)?.getFields()[
      name
    ];
    if (field) field.resolve = resolve;
  }
  return schema;
}

async function answersOf(text: string, resolvers: Readonly<Record<string, Resolver>>) {
  const document = parse(text);
  const operation = { document, operationName: undefined, variables: {}, contextValue: {} };
  const compiled = new CompiledExecution(schemaOf(resolvers));
  expect(compiled.isCompiled(document)).toBe(true);
  const answer = await compiled.execute(operation);
  const reference = await execute({ document, schema: schemaOf(resolvers) });
  return { answer, reference };
}

describe.each<[string, string, Readonly<Record<string, Resolver>>]>([
  [
    'that a promise brought',
    '{ cart { id total } other }',
    { 'Query.cart': () => later(new BrokenCart()), 'Query.other': () => later(3) },
  ],
  [
    'beside a resolver that is late',
    '{ cart { id total owner { name } } other }',
    {
      'Query.cart': () => later(new BrokenCart()),
      'Cart.owner': () => later(later({ name: 'Ada' })),
      'Query.other': () => 3,
    },
  ],
  [
    'below a list',
    '{ carts { id total } other }',
    {
      'Query.carts': () => later([sound, new BrokenCart(), sound]),
      'Query.other': () => later(later(3)),
    },
  ],
  [
    'below the result of a mutation',
    'mutation { change { cart { total } note } }',
    {
      'Mutation.change': () => later({}),
      'Payload.cart': () => later(new BrokenCart()),
      'Payload.note': () => later(4),
    },
  ],
])('a property that throws, of an object %s', (_what, text, resolvers) => {
  test('gives the data of graphql-js and its message', async () => {
    const { answer, reference } = await answersOf(text, resolvers);
    expect(JSON.stringify(answer.data)).toBe(JSON.stringify(reference.data));
    expect(answer.errors?.map(({ message }) => message)).toEqual(['No total today']);
  });
});
