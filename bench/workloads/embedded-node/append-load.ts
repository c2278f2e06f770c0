// Callers of the official client that append repeatedly for a while.
import { createHistogram } from 'node:perf_hooks';
import type { ServerProcess } from '../../server-process.js';
import { benchedEvents } from './benched-event.js';
import { withClient } from './servers.js';
import { sizes } from './sizes.js';
import type { Round } from './turns.js';

export interface AppendLoad {
  readonly callers: number;
  /** Default: 1. */
  readonly eventsPerAppend?: number;
  /** Default: each caller has its own new stream. */
  readonly streamOf?: (caller: number, append: number) => string;
}

let loads = 0;

/** Events per second, and the duration of an append. */
export function appendLoad(server: ServerProcess, load: AppendLoad): Promise<Round> {
  const { callers, eventsPerAppend = 1 } = load;
  loads += 1;
  const prefix = `bench-${String(loads)}`;
  const streamOf = load.streamOf ?? ((caller) => `${prefix}-${String(caller)}`);
  return withClient(server, async (client) => {
    const latencyUs = createHistogram();
    const begunAt = performance.now() + sizes.warmUpMs;
    const endsAt = begunAt + sizes.roundMs;
    const caller = async (_: unknown, n: number) => {
      for (let append = 0; ; append += 1) {
        const events = benchedEvents(eventsPerAppend);
        const sentAt = performance.now();
        if (sentAt >= endsAt) return;
        await client.appendToStream(streamOf(n, append), events);
        if (sentAt >= begunAt) latencyUs.record(microsecondsSince(sentAt));
      }
    };
    await Promise.all(Array.from({ length: callers }, caller));
    return {
      perSecond: (latencyUs.count * eventsPerAppend) / (sizes.roundMs / 1000),
      p50Ms: latencyUs.percentile(50) / 1000,
      p99Ms: latencyUs.percentile(99) / 1000,
    };
  });
}

/** A histogram accepts whole numbers from 1. */
export function microsecondsSince(atMs: number): number {
  return Math.max(1, Math.round((performance.now() - atMs) * 1000));
}

/** Appends events as fast as possible to the given streams, a hundred at a time. */
export function fill(
  server: ServerProcess,
  count: number,
  streamOf: (append: number) => string,
): Promise<void> {
  const eventsPerAppend = Math.min(100, count);
  const appends = Math.ceil(count / eventsPerAppend);
  return withClient(server, async (client) => {
    let next = 0;
    const caller = async () => {
      while (next < appends) {
        const stream = streamOf(next);
        next += 1;
        await client.appendToStream(stream, benchedEvents(eventsPerAppend));
      }
    };
    await Promise.all(Array.from({ length: 8 }, caller));
  });
}
