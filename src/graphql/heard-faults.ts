// Compiled code reads the properties of an object without a guard. Where one throws, the promise
// that brought the object rejects with nobody to hear it: the request waits for ever, and Node ends
// the process.
import { isObjectType, type GraphQLFieldResolver, type GraphQLSchema } from 'graphql';

/** Makes the resolvers give promises that are heard. Changes the schema in place. */
export function hearFaults(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith('__') || !isObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      if (field.resolve) field.resolve = heardResolver(field.resolve);
    }
  }
}

function heardResolver<Source, Context>(
  resolve: GraphQLFieldResolver<Source, Context>,
): GraphQLFieldResolver<Source, Context> {
  return (source, args, context, info) => {
    const found: unknown = resolve(source, args, context, info);
    return found instanceof Promise ? heard(found) : found;
  };
}

/** What the reader of the value throws goes to the reader's own handler of errors. */
export function heard<Value>(promise: Promise<Value>): PromiseLike<Value> {
  return {
    then(onValue, onError) {
      const read = promise.then(
        onValue &&
          ((value) => {
            try {
              return onValue(value);
            } catch (fault) {
              if (!onError) throw fault;
              return onError(fault);
            }
          }),
        onError,
      );
      // Compiled code drops this promise; another reader gets it all the same.
      read.catch(() => undefined);
      return read;
    },
  };
}
