// The time from sending an append until a subscriber gets it, at a steady rate.
import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';
import type { EventStoreDBClient } from '@eventstore/db-client';
import type { ServerProcess } from '../../server-process.js';
import { median, milliseconds, type Workload } from '../../workload.js';
import { microsecondsSince } from './append-load.js';
import { benchedEvent } from './benched-event.js';
import { withClient, withServers } from './servers.js';
import { sizes } from './sizes.js';

const APPENDS_PER_SECOND = 500;
const count = (sizes.liveMs / 1000) * APPENDS_PER_SECOND;

async function followed(client: EventStoreDBClient, sentAt: number[]) {
  const latencyUs = createHistogram();
  const subscription = client.subscribeToAll({ fromPosition: 'end' });
  const done = new Promise<RecordableHistogram>((resolve, reject) => {
    let arrived = 0;
    subscription.on('error', reject);
    subscription.on('data', () => {
      // One connection's appends to one stream keep their order, so the nth received is the nth
      // sent.
      latencyUs.record(microsecondsSince(sentAt[arrived] ?? 0));
      arrived += 1;
      if (arrived === count) resolve(latencyUs);
    });
  });
  await new Promise<void>((resolve) => subscription.once('confirmation', () => resolve()));
  return { done, stop: () => subscription.unsubscribe() };
}

/** At fixed times, so that a slow response does not delay later appends. */
async function appendSteadily(client: EventStoreDBClient, sentAt: number[]): Promise<void> {
  const appends: Promise<unknown>[] = [];
  const begunAt = performance.now();
  while (sentAt.length < count) {
    const due = Math.floor(((performance.now() - begunAt) / 1000) * APPENDS_PER_SECOND);
    while (sentAt.length < Math.min(due, count)) {
      sentAt.push(performance.now());
      appends.push(client.appendToStream('live', benchedEvent()));
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await Promise.all(appends);
}

interface Latency {
  readonly p50: number;
  readonly p99: number;
}

async function latency(server: ServerProcess): Promise<Latency> {
  return withClient(server, async (client) => {
    // The first append includes the cost of the connection.
    await client.appendToStream('live', benchedEvent());
    const sentAt: number[] = [];
    const { done, stop } = await followed(client, sentAt);
    await appendSteadily(client, sentAt);
    const latencyUs = await done;
    await stop();
    return { p50: latencyUs.percentile(50) / 1000, p99: latencyUs.percentile(99) / 1000 };
  });
}

export const liveWorkload: Workload = {
  name: 'embedded-node-live',
  run: () =>
    withServers(async ({ node, noop }) => {
      const rounds: Record<'node' | 'noop', Latency>[] = [];
      while (rounds.length < sizes.rounds) {
        rounds.push({ noop: await latency(noop), node: await latency(node) });
      }
      const told = (server: 'node' | 'noop') => {
        const p50 = median(rounds.map((round) => round[server].p50));
        const p99 = median(rounds.map((round) => round[server].p99));
        return `p50 ${milliseconds(p50)}, p99 ${milliseconds(p99)}`;
      };
      const what = `embedded node, append to live subscriber at ${String(APPENDS_PER_SECOND)}/s`;
      return [{ what, value: told('node'), ceiling: told('noop') }];
    }),
};
