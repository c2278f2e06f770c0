// A query over two subgraphs, end to end: Apollo's gateway plans it, and asks ours and another
// team's over HTTP.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { composeServices } from '@apollo/composition';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { graphql, parse } from 'graphql';
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { json, text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { initialOrder } from '../../src/domain/order/state.js';
import { initialProduct } from '../../src/domain/catalog/state.js';
import { createSchema } from '../../src/graphql/schema.js';
import type { GraphQLExecutor } from '../../src/http/execution.js';
import { Cleanup } from '../event-store/nodes.js';
import { cartId, guestToken, parts, post, serve } from '../http/served.js';

const askGateway = fileURLToPath(new URL('ask-gateway.js', import.meta.url));

const absentCart = '00000000-0000-4000-8000-000000000009';

/** Knows reviews, and of our types the keys alone. */
const reviews = parse(`
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])
  type Query { latestReviews: [Review!]! wishes: [Cart]! }
  type Review { stars: Int! product: Product }
  type Product @key(fields: "sku") { sku: ID! reviews: [Review!]! }
  type Cart @key(fields: "id") { id: ID! points: Int! }
`);

async function serveReviews(cleanup: Cleanup): Promise<string> {
  const review = (stars: number, sku: string) => ({ stars, product: { sku } });
  const latest = [review(5, 'A'), review(1, 'gone'), review(4, 'A')];
  const reviewsOf = ({ sku }: { sku: string }) =>
    latest.filter(({ product }) => product.sku === sku);
  const resolvers = {
    Query: { latestReviews: () => latest, wishes: () => [{ id: cartId }, { id: absentCart }] },
    Product: { reviews: reviewsOf },
    Cart: { points: () => 7 },
  };
  const schema = buildSubgraphSchema([{ typeDefs: reviews, resolvers }]);
  const server = createServer((request, response) => {
    void (async () => {
      const { query, variables } = (await json(request)) as { query: string; variables?: object };
      const answer = await graphql({ schema, source: query, variableValues: { ...variables } });
      response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
    })();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanup.add(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

interface Query {
  readonly query: string;
  readonly headers?: Readonly<Record<string, string>>;
}

async function throughGateway(supergraphSdl: string, queries: readonly Query[]) {
  const child = spawn(process.execPath, ['--no-warnings', askGateway], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin.end(JSON.stringify({ supergraphSdl, queries }));
  const [said] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  return JSON.parse(said) as { readonly data?: unknown }[];
}

describe.each(['compiled', 'reference'] as GraphQLExecutor[])(
  "through Apollo's gateway, executed by %s code",
  (graphqlExecutor) => {
    const cleanup = new Cleanup();
    let supergraph: string;
    const asked: (readonly string[])[] = [];

    beforeAll(async () => {
      const { reads } = parts();
      const known = { ...initialProduct, sku: 'A', name: 'The A', currency: 'GBP' } as const;
      const state = { ...known, prices: { GBP: 100 }, listed: true };
      const found = { place: { sortedBy: 'A', sku: 'A' }, state, isDoubtful: false };
      const productsOf = (skus: readonly string[]) => {
        asked.push(skus);
        return Promise.resolve([found]);
      };
      const orderOf = () => Promise.resolve(initialOrder);
      const served = await serve({
        graphqlExecutor,
        production: true,
        schema: await createSchema({ federation: true }),
        services: parts({
          orders: { state: orderOf, freshState: orderOf },
          reads: { ...reads, productsOf, product: () => Promise.resolve(state) },
        }),
      });
      cleanup.add(() => served.stop());
      const { body } = await post(served.graphqlUrl, { query: '{ _service { sdl } }' });
      const { sdl } = (body.data as { _service: { sdl: string } })._service;
      const { supergraphSdl, errors } = composeServices([
        { name: 'cartograph', url: served.graphqlUrl, typeDefs: parse(sdl) },
        { name: 'reviews', url: await serveReviews(cleanup), typeDefs: reviews },
      ]);
      expect(errors).toBeUndefined();
      supergraph = supergraphSdl!;
    });
    afterAll(() => cleanup.run());

    test('what theirs refers to is answered by ours, and the other way round', async () => {
      asked.length = 0;
      const [theirs, ours] = await throughGateway(supergraph, [
        { query: '{ latestReviews { stars product { sku name } } }' },
        { query: '{ product(sku: "A") { name reviews { stars } } }' },
      ]);
      const product = { sku: 'A', name: 'The A' };
      expect(theirs?.data).toEqual({
        latestReviews: [
          { stars: 5, product },
          { stars: 1, product: null },
          { stars: 4, product },
        ],
      });
      // The gateway sends each key once, and all of them in one request.
      expect(asked[0]).toEqual(['A', 'gone']);
      expect(ours).toEqual({
        data: { product: { name: 'The A', reviews: [{ stars: 5 }, { stars: 4 }] } },
      });
    });

    test('a cart is shown to its guest alone', async () => {
      const query = '{ wishes { id points status lines { sku } } }';
      const [own, strange] = await throughGateway(supergraph, [
        { query, headers: { 'x-cart-token': guestToken } },
        { query, headers: { 'x-cart-token': 'another' } },
      ]);
      const cart = { id: cartId, points: 7, status: 'OPEN', lines: [] };
      expect(own?.data).toEqual({ wishes: [cart, null] });
      expect(strange?.data).toEqual({ wishes: [null, null] });
    });
  },
);
