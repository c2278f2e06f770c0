// Compiled operations answer as graphql-js does, byte for byte: thousands of generated operations
// over the whole schema, with data that hold every kind of fault.
import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  execute,
  parse,
  validate,
  type ExecutionResult,
  type GraphQLError,
  type GraphQLSchema,
} from 'graphql';
import { CompiledExecution } from '../../src/graphql/compiled-execution.js';
import { createSchema } from '../../src/graphql/schema.js';
import { SeededRandomness } from '../simulator/randomness.js';
import { fillWithData, OperationGenerator } from './generated-operations.js';

const OPERATIONS = 1_000;

describe.each([0, 0.02, 0.2])('where %d of the values are faults', (faults) => {
  let schema: GraphQLSchema;
  beforeAll(async () => {
    schema = await createSchema();
    fillWithData(schema, { faults });
  });

  test('every generated operation gets the answer of graphql-js', async () => {
    const compiled = new CompiledExecution(schema);
    const counts = { compiled: 0, withErrors: 0, withData: 0 };
    for (let seed = 0; seed < OPERATIONS; seed += 1) {
      const { text, variables } = new OperationGenerator(
        schema,
        SeededRandomness.of(seed),
      ).operation();
      const document = parse(text);
      if (validate(schema, document).length > 0) continue;
      const operation = { document, operationName: undefined, variables, contextValue: { seed } };
      const answer = await compiled.execute(operation);
      const reference = await execute({ ...operation, schema, variableValues: variables });
      if (compiled.isCompiled(document)) counts.compiled += 1;
      if (reference.errors !== undefined) counts.withErrors += 1;
      if (reference.data != null) counts.withData += 1;
      if (!areEqual(answer, reference)) {
        expect({ seed, text, variables, ...answer }).toEqual({
          seed,
          text,
          variables,
          ...reference,
        });
      }
    }
    expect(counts.compiled).toBeGreaterThan(OPERATIONS / 4);
    expect(counts.withData).toBeGreaterThan(OPERATIONS / 10);
    if (faults > 0) expect(counts.withErrors).toBeGreaterThan(OPERATIONS / 10);
  });
});

type Path = readonly (string | number)[];

/**
 * The data are the same, and the same values are null for errors. Where several fields below one
 * value fail, graphql-js tells some of those that it met before it gave the value up, and compiled
 * code the first that it met. Of one field both tell the same.
 */
function areEqual(answer: ExecutionResult, reference: ExecutionResult): boolean {
  if (JSON.stringify(answer.data) !== JSON.stringify(reference.data)) return false;
  const [told, expected] = [byNull(answer), byNull(reference)];
  if (told.size !== expected.size) return false;
  return [...told].every(([place, errors]) => {
    const theirs = expected.get(place) ?? [];
    const [one] = errors;
    if (one === undefined || errors.length > 1 || theirs.length === 0) return false;
    const same = theirs.find(({ path }) => String(path) === String(one.path));
    return same === undefined || JSON.stringify(same) === JSON.stringify(one);
  });
}

/** The errors by the path of the value that they made null, in text. */
function byNull({ data, errors = [] }: ExecutionResult): Map<string, GraphQLError[]> {
  const found = new Map<string, GraphQLError[]>();
  for (const error of errors) {
    const place = nullIn(data, error.path ?? []);
    found.set(place, [...(found.get(place) ?? []), error]);
  }
  return found;
}

function nullIn(data: unknown, path: Path): string {
  let value = data;
  let depth = 0;
  while (depth < path.length && value !== null && value !== undefined) {
    value = (value as Readonly<Record<string | number, unknown>>)[path[depth]!];
    depth += 1;
  }
  return JSON.stringify(path.slice(0, depth));
}
