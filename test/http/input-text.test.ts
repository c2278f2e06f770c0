// Text that is no text is refused in every string of every input. The inputs are read from the
// schema, so a new one is tried without anybody thinking of it.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  getNamedType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredArgument,
  isRequiredInputField,
  type GraphQLArgument,
  type GraphQLInputType,
  type GraphQLSchema,
} from 'graphql';
import { createClient } from 'graphql-ws';
import { request } from 'node:http';
import { WebSocket } from 'ws';
import { textFault } from '../../src/domain/text.js';
import { createSchema } from '../../src/graphql/schema.js';
import { cartId, codeOf, post, serve, type Answer, type Served } from './served.js';

const schema: GraphQLSchema = await createSchema();
let served: Served;
beforeAll(async () => {
  served = await serve({ schema });
});
afterAll(() => served.stop());

const noText = {
  'a lone high surrogate': 'a\ud83d',
  'a lone low surrogate': '\ude00a',
  NUL: 'a\u0000b',
  'a newline': 'a\nb',
  'a carriage return': 'a\rb',
  'a tab': 'a\tb',
  'an escape': 'a\u001b[31m',
  DEL: 'a\u007f',
  'a C1 control': 'a\u0085b',
  'a line separator': 'a\u2028b',
  'a paragraph separator': 'a\u2029b',
  'a right-to-left override': 'a\u202eb',
  'an embedding': '\u202aa',
  'an isolate': '\u2067a\u2069',
  'a noncharacter': 'a\ufffe',
};
const texts = [
  'plain',
  'WHITE METAL LANTERN',
  'Größe 3 ½″',
  '雪だるま',
  'سلة',
  '👩‍👩‍👧 and 🧺',
  'a\u200fb',
];

describe('the rule', () => {
  test.each(Object.entries(noText))('refuses %s', (_what, value) => {
    expect(textFault(value)).toEqual(expect.any(String));
  });
  test.each(texts)('takes %s', (value) => {
    expect(textFault(value)).toBeUndefined();
  });
});

type Path = readonly string[];

interface Place {
  readonly operation: 'query' | 'mutation' | 'subscription';
  readonly field: string;
  readonly argument: GraphQLArgument;
  readonly path: Path;
}

/** The paths within a type that end in a String or an ID. */
function textPaths(type: GraphQLInputType): Path[] {
  const named = getNamedType(type);
  if (!isInputObjectType(named)) return ['String', 'ID'].includes(named.name) ? [[]] : [];
  return Object.values(named.getFields()).flatMap((field) =>
    textPaths(field.type).map((path) => [field.name, ...path]),
  );
}

/** By the words of the schema, which clients go by. */
function mayHaveSeveralLines({ argument, path: [name = ''] }: Place): boolean {
  const named = getNamedType(argument.type);
  const field = isInputObjectType(named) ? named.getFields()[name] : undefined;
  return field?.description?.includes('several lines') ?? false;
}

const roots = [
  ['query', schema.getQueryType()],
  ['mutation', schema.getMutationType()],
  ['subscription', schema.getSubscriptionType()],
] as const;

const places: Place[] = roots.flatMap(([operation, type]) =>
  Object.values(type!.getFields()).flatMap(({ name: field, args }) =>
    args.flatMap((argument) =>
      textPaths(argument.type).map((path) => ({ operation, field, argument, path })),
    ),
  ),
);

/** A value of the type with `text` at the end of the path, and what is required beside it. */
function filled(type: GraphQLInputType, path: Path, text: string): unknown {
  if (isNonNullType(type)) return filled(type.ofType, path, text);
  if (isListType(type)) return [filled(type.ofType, path, text)];
  if (!isInputObjectType(type)) return path.length === 0 ? text : plain(type);
  const [next, ...rest] = path;
  const entries = Object.values(type.getFields())
    .filter((field) => field.name === next || isRequiredInputField(field))
    .map((field) => [
      field.name,
      field.name === next ? filled(field.type, rest, text) : plain(field.type),
    ]);
  return Object.fromEntries(entries);
}

function plain(type: GraphQLInputType): unknown {
  if (isNonNullType(type)) return plain(type.ofType);
  if (isListType(type)) return [];
  if (isInputObjectType(type)) return filled(type, [], '');
  if (isEnumType(type)) return type.getValues()[0]?.name;
  const byName: Record<string, unknown> = {
    ID: cartId,
    DateTime: '2026-01-01T00:00:00Z',
    String: 'GBP',
    Boolean: true,
  };
  return byName[type.name] ?? 1;
}

function requestWith({ operation, field, argument, path }: Place, text: string) {
  const type = roots.find(([name]) => name === operation)![1]!;
  const fields = type.getFields();
  const args = fields[field]!.args.filter((each) => each === argument || isRequiredArgument(each));
  const variables = Object.fromEntries(
    args.map((each) => [
      each.name,
      each === argument ? filled(each.type, path, text) : plain(each.type),
    ]),
  );
  const declared = args.map(({ name, type: ofType }) => `$${name}: ${String(ofType)}`).join(', ');
  const passed = args.map(({ name }) => `${name}: $${name}`).join(', ');
  const literals = args.map(({ name }) => `${name}: ${literal(variables[name])}`).join(', ');
  return {
    variables,
    byVariables: `${operation} (${declared}) { ${field}(${passed}) { __typename } }`,
    byLiterals: `${operation} { ${field}(${literals}) { __typename } }`,
  };
}

/** As GraphQL writes it; strings are escaped as in JSON. */
function literal(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const fields = Object.entries(value).map(([name, inner]) => `${name}: ${literal(inner)}`);
    return `{${fields.join(', ')}}`;
  }
  return JSON.stringify(value);
}

const nameOf = ({ operation, field, argument, path }: Place) =>
  `${operation} ${[field, argument.name, ...path].join('.')}`;

test('there are inputs to try', () => {
  expect(places.length).toBeGreaterThan(40);
  expect(places.map(nameOf)).toContain('mutation defineCoupon.input.minimumSpend.currency');
});

describe.each(places.map((place) => [nameOf(place), place] as const))('%s', (_name, place) => {
  const isPush = place.operation === 'subscription';

  test('is refused by HTTP in variables and in literals', async () => {
    for (const [what, text] of Object.entries(noText)) {
      if (what === 'a newline' && mayHaveSeveralLines(place)) continue;
      const { byVariables, byLiterals, variables } = requestWith(place, text);
      const answers = [
        await post(served.graphqlUrl, { query: byVariables, variables }),
        await post(served.graphqlUrl, { query: byLiterals }),
      ];
      const codes = answers.map(codeOf);
      // The language itself knows no half of a pair in a literal.
      const inLiteral = what.includes('surrogate') ? 'GRAPHQL_PARSE_FAILED' : 'BAD_USER_INPUT';
      expect([what, ...codes]).toEqual([what, 'BAD_USER_INPUT', inLiteral]);
    }
  });

  test('is not refused for being text', async () => {
    if (isPush) return;
    const { byVariables, variables } = requestWith(place, 'plain');
    const answered = await post(served.graphqlUrl, { query: byVariables, variables });
    expect(JSON.stringify(answered.body)).not.toContain('must be one line, without');
  });
});

describe.each(places.filter(mayHaveSeveralLines).map((place) => [nameOf(place), place] as const))(
  '%s may have several lines',
  (_name, place) => {
    const refused = /must be one line|Each line of this text/;

    test('in variables, in literals and in blocks', async () => {
      const { byVariables, byLiterals, variables } = requestWith(place, 'Two\nlines');
      const byBlocks = byLiterals.replace('"Two\\nlines"', '"""\nTwo\nlines\n"""');
      expect(byBlocks).not.toBe(byLiterals);
      for (const sent of [
        { query: byVariables, variables },
        { query: byLiterals },
        { query: byBlocks },
      ]) {
        const { body } = await post(served.graphqlUrl, sent);
        expect(JSON.stringify(body)).not.toMatch(refused);
      }
    });

    test('as a variable of its own, and beside texts that have one line', async () => {
      const { byLiterals } = requestWith(place, 'Two\nlines');
      const query = byLiterals
        .replace('mutation {', 'mutation ($text: String) {')
        .replace('"Two\\nlines"', '$text');
      const answered = (text: string, document = query) =>
        post(served.graphqlUrl, { query: document, variables: { text } });
      expect(JSON.stringify((await answered('Two\nlines')).body)).not.toMatch(refused);
      expect(codeOf(await answered('Two\rlines'))).toBe('BAD_USER_INPUT');
      const asSku = query
        .replace(/sku: "[^"]*"/, 'sku: $text')
        .replace(/description: \$text,?/, '');
      expect(asSku).toContain('sku: $text');
      expect(codeOf(await answered('Two\nlines', asSku))).toBe('BAD_USER_INPUT');
    });
  },
);

test('a websocket refuses the same', async () => {
  const client = createClient({ url: served.websocketUrl, webSocketImpl: WebSocket });
  for (const place of places) {
    const { byVariables, variables } = requestWith(place, 'a\u0000');
    const results = client.iterate({ query: byVariables, variables });
    await expect(results.next()).rejects.toMatchObject([
      { extensions: { code: 'BAD_USER_INPUT' } },
    ]);
  }
  await client.dispose();
});

describe('a name that reaches a prototype', () => {
  const query = 'mutation ($input: AddItemInput!) { addItem(input: $input) { cart { id } } }';
  const sent = (input: string) =>
    post(served.graphqlUrl, JSON.stringify({ query }).replace(/}$/, `,"variables":${input}}`));

  test.each(['__proto__', 'constructor', 'prototype'])(
    '%s is no field of an input',
    async (name) => {
      const tries: Answer[] = [
        await sent(`{"input":{"cartId":"${cartId}","sku":"x","${name}":{"quantity":9}}}`),
        await sent(`{"input":{"cartId":"${cartId}","sku":"x"},"${name}":{"prototype":{"a":1}}}`),
        await sent(`{"input":[[{"deep":{"${name}":1}}]]}`),
        await post(served.graphqlUrl, {
          query: `mutation { addItem(input: {cartId: "${cartId}", sku: "x", ${name}: {a: 1}}) { cart { id } } }`,
        }),
      ];
      expect(tries.map(codeOf)).toEqual(tries.map(() => 'BAD_USER_INPUT'));
      expect(({} as Record<string, unknown>)['quantity']).toBeUndefined();
    },
  );

  test('nesting without end does no harm', async () => {
    const deep = `{"input":${'['.repeat(40_000)}${']'.repeat(40_000)}}`;
    expect(codeOf(await sent(deep))).toBe('BAD_USER_INPUT');
  });
});

describe('the reason of support', () => {
  const answered = (reason: string) =>
    new Promise<string>((resolve, reject) => {
      const headers = {
        'content-type': 'application/json',
        authorization: 'Bearer support:sue',
        'x-access-reason': reason,
      };
      const call = request(served.graphqlUrl, { method: 'POST', headers }, (response) => {
        let body = '';
        response.on('data', (chunk) => (body += String(chunk)));
        response.on('end', () => resolve(body));
      });
      call.on('error', reject);
      // As bytes: Node would write the headers as UTF-8 in front of a string.
      call.end(Buffer.from(JSON.stringify({ query: `{ cart(cartId: "${cartId}") { id } }` })));
    });
  const utf8 = (text: string) => Buffer.from(text).toString('latin1');

  test.each([
    ['an override', utf8('ticket \u202e7')],
    ['a C1 control', utf8('ticket \u0085')],
    ['a tab', 'ticket\t7'],
  ])('is one line of text, without %s', async (_what, reason) => {
    expect(await answered(reason)).toContain('"BAD_USER_INPUT"');
  });

  test('may be in any language', async () => {
    expect(await answered(utf8('Größe reklamiert 🧺'))).toContain(cartId);
  });
});
