// A service that is asked for more commands than it can do, by callers who do not wait for each
// other: how many it does, what the others get, and how soon it is well again.
import { atRate } from '../at-rate.js';
import { openCarts, startCartograph } from '../cartograph-process.js';
import { GraphQLClient, httpLoad } from '../http-load.js';
import { type Figure, milliseconds, perSecond, type Workload } from '../workload.js';
import { requestFor } from './http-requests.js';

const isSmall = process.argv.includes('--small');
const LASTING_MS = isSmall ? 2_000 : 20_000;
/** What a rush leaves behind is not counted: compilation, and connections that are made. */
const WARM_UP_MS = isSmall ? 500 : 10_000;
const CARTS = isSmall ? 200 : 5_000;
const CALLERS = isSmall ? 500 : 4_000;
const TIMES = 2;

/** A connection that is not made in 10 s. */
const notConnected = () => ({ status: 0, text: '' });
/** In the answer of a command that was done. */
const proof = '"itemCount":';

export const overloadWorkload: Workload = {
  name: 'overload',
  async run() {
    const service = await startCartograph();
    const { address } = service;
    const carts = await openCarts(address, CARTS);
    const next = (turn: number) => requestFor.addItem(carts[turn % CARTS]!, turn);
    const full = await httpLoad({
      address,
      connections: 32,
      durationMs: LASTING_MS,
      warmUpMs: WARM_UP_MS,
      next,
      proof,
    });

    const client = new GraphQLClient(address, CALLERS);
    const counted = { done: 0, refused: 0, failed: 0 };
    const begunAt = performance.now();
    const ask = async (turn: number): Promise<void> => {
      const { status, text } = await client.send(next(turn)).catch(notConnected);
      const sinceMs = performance.now() - begunAt;
      if (sinceMs < WARM_UP_MS || sinceMs > WARM_UP_MS + LASTING_MS) return;
      if (text.includes(proof)) counted.done += 1;
      else if (status === 503) counted.refused += 1;
      else counted.failed += 1;
    };
    await atRate(TIMES * full.perSecond, WARM_UP_MS + LASTING_MS, ask);
    const endedAt = performance.now();
    await client.send(next(0));
    const wellMs = performance.now() - endedAt;
    client.close();
    await service.stop();

    const rate = (count: number) => perSecond((count * 1_000) / LASTING_MS);
    const figures: Figure[] = [
      {
        what: `commands done while ${TIMES} times as many are asked for as 32 callers get`,
        value: rate(counted.done),
        ceiling: perSecond(full.perSecond),
        ratio: (counted.done * 1_000) / LASTING_MS / full.perSecond,
      },
      {
        what: 'meanwhile refused, to be sent again; failed',
        value: `${rate(counted.refused)}; ${rate(counted.failed)}`,
      },
      { what: 'a command when the rush is over', value: milliseconds(wellMs) },
    ];
    return figures;
  },
};
