// Time from a mutation's acknowledgement until the change reaches the sockets that watch the cart.
import { createHistogram } from 'node:perf_hooks';
import { type Client, createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { type OpenCart, openCarts, startCartograph } from '../cartograph-process.js';
import { GraphQLClient } from '../http-load.js';
import { milliseconds, type Workload } from '../workload.js';

const SOCKETS = 100;
const CARTS = 10;
const CHANGES = 600;

interface Watcher {
  readonly client: Client;
  readonly cart: OpenCart;
}

const keyOf = (cartId: string, revision: number) => `${cartId}@${String(revision)}`;

/** Resolves at the socket's first frame, and calls `seen` for each later revision. */
function watch(watcher: Watcher, seen: (cartId: string, revision: number) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    watcher.client.subscribe<{ cartChanged: { revision: number } }>(
      {
        query: 'subscription ($id: ID!) { cartChanged(cartId: $id) { revision } }',
        variables: { id: watcher.cart.id },
      },
      {
        next: ({ data }) => {
          resolve();
          if (data) seen(watcher.cart.id, data.cartChanged.revision);
        },
        error: (error) => reject(error instanceof Error ? error : new Error(JSON.stringify(error))),
        complete: () => undefined,
      },
    );
  });
}

function watcherOf(address: string, cart: OpenCart): Watcher {
  const url = new URL('/graphql', address.replace('http', 'ws')).href;
  const client = createClient({
    url,
    webSocketImpl: WebSocket,
    connectionParams: { cartToken: cart.token },
  });
  return { client, cart };
}

export const pushWorkload: Workload = {
  name: 'push',
  async run() {
    const service = await startCartograph();
    const carts = await openCarts(service.address, CARTS);
    const arrivals = new Map<string, number[]>();
    const watchers = Array.from({ length: SOCKETS }, (_, n) =>
      watcherOf(service.address, carts[n % CARTS]!),
    );
    await Promise.all(
      watchers.map((watcher) =>
        watch(watcher, (cartId, revision) => {
          const key = keyOf(cartId, revision);
          arrivals.set(key, [...(arrivals.get(key) ?? []), performance.now()]);
        }),
      ),
    );
    const latencyUs = createHistogram();
    const http = new GraphQLClient(service.address, 1);
    for (let turn = 0; turn < CHANGES; turn += 1) {
      const cart = carts[turn % CARTS]!;
      const { addItem } = await http.query<{ addItem: { cart: { revision: number } } }>(
        'mutation ($input: AddItemInput!) { addItem(input: $input) { cart { revision } } }',
        { input: { cartId: cart.id, sku: '85123A', quantity: 1 } },
        { 'x-cart-token': cart.token },
      );
      const acknowledgedAt = performance.now();
      const key = keyOf(cart.id, addItem.cart.revision);
      while ((arrivals.get(key)?.length ?? 0) < SOCKETS / CARTS) {
        await new Promise((resolve) => setImmediate(resolve));
      }
      for (const at of arrivals.get(key) ?? []) {
        latencyUs.record(Math.max(1, Math.round((at - acknowledgedAt) * 1000)));
      }
    }
    http.close();
    for (const { client } of watchers) await client.dispose();
    await service.stop();
    return [
      {
        what: `push after the acknowledgement, ${SOCKETS} sockets, p50 / p99`,
        value: `${milliseconds(latencyUs.percentile(50) / 1000)} / ${milliseconds(latencyUs.percentile(99) / 1000)}`,
      },
    ];
  },
};
