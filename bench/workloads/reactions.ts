// Lag of the reactions at 200 commands a second: from the answer to a checkout until its order is
// reserved, as a socket that watches it sees. It includes what a reaction does: it reads the order,
// confirms its holds and appends.
import { type Client, createClient } from 'graphql-ws';
import { createHistogram } from 'node:perf_hooks';
import WebSocket from 'ws';
import { atRate } from '../at-rate.js';
import { type OpenCart, openCarts, startCartograph } from '../cartograph-process.js';
import { GraphQLClient } from '../http-load.js';
import { milliseconds, type Workload } from '../workload.js';

const COMMANDS_PER_SECOND = 200;
/** One command of so many is a checkout; the others add an item. */
const CHECKOUT_ONE_OF = 10;
const isSmall = process.argv.includes('--small');
const WARM_UP_MS = isSmall ? 0 : 5_000;
const LASTING_MS = isSmall ? 1_000 : 15_000;
const SKU = '71053';

const addItem = `mutation AddItem($input: AddItemInput!) {
  addItem(input: $input) { cart { totals { total { minorUnits } } } rejection { code } } }`;
const checkout = `mutation Checkout($input: CheckoutInput!) {
  checkout(input: $input) { order { id } rejection { code } } }`;
const watch = `subscription Watch($orderId: ID!) { orderChanged(orderId: $orderId) { status } }`;

interface Added {
  readonly addItem: {
    readonly cart: { readonly totals: { readonly total: { readonly minorUnits: number } } };
  };
}

interface CheckedOut {
  readonly checkout: { readonly order: { readonly id: string } | null };
}

/** Resolves when the order is past PLACED. */
async function reserved(client: Client, orderId: string): Promise<void> {
  const frames = client.iterate<{ orderChanged: { status: string } }>({
    query: watch,
    variables: { orderId },
  });
  for await (const { data } of frames) {
    if (data && data.orderChanged.status !== 'PLACED') return;
  }
  throw new Error(`The watch of ${orderId} ended`);
}

export const reactionsWorkload: Workload = {
  name: 'reactions',
  async run() {
    const service = await startCartograph();
    const seconds = (WARM_UP_MS + LASTING_MS) / 1_000;
    const checkouts = Math.ceil((seconds * COMMANDS_PER_SECOND) / CHECKOUT_ONE_OF) + 1;
    const carts = await openCarts(service.address, checkouts + 64);
    const toFill = carts.splice(0, 64);
    const http = new GraphQLClient(service.address, 64);
    const lagUs = createHistogram();
    const add = (cart: OpenCart) =>
      http.query<Added>(
        addItem,
        { input: { cartId: cart.id, sku: SKU, quantity: 1 } },
        { 'x-cart-token': cart.token },
      );
    const checkOut = async (cart: OpenCart, isCounted: boolean) => {
      const { addItem: added } = await add(cart);
      const client = createClient({
        url: new URL('/graphql', service.address.replace('http', 'ws')).href,
        webSocketImpl: WebSocket,
        connectionParams: { cartToken: cart.token },
        lazy: false,
      });
      const input = {
        ...{ cartId: cart.id, expectedTotal: added.cart.totals.total.minorUnits },
        ...{ email: 'bench@example.com', paymentToken: 'tok_ok' },
      };
      const headers = { 'x-cart-token': cart.token };
      const { checkout: done } = await http.query<CheckedOut>(checkout, { input }, headers);
      const answeredAt = performance.now();
      if (done.order === null) throw new Error('The checkout was refused');
      await reserved(client, done.order.id);
      const spentUs = Math.max(1, Math.round((performance.now() - answeredAt) * 1_000));
      if (isCounted) lagUs.record(spentUs);
      await client.dispose();
    };
    const begunAt = performance.now();
    const command = (turn: number): Promise<unknown> => {
      const isCheckout = turn % CHECKOUT_ONE_OF === 0;
      const isCounted = performance.now() - begunAt > WARM_UP_MS;
      const next = isCheckout ? carts.pop() : undefined;
      return next ? checkOut(next, isCounted) : add(toFill[turn % toFill.length]!);
    };
    await atRate(COMMANDS_PER_SECOND, WARM_UP_MS + LASTING_MS, command);
    http.close();
    await service.stop();
    const at = (percentile: number) => milliseconds(lagUs.percentile(percentile) / 1_000);
    return [
      {
        what: `an order reserved after the answer to its checkout, at ${COMMANDS_PER_SECOND} commands/s, p50 / p99`,
        value: `${at(50)} / ${at(99)}`,
      },
    ];
  },
};
