// A hundred thousand streams: the first event of each, then appends and reads at random streams.
import { createHistogram } from 'node:perf_hooks';
import type { ServerProcess } from '../../server-process.js';
import type { Workload } from '../../workload.js';
import { appendLoad, microsecondsSince } from './append-load.js';
import { benchedEvent } from './benched-event.js';
import { withClient, withServers } from './servers.js';
import { sizes } from './sizes.js';
import { figureOf, inTurns, type Round } from './turns.js';

const CALLERS = 64;
const streams = sizes.streams.toLocaleString('en-GB');

/** A prime, so that the order of streams does not favour a cache or a page of the file. */
const STRIDE = 7_919;
const streamAt = (n: number) => `one-of-many-${String((n * STRIDE) % sizes.streams)}`;

async function makeStreams(server: ServerProcess): Promise<Round> {
  return withClient(server, async (client) => {
    const begunAt = performance.now();
    let next = 0;
    const caller = async () => {
      while (next < sizes.streams) {
        const stream = streamAt(next);
        next += 1;
        await client.appendToStream(stream, benchedEvent());
      }
    };
    await Promise.all(Array.from({ length: CALLERS }, caller));
    return { perSecond: sizes.streams / ((performance.now() - begunAt) / 1000) };
  });
}

async function readLastEvents(server: ServerProcess): Promise<Round> {
  return withClient(server, async (client) => {
    const latencyUs = createHistogram();
    const endsAt = performance.now() + sizes.roundMs;
    for (let n = 0; performance.now() < endsAt; n += 1) {
      const sentAt = performance.now();
      const read = client.readStream(streamAt(n), { direction: 'backwards', maxCount: 1 });
      for await (const { event } of read) {
        if (event !== undefined) latencyUs.record(microsecondsSince(sentAt));
      }
    }
    return {
      perSecond: latencyUs.count / (sizes.roundMs / 1000),
      p50Ms: latencyUs.percentile(50) / 1000,
      p99Ms: latencyUs.percentile(99) / 1000,
    };
  });
}

export const streamsWorkload: Workload = {
  name: 'embedded-node-streams',
  run: () =>
    withServers(async ({ node, noop }) => {
      // Only once: a second time the streams would not be new.
      const made = [{ ceiling: await makeStreams(noop), seen: await makeStreams(node) }];
      const load = {
        callers: CALLERS,
        streamOf: (caller: number, append: number) => streamAt(append * CALLERS + caller),
      };
      const appends = await inTurns(node, noop, (server) => appendLoad(server, load));
      const reads = await inTurns(node, noop, readLastEvents);
      return [
        figureOf(`${streams} new streams, ${String(CALLERS)} callers`, made),
        figureOf(`appends all over ${streams} streams, ${String(CALLERS)} callers`, appends),
        figureOf(`last event of one of ${streams} streams, 1 caller`, reads),
      ];
    }),
};
