// Clients build the schema from its introspection, to check operations and to generate code. Many
// fail as a whole on a place of directives that they do not know.
import { DirectiveLocation, GraphQLDirective, GraphQLSchema } from 'graphql';

/** The places of the specification of October 2021, which clients in use know. */
const known: ReadonlySet<string> = new Set([
  DirectiveLocation.QUERY,
  DirectiveLocation.MUTATION,
  DirectiveLocation.SUBSCRIPTION,
  DirectiveLocation.FIELD,
  DirectiveLocation.FRAGMENT_DEFINITION,
  DirectiveLocation.FRAGMENT_SPREAD,
  DirectiveLocation.INLINE_FRAGMENT,
  DirectiveLocation.VARIABLE_DEFINITION,
  DirectiveLocation.SCHEMA,
  DirectiveLocation.SCALAR,
  DirectiveLocation.OBJECT,
  DirectiveLocation.FIELD_DEFINITION,
  DirectiveLocation.ARGUMENT_DEFINITION,
  DirectiveLocation.INTERFACE,
  DirectiveLocation.UNION,
  DirectiveLocation.ENUM,
  DirectiveLocation.ENUM_VALUE,
  DirectiveLocation.INPUT_OBJECT,
  DirectiveLocation.INPUT_FIELD_DEFINITION,
]);

/** The same schema, whose directives have only places that such clients know. */
export function withKnownLocations(schema: GraphQLSchema): GraphQLSchema {
  const directives = schema.getDirectives().map(limited);
  return new GraphQLSchema({ ...schema.toConfig(), directives });
}

function limited(directive: GraphQLDirective): GraphQLDirective {
  if (directive.locations.every((place) => known.has(place))) return directive;
  const locations = directive.locations.filter((place) => known.has(place));
  return new GraphQLDirective({ ...directive.toConfig(), locations });
}
