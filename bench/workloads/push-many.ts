// Many sockets: what one takes of the service's memory, and how late a push comes after the
// acknowledgement when each socket watches a cart of its own and many carts change at once.
import { createHistogram } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import WebSocket from 'ws';
import { atRate } from '../at-rate.js';
import { type OpenCart, openCarts, startCartograph } from '../cartograph-process.js';
import { GraphQLClient } from '../http-load.js';
import type { ServerProcess } from '../server-process.js';
import { type Figure, milliseconds, type Workload } from '../workload.js';

const isSmall = process.argv.includes('--small');
const IDLE_SOCKETS = isSmall ? 100 : 2_000;
const SOCKETS = isSmall ? 50 : 1_000;
const RATES = isSmall ? [50] : [500, 1_000];
const LASTING_MS = isSmall ? 1_000 : 15_000;
const WARM_UP_MS = isSmall ? 0 : 5_000;
/** So that garbage of the opening is collected. */
const SETTLING_MS = isSmall ? 100 : 10_000;
const OPENED_AT_ONCE = 50;

const addItem = `mutation ($input: AddItemInput!) {
  addItem(input: $input) { cart { revision } rejection { code } } }`;
const subscription = 'subscription ($id: ID!) { cartChanged(cartId: $id) { revision } }';

type Seen = (cart: OpenCart, revision: number) => void;

/**
 * Watches a cart; resolves at the socket's first frame. It speaks graphql-transport-ws itself: a
 * client library would take more of the machine than the service.
 */
function watch(address: string, cart: OpenCart, seen: Seen): Promise<WebSocket> {
  const url = new URL('/graphql', address.replace('http', 'ws')).href;
  const socket = new WebSocket(url, 'graphql-transport-ws');
  const send = (message: object) => socket.send(JSON.stringify(message));
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.once('open', () =>
      send({ type: 'connection_init', payload: { cartToken: cart.token } }),
    );
    socket.on('message', (data: Buffer) => {
      const text = data.toString('utf8');
      if (text.includes('"connection_ack"')) {
        const payload = { query: subscription, variables: { id: cart.id } };
        send({ id: '1', type: 'subscribe', payload });
      } else if (text.includes('"next"')) {
        seen(cart, Number(/"revision":(\d+)/.exec(text)?.[1]));
        resolve(socket);
      } else if (text.includes('"error"')) reject(new Error(text));
    });
  });
}

async function watchAll(
  address: string,
  carts: readonly OpenCart[],
  seen: Seen,
): Promise<readonly WebSocket[]> {
  const sockets: WebSocket[] = [];
  for (let begun = 0; begun < carts.length; begun += OPENED_AT_ONCE) {
    const next = carts.slice(begun, begun + OPENED_AT_ONCE);
    sockets.push(...(await Promise.all(next.map((cart) => watch(address, cart, seen)))));
  }
  return sockets;
}

async function memoryOfSockets(service: ServerProcess, carts: readonly OpenCart[]) {
  // What the first sockets load stays, and is not of one socket.
  const first = await watchAll(service.address, carts.slice(0, OPENED_AT_ONCE), () => undefined);
  for (const socket of first) socket.terminate();
  await delay(SETTLING_MS);
  const before = service.residentMiB();
  const watched = Array.from({ length: IDLE_SOCKETS }, (_, n) => carts[n % carts.length]!);
  const sockets = await watchAll(service.address, watched, () => undefined);
  await delay(SETTLING_MS);
  const kib = ((service.residentMiB() - before) * 1024) / IDLE_SOCKETS;
  for (const socket of sockets) socket.terminate();
  return {
    what: `memory of one of ${IDLE_SOCKETS.toLocaleString('en-GB')} sockets that watch a cart`,
    value: `${kib.toFixed(0)} KiB`,
  };
}

/** Of each change, when it was acknowledged and when it was pushed. */
class Arrivals {
  readonly latencyUs = createHistogram();
  private readonly first = new Map<
    string,
    { readonly acknowledged: boolean; readonly at: number }
  >();

  acknowledged(cart: OpenCart, revision: number): void {
    this.add(cart, revision, true);
  }

  readonly pushed: Seen = (cart, revision) => {
    this.add(cart, revision, false);
  };

  /** Changes that were acknowledged and not pushed. */
  get missing(): number {
    return [...this.first.values()].filter(({ acknowledged }) => acknowledged).length;
  }

  private add(cart: OpenCart, revision: number, acknowledged: boolean): void {
    const key = `${cart.id}@${String(revision)}`;
    const at = performance.now();
    const other = this.first.get(key);
    if (other === undefined) {
      this.first.set(key, { acknowledged, at });
      return;
    }
    this.first.delete(key);
    // A push may come before the acknowledgement; then nobody waited for it.
    const lateMs = acknowledged ? 0 : at - other.at;
    this.latencyUs.record(Math.max(1, Math.round(lateMs * 1_000)));
  }
}

async function pushesAt(
  service: ServerProcess,
  carts: readonly OpenCart[],
  changesPerSecond: number,
): Promise<Figure> {
  const arrivals = new Arrivals();
  const sockets = await watchAll(service.address, carts, arrivals.pushed);
  const http = new GraphQLClient(service.address, 64);
  const begunAt = performance.now();
  const change = async (turn: number) => {
    const cart = carts[turn % carts.length]!;
    const isCounted = performance.now() - begunAt > WARM_UP_MS;
    const { addItem: added } = await http.query<{ addItem: { cart: { revision: number } } }>(
      addItem,
      { input: { cartId: cart.id, sku: '85123A', quantity: 1 } },
      { 'x-cart-token': cart.token },
    );
    if (isCounted) arrivals.acknowledged(cart, added.cart.revision);
  };
  await atRate(changesPerSecond, WARM_UP_MS + LASTING_MS, change);
  const patientUntil = performance.now() + 5_000;
  while (arrivals.missing > 0 && performance.now() < patientUntil) await delay(10);
  if (arrivals.missing > 0) throw new Error(`${arrivals.missing} changes were not pushed`);
  for (const socket of sockets) socket.terminate();
  http.close();
  const at = (percentile: number) =>
    milliseconds(arrivals.latencyUs.percentile(percentile) / 1_000);
  const [of, rate] = [SOCKETS, changesPerSecond].map((count) => count.toLocaleString('en-GB'));
  return {
    what: `push after the acknowledgement, ${of} sockets, ${rate} changes/s, p50 / p99`,
    value: `${at(50)} / ${at(99)}`,
  };
}

export const pushManyWorkload: Workload = {
  name: 'push-many',
  async run() {
    const service = await startCartograph({ SOCKET_LIMIT: '10000' });
    try {
      const carts = await openCarts(service.address, SOCKETS);
      const figures: Figure[] = [await memoryOfSockets(service, carts)];
      for (const rate of RATES) figures.push(await pushesAt(service, carts, rate));
      return figures;
    } finally {
      await service.stop();
    }
  },
};
