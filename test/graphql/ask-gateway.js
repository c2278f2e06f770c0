// Asks subgraphs through Apollo's gateway: takes a supergraph and queries as JSON from standard
// input, and writes the answers. A process of its own, as a router is one.
import { ApolloGateway, RemoteGraphQLDataSource } from '@apollo/gateway';
import { parse } from 'graphql';
import { json } from 'node:stream/consumers';

/** Passes on who is calling, as docs/federation.md tells a router to. */
class PassingOn extends RemoteGraphQLDataSource {
  willSendRequest({ request, context }) {
    for (const [name, value] of Object.entries(context.headers ?? {})) {
      request.http.headers.set(name, value);
    }
  }
}

const silent = { debug() {}, info() {}, warn() {}, error() {} };
const { supergraphSdl, queries } = await json(process.stdin);
const gateway = new ApolloGateway({
  supergraphSdl,
  logger: silent,
  buildService: ({ url }) => new PassingOn({ url }),
});
const { executor } = await gateway.load();
const answers = [];
for (const { query, variables = {}, headers } of queries) {
  const answer = await executor({
    document: parse(query),
    request: { query, variables },
    operationName: null,
    queryHash: query,
    context: { headers },
    logger: silent,
    metrics: {},
  });
  answers.push(answer);
}
await gateway.stop();
process.stdout.write(JSON.stringify(answers));
