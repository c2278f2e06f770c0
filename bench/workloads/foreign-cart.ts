// Whether a stranger can tell somebody's cart from an absent one by the time that the answer takes:
// the same requests for carts of others and for ids that no cart has, in turns, on one connection,
// with cold caches (the first request for each cart after a start) and warm ones.
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openCarts, startOn } from '../cartograph-process.js';
import { GraphQLClient } from '../http-load.js';
import { type Figure, median, milliseconds, type Workload } from '../workload.js';

const isSmall = process.argv.includes('--small');
const CARTS = isSmall ? 32 : 1_024;
const WARM_ROUNDS = isSmall ? 1 : 4;

const rejection = 'cart { id } rejection { code }';
const documents: Readonly<Record<string, (cartId: string) => string>> = {
  cart: (id) => `{ cart(cartId: "${id}") { id } }`,
  cartAtRevision: (id) => `{ cartAtRevision(cartId: "${id}", revision: 0) { cartId } }`,
  cartTimeline: (id) => `{ cartTimeline(cartId: "${id}") { totalCount } }`,
  'addItem with expectedRevision': (id) =>
    `mutation { addItem(input: { cartId: "${id}", sku: "85123A", expectedRevision: 7 }) { ${rejection} } }`,
  checkout: (id) =>
    `mutation { checkout(input: { cartId: "${id}", expectedTotal: 1, email: "a@example.org", paymentToken: "tok_ok" }) { ${rejection} } }`,
};

interface Times {
  readonly foreign: number[];
  readonly absent: number[];
}

/** A token that opens nothing here, as a stranger has who owns a cart elsewhere. */
const headers = { 'x-cart-token': 'c3RyYW5nZXItd2l0aC1hLXRva2VuLW9mLWFub3RoZXI' };

async function timesOf(
  client: GraphQLClient,
  document: (cartId: string) => string,
  carts: readonly string[],
  absentIds: readonly string[],
): Promise<Times> {
  const times: Times = { foreign: [], absent: [] };
  const took = async (cartId: string) => {
    const body = JSON.stringify({ query: document(cartId) });
    const begunAt = performance.now();
    await client.send({ body, headers });
    return performance.now() - begunAt;
  };
  for (const [turn, cartId] of carts.entries()) {
    const foreign = async () => times.foreign.push(await took(cartId));
    const absent = async () => times.absent.push(await took(absentIds[turn]!));
    // Neither is always the first of its pair.
    for (const one of turn % 2 === 0 ? [foreign, absent] : [absent, foreign]) await one();
  }
  return times;
}

/** How often the foreign one of a pair took longer: 0.5 tells a stranger nothing. */
function shareLonger({ foreign, absent }: Times): number {
  return foreign.filter((ms, pair) => ms > absent[pair]!).length / foreign.length;
}

function figureOf(what: string, times: Times): Figure {
  return {
    what: `${what}: a foreign cart; beside it, an absent one; the foreign one longer in ${Math.round(shareLonger(times) * 100)} %`,
    value: milliseconds(median(times.foreign)),
    ceiling: milliseconds(median(times.absent)),
    ratio: median(times.foreign) / median(times.absent),
  };
}

export const foreignCartWorkload: Workload = {
  name: 'foreign-cart',
  async run() {
    const dataDir = mkdtempSync(join(tmpdir(), 'cartograph-bench-'));
    const filling = await startOn(dataDir);
    const carts = (await openCarts(filling.address, CARTS)).map(({ id }) => id);
    await filling.stop();
    const figures: Figure[] = [];
    for (const [name, document] of Object.entries(documents)) {
      const service = await startOn(dataDir);
      const client = new GraphQLClient(service.address, 1);
      // Compiles the document, and whatever else the first request of a process costs.
      for (let n = 0; n < 200; n += 1) {
        await client.send({ body: JSON.stringify({ query: document(randomUUID()) }), headers });
      }
      // The same ids are asked again: an absent cart that is asked for twice is warm as well.
      const absentIds = carts.map(() => randomUUID());
      figures.push(figureOf(`${name}, cold`, await timesOf(client, document, carts, absentIds)));
      const warm: Times = { foreign: [], absent: [] };
      for (let round = 0; round < WARM_ROUNDS; round += 1) {
        const times = await timesOf(client, document, carts, absentIds);
        warm.foreign.push(...times.foreign);
        warm.absent.push(...times.absent);
      }
      figures.push(figureOf(`${name}, warm`, warm));
      client.close();
      await service.stop();
    }
    rmSync(dataDir, { recursive: true, force: true });
    return figures;
  },
};
