// Who executes the operations of Apollo's pipeline: compiled code, or graphql-js, the reference.
import type { GatewayInterface } from '@apollo/server-gateway-interface';
import type { ApolloServerOptionsWithGateway, ApolloServerOptionsWithSchema } from '@apollo/server';
import type { GraphQLSchema } from 'graphql';
import { CompiledExecution } from '../graphql/compiled-execution.js';
import type { RequestContext } from '../graphql/context.js';

export type GraphQLExecutor = 'compiled' | 'reference';

type ExecutionOptions =
  | Pick<ApolloServerOptionsWithGateway<RequestContext>, 'gateway'>
  | Pick<ApolloServerOptionsWithSchema<RequestContext>, 'schema'>;

/** Apollo takes an executor only from a gateway; this one has nothing behind it. */
export function executionBy(executor: GraphQLExecutor, schema: GraphQLSchema): ExecutionOptions {
  if (executor === 'reference') return { schema };
  const compiled = new CompiledExecution(schema);
  const gateway: GatewayInterface = {
    load: () =>
      Promise.resolve({
        executor: async ({ document, request: { operationName, variables }, context }) =>
          compiled.execute({ document, operationName, variables, contextValue: context }),
      }),
    onSchemaLoadOrUpdate: (listener) => {
      listener({ apiSchema: schema, coreSupergraphSdl: '' });
      return () => undefined;
    },
    stop: () => Promise.resolve(),
  };
  return { gateway };
}
