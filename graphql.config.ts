// For editors and tools: completion and checks of GraphQL documents by the emitted schema.
export default {
  schema: 'schema/schema.graphql',
  documents: ['schema/operations/*.graphql', 'examples/**/*.js', 'web/**/*.{ts,tsx}'],
};
