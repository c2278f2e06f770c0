// Projections that clients create in the embedded node: how fast one handles a stored log, and what
// one that runs costs the appends beside it, in turns with the same appends alone.
import { createHistogram } from 'node:perf_hooks';
import { rmSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { EventStoreDBClient } from '@eventstore/db-client';
import { type Figure, median, milliseconds, perSecond, type Workload } from '../workload.js';
import { fill, microsecondsSince } from './embedded-node/append-load.js';
import { benchedEvent } from './embedded-node/benched-event.js';
import { newDataDir, startNode, withClient } from './embedded-node/servers.js';
import { sizes } from './embedded-node/sizes.js';

const APPENDS_PER_SECOND = 500;
const STREAMS = 100;

const queries = {
  counter: () => `fromAll().when({ $init: () => ({ count: 0 }), Benched(s) { s.count += 1; } })`,
  'counter of each stream': () =>
    `fromAll().foreachStream().when({ $init: () => ({ count: 0 }), Benched(s) { s.count += 1; } })`,
  linkTo: (name: string) => `fromAll().when({ Benched(s, e) { linkTo('${name}-links', e); } })`,
};
type Kind = keyof typeof queries;

/** A node whose log has events and nothing else: links of earlier rounds would be read, too. */
async function onFilledNode<Result>(use: (client: EventStoreDBClient) => Promise<Result>) {
  const dataDir = newDataDir();
  const node = await startNode(dataDir, '--run-projections');
  try {
    await fill(node, sizes.readEvents, (append) => `stored-${String(append % STREAMS)}`);
    return await withClient(node, use);
  } finally {
    await node.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function create(client: EventStoreDBClient, name: string, kind: Kind): Promise<void> {
  await client.createProjection(name, queries[kind](name), { emitEnabled: true });
}

async function upToDate(client: EventStoreDBClient, name: string): Promise<void> {
  for (;;) {
    const found = await client.getProjectionStatus(name);
    if (found.status.startsWith('Faulted')) throw new Error(found.stateReason);
    const handled = Number(found.eventsProcessedAfterRestart);
    if (handled >= sizes.readEvents && found.progress === 100) return;
    await delay(10);
  }
}

async function catchUp(kind: Kind): Promise<Figure> {
  const rates: number[] = [];
  while (rates.length < sizes.rounds) {
    await onFilledNode(async (client) => {
      const begunAt = performance.now();
      await create(client, 'bench', kind);
      await upToDate(client, 'bench');
      rates.push(sizes.readEvents / ((performance.now() - begunAt) / 1_000));
    });
  }
  const events = sizes.readEvents.toLocaleString('en-GB');
  return {
    what: `user projection, ${kind}, over ${events} events`,
    value: perSecond(median(rates)),
  };
}

/** The 99th percentile at fixed times, so that a slow answer does not delay later appends. */
async function appendsP99(client: EventStoreDBClient): Promise<number> {
  const latencyUs = createHistogram();
  const sent: Promise<void>[] = [];
  const count = (sizes.liveMs / 1_000) * APPENDS_PER_SECOND;
  const append = async (turn: number) => {
    const sentAt = performance.now();
    await client.appendToStream(`beside-${String(turn % STREAMS)}`, benchedEvent());
    if (turn >= count / 10) latencyUs.record(microsecondsSince(sentAt));
  };
  const begunAt = performance.now();
  while (sent.length < count) {
    const due = Math.floor(((performance.now() - begunAt) / 1_000) * APPENDS_PER_SECOND);
    while (sent.length < Math.min(due, count)) sent.push(append(sent.length));
    await delay(1);
  }
  await Promise.all(sent);
  return latencyUs.percentile(99) / 1_000;
}

/** @param isBehind whether the projection has the stored log to handle meanwhile */
async function beside(kind: Kind, isBehind: boolean): Promise<Figure> {
  const turns: { alone: number; seen: number }[] = [];
  while (turns.length < sizes.rounds) {
    await onFilledNode(async (client) => {
      const alone = await appendsP99(client);
      await create(client, 'bench', kind);
      if (!isBehind) await upToDate(client, 'bench');
      turns.push({ alone, seen: await appendsP99(client) });
    });
  }
  const seen = median(turns.map((turn) => turn.seen));
  const alone = median(turns.map((turn) => turn.alone));
  const state = isBehind ? 'that catches up' : 'that is up to date';
  return {
    what: `appends at ${String(APPENDS_PER_SECOND)}/s beside a ${kind} ${state}, p99`,
    value: milliseconds(seen),
    ceiling: `${milliseconds(alone)} (no projection)`,
    ratio: median(turns.map((turn) => turn.seen / turn.alone)),
  };
}

export const userProjectionsWorkload: Workload = {
  name: 'user-projections',
  async run() {
    const figures: Figure[] = [];
    for (const kind of ['counter', 'counter of each stream', 'linkTo'] as const) {
      figures.push(await catchUp(kind));
    }
    for (const kind of ['counter', 'linkTo'] as const) {
      figures.push(await beside(kind, false), await beside(kind, true));
    }
    return figures;
  },
};
