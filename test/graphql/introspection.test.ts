// The introspection of the schema, as generators of code and clients of other languages read it.
import { describe, expect, test } from '@jest/globals';
import { buildClientSchema, getIntrospectionQuery, graphql, printSchema } from 'graphql';
import { createSchema } from '../../src/graphql/schema.js';

interface Shown {
  readonly __schema: {
    readonly directives: readonly { readonly name: string; readonly locations: string[] }[];
  };
}

/** Of the specification of October 2021. Clients take the name of a place for a value of theirs. */
const PLACES = `
  QUERY MUTATION SUBSCRIPTION FIELD FRAGMENT_DEFINITION FRAGMENT_SPREAD INLINE_FRAGMENT
  VARIABLE_DEFINITION SCHEMA SCALAR OBJECT FIELD_DEFINITION ARGUMENT_DEFINITION INTERFACE UNION
  ENUM ENUM_VALUE INPUT_OBJECT INPUT_FIELD_DEFINITION`
  .trim()
  .split(/\s+/);

const everything = {
  schemaDescription: true,
  specifiedByUrl: true,
  directiveIsRepeatable: true,
  inputValueDeprecation: true,
  oneOf: true,
};

describe.each([{ federation: false }, { federation: true }])('a schema with %j', (options) => {
  test('has directives only where clients of the last years know that they can be', async () => {
    const schema = await createSchema(options);
    const source = '{ __schema { directives { name locations } } }';
    const { data, errors } = await graphql({ schema, source });
    expect(errors).toBeUndefined();
    const { directives } = (data as unknown as Shown).__schema;
    expect(directives.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['include', 'skip', 'deprecated', 'specifiedBy']),
    );
    const places = directives.flatMap(({ locations }) => locations);
    expect(places.filter((place) => !PLACES.includes(place))).toEqual([]);
    expect(directives.filter(({ locations }) => locations.length === 0)).toEqual([]);
  });

  test('can be built again from its introspection', async () => {
    const schema = await createSchema(options);
    const { data } = await graphql({ schema, source: getIntrospectionQuery(everything) });
    const built = buildClientSchema(data as never);
    expect(printSchema(built)).toBe(printSchema(schema));
  });
});
