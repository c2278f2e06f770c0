// The ceiling of the stack: the same Apollo, Fastify and type-graphql with resolvers that do
// nothing. The difference to the service is the service's own cost.
import 'reflect-metadata';
process.env['NODE_ENV'] = 'production';
const { ApolloServer } = await import('@apollo/server');
const { ApolloServerPluginCacheControlDisabled } = await import('@apollo/server/plugin/disabled');
const { fastifyApolloHandler } = await import('@as-integrations/fastify');
const { default: Fastify } = await import('fastify');
const { buildSchema } = await import('type-graphql');
const { NoopResolver } = await import('./resolver.js');

const schema = await buildSchema({
  resolvers: [NoopResolver],
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
process.stdout.write(`No-op is ready at ${address}\n`);
process.once('SIGTERM', () => void fastify.close().then(() => process.exit(0)));

function never(): never {
  throw new Error('The no-op server publishes nothing');
}
