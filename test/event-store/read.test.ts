import { afterEach, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { AnswerQueue } from '../../src/event-store/answer-queue.js';
import { disconnect, openRead } from '../../src/event-store/client-internals.js';
import { StoreUnavailableError } from '../../src/event-store/errors.js';
import { readAnswer } from '../../src/event-store/read-answer.js';
import { streamReadRequest } from '../../src/event-store/read-request.js';
import type { NewEvent, StoredEvent } from '../../src/event-store/stored-event.js';
import { systemTime } from '../../src/waiting/time.js';
import {
  Cleanup,
  connectTestStore,
  RestartableNode,
  startSilentServer,
  startTestNode,
} from './nodes.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const event = (): NewEvent => ({
  id: randomUUID(),
  type: 'Noted',
  data: {},
  metadata: { schemaVersion: 1, occurredAt: '2026-11-01T08:00:00.000Z' },
});
const events = (count: number): NewEvent[] => Array.from({ length: count }, event);

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const given: T[] = [];
  for await (const item of items) given.push(item);
  return given;
}

async function turns(count: number): Promise<void> {
  for (let taken = 0; taken < count; taken += 1) await turn();
}

const revisionsOf = async (items: AsyncIterable<StoredEvent>) =>
  (await all(items)).map(({ revision }) => revision);

async function startStore() {
  const { connectionString } = await startTestNode(cleanup);
  return { connectionString, store: connectTestStore(cleanup, connectionString) };
}

describe('reading a stream', () => {
  test('can be abandoned at any place, even after the server has sent everything, and keeps nothing open', async () => {
    const { connectionString, store } = await startStore();
    // More than is taken at once, by less than what a call holds that nobody reads.
    for (const count of [511, 512, 513, 527, 528, 529, 536, 544, 545]) {
      await store.append(`note-${count}`, events(count), 'no_stream');
      const client = EventStoreDBClient.connectionString(connectionString);
      const request = streamReadRequest({
        stream: `note-${count}`,
        from: 'start',
        backwards: false,
        maxCount: 1_000,
      });
      const call = await openRead(client, request, readAnswer, { requiresLeader: false });
      const queue = new AnswerQueue(call, systemTime);
      // The last of these comes with the last event that a call holds by itself.
      await Promise.race([once(call, 'status'), once(call, 'pause').then(() => turns(50))]);
      queue.cancel();
      expect(queue.take()).toEqual([]);
      // Resolves when every call of the client has ended.
      await client.dispose();
      await disconnect(client);
    }
  });

  test('gives the requested revisions, forwards and backwards', async () => {
    const { store } = await startStore();
    await store.append('note-1', events(5), 'no_stream');
    expect(await revisionsOf(store.readStream('note-1'))).toEqual([0, 1, 2, 3, 4]);
    expect(await revisionsOf(store.readStream('note-1', { from: 2, maxCount: 2 }))).toEqual([2, 3]);
    const backwards = { backwards: true, maxCount: 2 };
    expect(await revisionsOf(store.readStream('note-1', backwards))).toEqual([4, 3]);
    expect(await revisionsOf(store.readStream('note-1', { from: 5 }))).toEqual([]);
  });

  test('that never was gives nothing', async () => {
    const { store } = await startStore();
    expect(await all(store.readStream('note-1'))).toEqual([]);
  });

  test('gives an event without metadata, with its problem', async () => {
    const { connectionString, store } = await startStore();
    const client = EventStoreDBClient.connectionString(connectionString);
    cleanup.add(() => client.dispose());
    await client.appendToStream('note-1', jsonEvent({ type: 'Noted', data: {} }));
    const read = await all(store.readStream('note-1'));
    expect(read).toMatchObject([{ type: 'Noted', flaw: { problem: 'it has no metadata' } }]);
  });
});

describe('reading the log', () => {
  test('gives the events after a position, of the requested streams', async () => {
    const { store } = await startStore();
    const { position } = await store.append('note-1', events(2), 'no_stream');
    await store.append('other-1', events(2), 'no_stream');
    await store.append('note-2', events(1), 'no_stream');
    const streams = async (options: Parameters<typeof store.readAll>[0]) =>
      (await all(store.readAll(options))).map(({ stream }) => stream);
    expect(await streams({ prefixes: ['note-'] })).toEqual(['note-1', 'note-1', 'note-2']);
    expect(await streams({ after: position! })).toEqual(['other-1', 'other-1', 'note-2']);
  });

  test('gives positions that grow, the last of them the head', async () => {
    const { store } = await startStore();
    await store.append('note-1', events(3), 'no_stream');
    const positions = (await all(store.readAll())).map(({ position }) => position);
    expect(positions).toEqual([...positions].sort((a, b) => (a < b ? -1 : 1)));
    expect(new Set(positions).size).toBe(3);
    expect(await store.headPosition()).toBe(positions.at(-1));
  });
});

describe('while the store is unavailable', () => {
  test.each([
    ['a server that never answers', () => startSilentServer(cleanup)],
    ['a port where nobody listens', () => Promise.resolve('esdb://127.0.0.1:1?tls=false')],
  ])('%s: a read fails within 3 s as unavailable', async (_, start) => {
    const store = connectTestStore(cleanup, await start());
    const startedAt = performance.now();
    await expect(all(store.readStream('note-1'))).rejects.toThrow(StoreUnavailableError);
    expect(performance.now() - startedAt).toBeLessThan(3_000);
  });

  test('a read that started during the outage is answered by the returning node', async () => {
    const node = await RestartableNode.start(cleanup);
    const store = connectTestStore(cleanup, node.connectionString);
    await store.append('note-1', events(2), 'no_stream');
    await revisionsOf(store.readStream('note-1'));
    await node.stop();
    const reading = revisionsOf(store.readStream('note-1'));
    await node.startAgain();
    expect(await reading).toEqual([0, 1]);
  });
});
