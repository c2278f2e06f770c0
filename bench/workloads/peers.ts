// The same cart, kept in other ways, over the same HTTP stack and under the same load, in turns: this
// service, Emmett on Postgres, and plain tables in SQLite; beside them a server that keeps nothing.
//   npm install --prefix bench/peers && npm run bench -- peers
import { randomUUID } from 'node:crypto';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type OpenCart, openCarts, startCartograph } from '../cartograph-process.js';
import { type GraphQLRequest, httpLoad, type LoadResult } from '../http-load.js';
import { repository, type ServerProcess, startServer } from '../server-process.js';
import { type Figure, median, milliseconds, perSecond, type Workload } from '../workload.js';
import { newDataDir } from './embedded-node/servers.js';

const isSmall = process.argv.includes('--small');
const ROUNDS = isSmall ? 1 : 3;
const ROUND_MS = isSmall ? 500 : 4_000;
const WARM_UP_MS = isSmall ? 200 : 1_000;
const CARTS = 512;
const SKUS = ['85123A', '71053', '84406B', '84029G', '22752'];

const fields = `id revision lines { sku quantity total { minorUnits currency } }
  totals { itemCount total { minorUnits currency } }`;
const addItem = `mutation AddItem($input: AddItemInput!) {
  addItem(input: $input) { cart { ${fields} } rejection { code } }
}`;
const cartQuery = `query Cart($cartId: ID!) { cart(cartId: $cartId) { ${fields} } }`;

interface Peer {
  readonly name: string;
  readonly server: ServerProcess;
  readonly carts: readonly OpenCart[];
}

const operations = {
  addItem: ({ id: cartId, token }: OpenCart, turn: number): GraphQLRequest => {
    const input = { cartId, sku: SKUS[turn % SKUS.length], quantity: 1 };
    const body = JSON.stringify({ query: addItem, variables: { input } });
    return { headers: { 'x-cart-token': token }, body };
  },
  cart: ({ id, token }: OpenCart): GraphQLRequest => ({
    headers: { 'x-cart-token': token },
    body: JSON.stringify({ query: cartQuery, variables: { cartId: id } }),
  }),
} as const;
type Operation = keyof typeof operations;

function load(peer: Peer, operation: Operation, connections: number): Promise<LoadResult> {
  return httpLoad({
    address: peer.server.address,
    connections,
    durationMs: ROUND_MS,
    warmUpMs: WARM_UP_MS,
    next: (turn) => operations[operation](peer.carts[turn % CARTS]!, turn),
    proof: '"itemCount":',
  });
}

/** The first of them is the ceiling. */
async function compared(
  peers: readonly Peer[],
  operation: Operation,
  connections: number,
): Promise<Figure[]> {
  const results = new Map<Peer, LoadResult[]>(peers.map((peer) => [peer, []]));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const peer of peers) results.get(peer)?.push(await load(peer, operation, connections));
  }
  const middle = (peer: Peer, pick: (result: LoadResult) => number) =>
    median((results.get(peer) ?? []).map(pick));
  const [ceiling, ...others] = peers;
  if (ceiling === undefined) return [];
  const most = middle(ceiling, (result) => result.perSecond);
  return others.map((peer) => {
    const rate = middle(peer, (result) => result.perSecond);
    const failures = (results.get(peer) ?? []).reduce((sum, one) => sum + one.failures, 0);
    const p50 = milliseconds(middle(peer, (result) => result.p50Ms));
    const p99 = milliseconds(middle(peer, (result) => result.p99Ms));
    const failed = failures > 0 ? ` (${failures} FAILED)` : '';
    return {
      what: `${operation}, ${connections} connection(s), ${peer.name}, p50 / p99 beside${failed}`,
      value: `${perSecond(rate)}; ${p50} / ${p99}`,
      ceiling: perSecond(most),
      ratio: rate / most,
    };
  });
}

async function withPeers(use: (peers: readonly Peer[]) => Promise<Figure[]>): Promise<Figure[]> {
  if (!existsSync(join(repository, 'bench/peers/node_modules'))) {
    throw new Error('The peers are not installed: npm install --prefix bench/peers');
  }
  const started: ServerProcess[] = [];
  const start = async (server: Promise<ServerProcess>): Promise<ServerProcess> => {
    started.push(await server);
    return server;
  };
  const folder = newDataDir();
  try {
    const noop = await start(startServer('dist/bench/noop/graphql-server.js'));
    const service = await start(startCartograph());
    const process = ['./test/support/run-typescript.js', 'bench/postgres-process.ts'];
    const postgres = await start(startServer('--import', process));
    const emmett = await start(
      startServer('dist/bench/peers/emmett-server.js', [postgres.address]),
    );
    const table = await start(startServer('dist/bench/peers/table-server.js', [folder]));
    // The peers have no tokens, and open a cart with its first item.
    const carts = Array.from({ length: CARTS }, () => ({ id: randomUUID(), token: '' }));
    return await use([
      { name: 'no-op', server: noop, carts },
      { name: 'this service', server: service, carts: await openCarts(service.address, CARTS) },
      { name: 'Emmett on Postgres', server: emmett, carts },
      { name: 'plain tables in SQLite', server: table, carts },
    ]);
  } finally {
    for (const server of started.toReversed()) await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

export const peersWorkload: Workload = {
  name: 'peers',
  run: () =>
    withPeers(async (peers) => {
      const figures: Figure[] = [];
      for (const operation of ['addItem', 'cart'] as const) {
        for (const connections of [1, 32]) {
          figures.push(...(await compared(peers, operation, connections)));
        }
      }
      return figures;
    }),
};
