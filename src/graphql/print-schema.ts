// Prints the schema in a stable order, so that an API change is a readable diff.
import { lexicographicSortSchema, printSchema, type GraphQLSchema } from 'graphql';

export function printed(schema: GraphQLSchema): string {
  return (
    '# Emitted from the classes in src/graphql by `npm run schema`; a test compares the two.\n\n' +
    `${printSchema(lexicographicSortSchema(schema))}\n`
  );
}
