// Appends through the official client: to the embedded node, where each is durable before it is
// acknowledged, and to a server that answers at once and stores nothing.
import type { Figure, Workload } from '../../workload.js';
import { appendLoad, type AppendLoad } from './append-load.js';
import { type Servers, withServers } from './servers.js';
import { figureOf, inTurns } from './turns.js';

async function measure({ node, noop }: Servers, what: string, load: AppendLoad): Promise<Figure> {
  return figureOf(what, await inTurns(node, noop, (server) => appendLoad(server, load)));
}

export const appendsWorkload: Workload = {
  name: 'embedded-node-appends',
  run: () =>
    withServers(async (servers) => {
      const figures: Figure[] = [];
      for (const callers of [1, 8, 64]) {
        const what = `appends with fsync, ${String(callers)} caller(s)`;
        figures.push(await measure(servers, what, { callers }));
      }
      return figures;
    }),
};

export const batchesWorkload: Workload = {
  name: 'embedded-node-batches',
  run: () =>
    withServers(async (servers) => {
      const figures: Figure[] = [];
      for (const callers of [1, 8]) {
        const what = `events in appends of 100, ${String(callers)} caller(s)`;
        figures.push(await measure(servers, what, { callers, eventsPerAppend: 100 }));
      }
      return figures;
    }),
};
