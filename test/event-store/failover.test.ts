// The store of a cluster whose leader resigns, freezes or dies: what was acknowledged is read, what
// is appended is delivered, and everything is asked of the node that leads.
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { StoreUnavailableError } from '../../src/event-store/errors.js';
import type { EventStore } from '../../src/event-store/event-store.js';
import type { LogReader } from '../../src/event-store/log-reader.js';
import type { NewEvent, StoredEvent } from '../../src/event-store/stored-event.js';
import { runSubscription } from '../../src/subscriptions/subscription.js';
import { SimulatedCluster, type SimulatedNode } from '../support/simulated-cluster.js';
import { Cleanup, connectTestStore, startTestNode } from './nodes.js';
import { Wire } from '../support/wire.ts';

// Its thread runs what was built.
const built = new URL('../../dist/event-store/log-reader.js', import.meta.url).href;
const { LogReader: BuiltLogReader } = (await import(built)) as { LogReader: typeof LogReader };

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const event = (): NewEvent => ({
  id: randomUUID(),
  type: 'Noted',
  data: {},
  metadata: { schemaVersion: 1, occurredAt: '2026-11-01T08:00:00.000Z' },
});

async function revisionsOf(events: AsyncIterable<StoredEvent>): Promise<number[]> {
  const revisions: number[] = [];
  for await (const { revision } of events) revisions.push(revision);
  return revisions;
}

/** Asks again while the store is away, as a shopper does. */
async function eventually<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof StoreUnavailableError)) throw error;
    }
  }
}

describe('a cluster of three', () => {
  let cluster: SimulatedCluster;
  let store: EventStore;
  let first: SimulatedNode;
  let second: SimulatedNode;
  let third: SimulatedNode;
  beforeEach(async () => {
    cluster = await SimulatedCluster.start(await startTestNode(cleanup), cleanup);
    [first, second, third] = cluster.nodes as [SimulatedNode, SimulatedNode, SimulatedNode];
    store = connectTestStore(cleanup, cluster.connectionString);
  });

  const append = (revision: number) =>
    store.append('note-1', [event()], revision === 0 ? 'no_stream' : revision - 1);

  /** What arrives of the stream; `has` resolves when that revision has. */
  const follow = () => {
    const arrived: number[] = [];
    let wake: () => void = () => undefined;
    const stopping = new AbortController();
    const running = runSubscription({
      store,
      prefixes: ['note-'],
      after: -1n,
      handle: (batch) => {
        arrived.push(...batch.map(({ revision }) => revision));
        wake();
        return Promise.resolve();
      },
      signal: stopping.signal,
    });
    cleanup.add(async () => {
      stopping.abort();
      await running;
    });
    const has = async (revision: number) => {
      while (!arrived.includes(revision)) await new Promise<void>((resolve) => (wake = resolve));
    };
    return { arrived, has };
  };

  test('is asked at its leader alone', async () => {
    await append(0);
    expect(await revisionsOf(store.readStream('note-1'))).toEqual([0]);
    const asked = (node: SimulatedNode) =>
      [...node.calls.keys()].filter((path) => /Streams/.test(path));
    expect(asked(first)).toHaveLength(2);
    expect([asked(second), asked(third)]).toEqual([[], []]);
  });

  test('an acknowledged change is read after a resignation, however far behind the old leader is', async () => {
    let revision = 0;
    for (const next of [second, third, first, third, second, first]) {
      const { position } = await append(revision);
      expect(await revisionsOf(store.readStream('note-1'))).toHaveLength(revision + 1);
      cluster.leader?.holdReplicationAt(position ?? 0n);
      next.replicateAll();
      cluster.resignTo(next);
      revision += 1;
      await eventually(() => append(revision));
      const read = () => revisionsOf(store.readStream('note-1'));
      expect(await eventually(read)).toHaveLength(revision + 1);
      expect(await eventually(() => store.headPosition())).toBeGreaterThan(position ?? 0n);
      revision += 1;
    }
  });

  test('a subscription moves with the leader, and gives each change once and in order', async () => {
    const { position } = await append(0);
    const { arrived, has } = follow();
    await has(0);
    first.holdReplicationAt(position ?? 0n);
    cluster.resignTo(second);
    await eventually(() => append(1));
    await has(1);
    cluster.resignTo(third);
    await eventually(() => append(2));
    await has(2);
    expect(arrived).toEqual([0, 1, 2]);
  });

  test('a leader that freezes is left for the next one, and is not gone back to', async () => {
    await append(0);
    const { has } = follow();
    await has(0);
    first.freeze();
    cluster.resignTo(second);
    await eventually(() => append(1));
    await has(1);
    // It has missed the election and still takes itself for the leader.
    first.believeIn(first);
    first.thaw();
    await append(2);
    await has(2);
    expect(await revisionsOf(store.readStream('note-1'))).toEqual([0, 1, 2]);
    expect(second.leads).toBe(true);
  });

  test('a frozen follower has no effect', async () => {
    await append(0);
    const { has } = follow();
    await has(0);
    second.freeze();
    for (let revision = 1; revision <= 20; revision += 1) await append(revision);
    await has(20);
    expect(await revisionsOf(store.readStream('note-1'))).toHaveLength(21);
  });

  test('a leader that dies is left, and may lead again', async () => {
    await append(0);
    await first.kill();
    await expect(append(1)).rejects.toThrow(StoreUnavailableError);
    cluster.resignTo(third);
    await eventually(() => append(1));
    await first.startAgain();
    cluster.resignTo(first);
    await eventually(() => append(2));
    expect(await eventually(() => revisionsOf(store.readStream('note-1')))).toEqual([0, 1, 2]);
  });

  test('the store is unavailable during an election', async () => {
    await append(0);
    cluster.resignTo(null);
    await expect(append(1)).rejects.toThrow(StoreUnavailableError);
    await expect(store.headPosition()).rejects.toThrow(StoreUnavailableError);
    cluster.resignTo(second);
    await eventually(() => append(1));
    expect(await revisionsOf(store.readStream('note-1'))).toEqual([0, 1]);
  });

  test.each([
    ['one node that follows', () => `esdb+discover://127.0.0.1:${second.port}?tls=false`],
    ['all nodes, to discover', () => cluster.connectionString.replace('esdb', 'esdb+discover')],
    ['all nodes, by the newer scheme', () => cluster.connectionString.replace('esdb', 'kurrentdb')],
  ])('the leader is found by %s', async (_, connectionString) => {
    third.freeze();
    const other = connectTestStore(cleanup, connectionString());
    expect((await other.append('note-2', [event()], 'no_stream')).revision).toBe(0);
    expect(await revisionsOf(other.readStream('note-2'))).toEqual([0]);
    expect(first.calls.size).toBeGreaterThan(1);
    const reader = new BuiltLogReader(connectionString);
    const read: number[] = [];
    for await (const batch of reader.readAllInBatches()) read.push(batch.length);
    expect(read).toEqual([1]);
  });
});

describe('a single node', () => {
  test('reads and appends have connections of their own', async () => {
    const wire = await Wire.to(await startTestNode(cleanup), cleanup);
    const store = connectTestStore(cleanup, wire.connectionString);
    await store.headPosition();
    await store.append('note-1', [event()], 'no_stream');
    await store.headPosition();
    expect(wire.connections).toBe(2);
  });

  test('a connection that has fallen silent is replaced', async () => {
    const wire = await Wire.to(await startTestNode(cleanup), cleanup);
    const store = connectTestStore(cleanup, wire.connectionString);
    await store.append('note-1', [event()], 'no_stream');
    expect(await revisionsOf(store.readStream('note-1'))).toEqual([0]);
    wire.silence();
    await store.append('note-1', [event()], 0);
    expect(await revisionsOf(store.readStream('note-1'))).toEqual([0, 1]);
  });
});
