// What tracing costs a request in CPU time, and the service in memory: without a collector, with one
// and no request sampled, and with all of them sampled. The collector takes everything and reads
// nothing.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CartographProcess, openCarts, startCartograph } from '../cartograph-process.js';
import { httpLoad } from '../http-load.js';
import { type Figure, median, type Workload } from '../workload.js';
import { CARTS, requestFor } from './http-requests.js';

const isSmall = process.argv.includes('--small');
const ROUNDS = isSmall ? 1 : 7;
const ROUND_MS = isSmall ? 200 : 3_000;
const CONNECTIONS = 8;

const ways = ['no collector', 'none sampled', 'all sampled'] as const;
type Way = (typeof ways)[number];

async function startCollector() {
  const server = createServer((request, response) => {
    request.resume().on('end', () => response.end());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const stop = () => {
    server.close();
    server.closeAllConnections();
  };
  return { endpoint: `http://127.0.0.1:${port}`, stop };
}

function settingsOf(way: Way, endpoint: string): Readonly<Record<string, string>> {
  if (way === 'no collector') return {};
  const ratio = way === 'all sampled' ? '1' : '0';
  const sampler = { OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: ratio };
  return { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, ...sampler };
}

async function measured(way: Way, endpoint: string) {
  const service = await startCartograph(settingsOf(way, endpoint));
  const restMiB = service.residentMiB();
  const carts = await openCarts(service.address, isSmall ? 8 : CARTS);
  const cost = async () => {
    const before = service.cpuUs();
    const { perSecond, failures } = await httpLoad({
      address: service.address,
      connections: CONNECTIONS,
      durationMs: ROUND_MS,
      warmUpMs: 0,
      next: (turn) => requestFor.addItem(carts[turn % carts.length]!, turn),
      proof: '"itemCount":',
    });
    if (failures > 0) throw new Error(`${failures} requests failed`);
    const after = service.cpuUs();
    const requests = (perSecond * ROUND_MS) / 1_000;
    return {
      allUs: (after.all - before.all) / requests,
      mainUs: (after.main - before.main) / requests,
    };
  };
  return { service, restMiB, cost };
}

export const tracingWorkload: Workload = {
  name: 'tracing',
  async run() {
    const collector = await startCollector();
    const services: CartographProcess[] = [];
    const seen: { way: Way; restMiB: number; all: number[]; main: number[] }[] = [];
    const costs: (() => Promise<{ allUs: number; mainUs: number }>)[] = [];
    for (const way of ways) {
      const { service, restMiB, cost } = await measured(way, collector.endpoint);
      services.push(service);
      costs.push(cost);
      seen.push({ way, restMiB, all: [], main: [] });
    }
    for (const cost of costs) await cost();
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const [n, cost] of costs.entries()) {
        const { allUs, mainUs } = await cost();
        seen[n]?.all.push(allUs);
        seen[n]?.main.push(mainUs);
      }
    }
    await Promise.all(services.map((service) => service.stop()));
    collector.stop();
    return seen.flatMap(({ way, restMiB, all, main }): Figure[] => [
      {
        what: `addItem, ${way}: CPU a request`,
        value: `${Math.round(median(all))} µs, main ${Math.round(median(main))}`,
      },
      { what: `memory at rest, ${way}`, value: `${Math.round(restMiB)} MiB` },
    ]);
  },
};
