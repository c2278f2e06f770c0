// Memory of a node's process while a million events are appended one by one.
import type { Workload } from '../../workload.js';
import { benchedEvent } from './benched-event.js';
import { withClient, withServers } from './servers.js';
import { sizes } from './sizes.js';

const CALLERS = 64;
const SAMPLES = 100;

export const memoryWorkload: Workload = {
  name: 'embedded-node-memory',
  run: () =>
    withServers(({ node }) =>
      withClient(node, async (client) => {
        const samples: number[] = [];
        const every = Math.ceil(sizes.memoryAppends / SAMPLES);
        let sent = 0;
        const caller = async (_: unknown, n: number) => {
          while (sent < sizes.memoryAppends) {
            if (sent % every === 0) samples.push(node.residentMiB());
            sent += 1;
            await client.appendToStream(`memory-${String(n)}`, benchedEvent());
          }
        };
        await Promise.all(Array.from({ length: CALLERS }, caller));
        samples.push(node.residentMiB());
        // The first tenth is warm-up: compiled code, and caches that fill once.
        const warm = samples[Math.floor(samples.length / 10)] ?? Number.NaN;
        const mebibytes = (n: number) => `${Math.round(n).toString()} MiB`;
        return [
          {
            what: `embedded node, memory over ${sizes.memoryAppends.toLocaleString('en-GB')} appends: after a tenth, at the end, at most`,
            value: [warm, samples.at(-1) ?? Number.NaN, Math.max(...samples)]
              .map(mebibytes)
              .join(', '),
          },
        ];
      }),
    ),
};
