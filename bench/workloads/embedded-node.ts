// Appends a second through the official client: the embedded node, each append durable before it is
// acknowledged, beside a server that answers at once and keeps nothing.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHistogram } from 'node:perf_hooks';
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { cartographScript } from '../cartograph-process.js';
import { startServer } from '../server-process.js';
import { type Figure, median, milliseconds, perSecond, type Workload } from '../workload.js';

const ROUNDS = 3;
const ROUND_MS = 3_000;
const text = 'x'.repeat(160);

interface Appends {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

async function appends(address: string, callers: number): Promise<Appends> {
  const client = EventStoreDBClient.connectionString`esdb://${address}?tls=false`;
  const latencyUs = createHistogram();
  const begunAt = performance.now() + 500;
  const endsAt = begunAt + ROUND_MS;
  const caller = async (_: unknown, n: number) => {
    const stream = `bench-${String(n)}-${String(Math.trunc(begunAt))}`;
    for (;;) {
      const sentAt = performance.now();
      if (sentAt >= endsAt) return;
      await client.appendToStream(stream, jsonEvent({ type: 'Benched', data: { text } }));
      if (sentAt >= begunAt) {
        latencyUs.record(Math.max(1, Math.round((performance.now() - sentAt) * 1000)));
      }
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
  await client.dispose();
  return {
    perSecond: latencyUs.count / (ROUND_MS / 1000),
    p50Ms: latencyUs.percentile(50) / 1000,
    p99Ms: latencyUs.percentile(99) / 1000,
  };
}

export const embeddedNodeWorkload: Workload = {
  name: 'embedded-node',
  async run() {
    const dataDir = mkdtempSync(join(tmpdir(), 'cartograph-bench-'));
    const node = await startServer(cartographScript, [
      'embedded-node',
      '--port',
      '0',
      '--data',
      dataDir,
    ]);
    const noop = await startServer('dist/bench/noop/event-store-server.js');
    const hostAndPort = node.address.replace(/^\w+:\/\//, '').replace(/[/?].*$/, '');
    const figures: Figure[] = [];
    for (const callers of [1, 8, 64]) {
      const pairs: { node: Appends; noop: Appends }[] = [];
      for (let round = 0; round < ROUNDS; round += 1) {
        pairs.push({
          noop: await appends(noop.address, callers),
          node: await appends(hostAndPort, callers),
        });
      }
      figures.push({
        what: `embedded node, appends with fsync, ${callers} caller(s)`,
        value: `${perSecond(median(pairs.map((pair) => pair.node.perSecond)))}, p50 ${milliseconds(median(pairs.map((pair) => pair.node.p50Ms)))}, p99 ${milliseconds(median(pairs.map((pair) => pair.node.p99Ms)))}`,
        ceiling: perSecond(median(pairs.map((pair) => pair.noop.perSecond))),
        ratio: median(pairs.map((pair) => pair.node.perSecond / pair.noop.perSecond)),
      });
    }
    await Promise.all([node.stop(), noop.stop()]);
    rmSync(dataDir, { recursive: true, force: true });
    return figures;
  },
};
