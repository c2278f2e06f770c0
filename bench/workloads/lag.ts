// Lag of the read models at a steady rate: from the acknowledgement of a command to the response of
// a query that waits for it. The query's own cost is measured too, and not subtracted.
import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';
import { atRate } from '../at-rate.js';
import { type OpenCart, openCarts, startCartograph } from '../cartograph-process.js';
import { GraphQLClient } from '../http-load.js';
import { type Figure, milliseconds, type Workload } from '../workload.js';

const RATES = process.argv.includes('--small') ? [500] : [500, 1_000];
const LASTING_MS = process.argv.includes('--small') ? 1_000 : 15_000;
const WARM_UP_MS = process.argv.includes('--small') ? 0 : 5_000;
/** One query for this many commands. */
const SAMPLED = 5;

const addItem = `mutation AddItem($input: AddItemInput!) {
  addItem(input: $input) { cart { revision } rejection { code } } }`;
const query = `query Cart($cartId: ID!, $minRevision: Int) {
  cart(cartId: $cartId, minRevision: $minRevision) { revision } }`;

interface Added {
  readonly addItem: { readonly cart: { readonly revision: number } };
}

async function lagAt(
  address: string,
  carts: readonly OpenCart[],
  eventsPerSecond: number,
): Promise<Figure> {
  const client = new GraphQLClient(address, 64);
  const shownUs = createHistogram();
  const plainUs = createHistogram();
  const timed = async (cart: OpenCart, minRevision: number | null, to: RecordableHistogram) => {
    const begunAt = performance.now();
    const headers = { 'x-cart-token': cart.token };
    await client.query(query, { cartId: cart.id, minRevision }, headers);
    const spentUs = Math.max(1, Math.round((performance.now() - begunAt) * 1_000));
    return () => to.record(spentUs);
  };
  const begunAt = performance.now();
  const command = async (turn: number) => {
    const cart = carts[turn % carts.length]!;
    const variables = { input: { cartId: cart.id, sku: '71053', quantity: 1 } };
    const headers = { 'x-cart-token': cart.token };
    const { addItem: added } = await client.query<Added>(addItem, variables, headers);
    if (turn % SAMPLED !== 0) return;
    const isCounted = performance.now() - begunAt > WARM_UP_MS;
    const shown = await timed(cart, added.cart.revision, shownUs);
    if (isCounted) shown();
    const plain = await timed(cart, null, plainUs);
    if (isCounted) plain();
  };
  await atRate(eventsPerSecond, WARM_UP_MS + LASTING_MS, command);
  client.close();
  const at = (percentile: number, of: RecordableHistogram) =>
    milliseconds(of.percentile(percentile) / 1_000);
  const rate = eventsPerSecond.toLocaleString('en-GB');
  return {
    what: `read models behind the log at ${rate} events/s, with the query that tells, p50 / p99; beside it, a query that waits for nothing`,
    value: `${at(50, shownUs)} / ${at(99, shownUs)}`,
    ceiling: `${at(50, plainUs)} / ${at(99, plainUs)}`,
  };
}

export const lagWorkload: Workload = {
  name: 'lag',
  async run() {
    const service = await startCartograph();
    const carts = await openCarts(service.address, 256);
    const figures: Figure[] = [];
    for (const rate of RATES) figures.push(await lagAt(service.address, carts, rate));
    await service.stop();
    return figures;
  },
};
