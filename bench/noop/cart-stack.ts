// The service's HTTP stack, the same Apollo, Fastify and type-graphql, over carts that are kept in
// another way.
import 'reflect-metadata';
import type { KeptCarts } from './resolver.js';

/** Serves until SIGTERM, and prints the line that a benchmark waits for. */
export async function serveCarts(
  name: string,
  carts: KeptCarts,
  close: () => unknown = () => undefined,
): Promise<void> {
  process.env['NODE_ENV'] = 'production';
  const { ApolloServer } = await import('@apollo/server');
  const { ApolloServerPluginCacheControlDisabled } = await import('@apollo/server/plugin/disabled');
  const { fastifyApolloHandler } = await import('@as-integrations/fastify');
  const { default: Fastify } = await import('fastify');
  const { buildSchema } = await import('type-graphql');
  const { CartResolver } = await import('./resolver.js');
  const schema = await buildSchema({
    resolvers: [CartResolver],
    container: { get: () => new CartResolver(carts) },
    validate: false,
    pubSub: { publish: () => undefined, subscribe: () => ({ [Symbol.asyncIterator]: never }) },
  });
  const apollo = new ApolloServer({
    schema,
    introspection: false,
    plugins: [ApolloServerPluginCacheControlDisabled()],
    stopOnTerminationSignals: false,
  });
  await apollo.start();
  const fastify = Fastify({ bodyLimit: 102_400 });
  fastify.post('/graphql', fastifyApolloHandler(apollo));
  const address = await fastify.listen({ host: '127.0.0.1', port: 0 });
  process.stdout.write(`${name} is ready at ${address}\n`);
  const end = async () => {
    await fastify.close();
    await close();
    process.exit(0);
  };
  process.once('SIGTERM', () => void end());
}

function never(): never {
  throw new Error('This server publishes nothing');
}
