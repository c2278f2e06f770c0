// What a request costs in CPU time, of the service and of the no-op server. Unlike a rate it hardly
// depends on what else the machine does.
import { openCarts, startCartograph } from '../cartograph-process.js';
import { memoryAfter } from '../memory.js';
import { httpLoad } from '../http-load.js';
import { type ServerProcess, startServer } from '../server-process.js';
import { type Figure, median, type Workload } from '../workload.js';
import { CARTS, type Operation, requestFor } from './http-requests.js';

const ROUNDS = 5;
const ROUND_MS = 3_000;

interface Cost {
  /** CPU time of a request, of all threads and of the main thread, in microseconds. */
  readonly allUs: number;
  readonly mainUs: number;
}

export const httpCpuWorkload: Workload = {
  name: 'cpu',
  async run() {
    const service = await startCartograph();
    const noop = await startServer('dist/bench/noop/graphql-server.js');
    const carts = await openCarts(service.address, CARTS);
    const costOf = async (
      server: ServerProcess,
      operation: Operation,
      connections: number,
    ): Promise<Cost> => {
      const before = server.cpuUs();
      const { perSecond, failures } = await httpLoad({
        address: server.address,
        connections,
        durationMs: ROUND_MS,
        warmUpMs: 0,
        next: (turn) => requestFor[operation](carts[turn % carts.length]!, turn),
        proof: '"itemCount":',
      });
      if (failures > 0) throw new Error(`${failures} requests failed`);
      const after = server.cpuUs();
      const requests = (perSecond * ROUND_MS) / 1_000;
      return {
        allUs: (after.all - before.all) / requests,
        mainUs: (after.main - before.main) / requests,
      };
    };
    const figures: Figure[] = [];
    for (const operation of ['addItem', 'cart'] as const) {
      for (const connections of [1, 32]) {
        await costOf(service, operation, connections);
        await costOf(noop, operation, connections);
        const seen: { service: Cost; noop: Cost }[] = [];
        for (let round = 0; round < ROUNDS; round += 1) {
          seen.push({
            noop: await costOf(noop, operation, connections),
            service: await costOf(service, operation, connections),
          });
        }
        const middle = (of: 'service' | 'noop', pick: (cost: Cost) => number) =>
          median(seen.map((round) => pick(round[of])));
        const shown = (of: 'service' | 'noop') =>
          `${Math.round(middle(of, (c) => c.allUs))} µs, main ${Math.round(middle(of, (c) => c.mainUs))}`;
        figures.push({
          what: `${operation}, ${connections} connection(s), CPU a request`,
          value: shown('service'),
          ceiling: shown('noop'),
          ratio: median(seen.map((round) => round.noop.mainUs / round.service.mainUs)),
        });
      }
    }
    figures.push(memoryAfter(service, noop));
    await Promise.all([service.stop(), noop.stop()]);
    return figures;
  },
};
