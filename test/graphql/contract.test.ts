// The schema has all of the published contract, and the committed schema is the one that the code
// emits.
import { describe, expect, test } from '@jest/globals';
import {
  buildASTSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isSpecifiedScalarType,
  parse,
  type GraphQLNamedType,
  type GraphQLSchema,
} from 'graphql';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { printed } from '../../src/graphql/print-schema.js';
import { createSchema } from '../../src/graphql/schema.js';

const fileAt = (path: string) =>
  readFileSync(fileURLToPath(new URL(path, import.meta.url)), 'utf8');

/** Every member of the API in words, such as `Cart.lines: [CartLine!]!`. */
function membersOf(schema: GraphQLSchema): Set<string> {
  const types = Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith('__'));
  return new Set(types.flatMap(membersOfType));
}

function membersOfType(type: GraphQLNamedType): string[] {
  if (isEnumType(type)) return type.getValues().map(({ name }) => `${type.name}.${name}`);
  if (isInputObjectType(type)) {
    return Object.values(type.getFields()).map(
      (field) =>
        `${type.name}.${field.name}: ${String(field.type)} = ${String(field.defaultValue)}`,
    );
  }
  if (!isObjectType(type) && !isInterfaceType(type)) return [`scalar ${type.name}`];
  return [
    ...type.getInterfaces().map(({ name }) => `${type.name} implements ${name}`),
    ...Object.values(type.getFields()).flatMap((field) => [
      `${type.name}.${field.name}: ${String(field.type)}`,
      ...field.args.map(
        (argument) =>
          `${type.name}.${field.name}(${argument.name}): ${String(argument.type)} = ${String(argument.defaultValue)}`,
      ),
    ]),
  ];
}

/** The members of the API that a reader of the schema is told nothing about. */
function undescribedIn(schema: GraphQLSchema): string[] {
  const members = Object.values(schema.getTypeMap())
    .filter((type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type))
    .flatMap(described);
  return members.filter(({ description }) => !description?.trim()).map(({ path }) => path);
}

interface Described {
  readonly path: string;
  readonly description?: string | null | undefined;
}

function described(type: GraphQLNamedType): Described[] {
  const { name, description } = type;
  const itself = { path: name, description };
  const within = (path: string, { description: words }: Omit<Described, 'path'>) => ({
    path: `${name}.${path}`,
    description: words,
  });
  if (isEnumType(type)) return [itself, ...type.getValues().map((one) => within(one.name, one))];
  if (isInputObjectType(type)) {
    return [itself, ...Object.values(type.getFields()).map((field) => within(field.name, field))];
  }
  if (!isObjectType(type) && !isInterfaceType(type)) return [itself];
  return [
    itself,
    ...Object.values(type.getFields()).flatMap((field) => [
      within(field.name, field),
      ...field.args.map((argument) => within(`${field.name}(${argument.name})`, argument)),
    ]),
  ];
}

describe('the schema', () => {
  test('has every type, field, argument and enum value of the contract', async () => {
    const emitted = membersOf(await createSchema());
    const contract = membersOf(buildASTSchema(parse(fileAt('contract.graphql'))));
    expect(contract.size).toBeGreaterThan(150);
    expect([...contract].filter((member) => !emitted.has(member))).toEqual([]);
  });

  test('describes every type, field, argument and enum value', async () => {
    expect(undescribedIn(await createSchema())).toEqual([]);
    const bare = buildASTSchema(parse('type Query { a(b: E): Int } enum E { F }'));
    expect(undescribedIn(bare)).toEqual(['Query', 'Query.a', 'Query.a(b)', 'E', 'E.F']);
  });

  test('is the committed one', async () => {
    expect(fileAt('../../schema/schema.graphql')).toBe(printed(await createSchema()));
  });
});
