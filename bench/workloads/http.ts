// addItem and the cart query over keep-alive HTTP, with one caller and with 32, in rounds that
// alternate with the no-op server.
import { memoryAfter } from '../memory.js';
import { type OpenCart, openCarts, startCartograph } from '../cartograph-process.js';
import { httpLoad, type LoadResult } from '../http-load.js';
import { startServer } from '../server-process.js';
import { type Figure, median, milliseconds, perSecond, type Workload } from '../workload.js';
import { CARTS, type Operation, requestFor } from './http-requests.js';

const ROUNDS = 3;
const ROUND_MS = 4_000;
interface Pair {
  readonly service: LoadResult;
  readonly noop: LoadResult;
}

async function rounds(
  operation: Operation,
  connections: number,
  service: string,
  noop: string,
  carts: readonly OpenCart[],
): Promise<Pair[]> {
  const load = (address: string) =>
    httpLoad({
      address,
      connections,
      durationMs: ROUND_MS,
      warmUpMs: 1_000,
      next: (turn) => requestFor[operation](carts[turn % carts.length]!, turn),
      proof: '"itemCount":',
    });
  const pairs: Pair[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    pairs.push({ noop: await load(noop), service: await load(service) });
  }
  return pairs;
}

function figuresOf(what: string, pairs: readonly Pair[]): Figure[] {
  const failures = pairs.reduce((sum, { service }) => sum + service.failures, 0);
  const middle = (pick: (result: LoadResult) => number, of: keyof Pair) =>
    median(pairs.map((pair) => pick(pair[of])));
  return [
    {
      what: `${what}${failures > 0 ? ` (${failures} FAILED)` : ''}`,
      value: perSecond(middle((r) => r.perSecond, 'service')),
      ceiling: perSecond(middle((r) => r.perSecond, 'noop')),
      ratio: median(pairs.map(({ service, noop }) => service.perSecond / noop.perSecond)),
    },
    {
      what: `${what}, p50 / p99`,
      value: `${milliseconds(middle((r) => r.p50Ms, 'service'))} / ${milliseconds(middle((r) => r.p99Ms, 'service'))}`,
      ceiling: `${milliseconds(middle((r) => r.p50Ms, 'noop'))} / ${milliseconds(middle((r) => r.p99Ms, 'noop'))}`,
    },
  ];
}

export const httpWorkload: Workload = {
  name: 'http',
  async run() {
    const service = await startCartograph();
    const noop = await startServer('dist/bench/noop/graphql-server.js');
    const carts = await openCarts(service.address, CARTS);
    const figures: Figure[] = [];
    for (const operation of ['addItem', 'cart'] as const) {
      for (const connections of [1, 32]) {
        const pairs = await rounds(operation, connections, service.address, noop.address, carts);
        figures.push(...figuresOf(`${operation}, ${connections} connection(s)`, pairs));
      }
    }
    figures.push(memoryAfter(service, noop));
    await Promise.all([service.stop(), noop.stop()]);
    return figures;
  },
};
