import { afterEach, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedNode } from 'embedded-eventstoredb';
import {
  AppendTooLargeError,
  ConflictError,
  StoreUnavailableError,
} from '../../src/event-store/errors.js';
import type { EventStore } from '../../src/event-store/event-store.js';
import type { NewEvent } from '../../src/event-store/stored-event.js';
import {
  Cleanup,
  connectTestStore,
  RestartableNode,
  startSilentServer,
  startTestNode,
} from './nodes.js';
import { Wire } from '../support/wire.ts';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const event = (fields: Partial<NewEvent> = {}): NewEvent => ({
  id: randomUUID(),
  type: 'Noted',
  data: { text: 'ä€😀' },
  metadata: { schemaVersion: 1, occurredAt: '2026-11-01T08:00:00.000Z' },
  ...fields,
});

async function idsIn(store: EventStore, stream: string): Promise<string[]> {
  const ids: string[] = [];
  for await (const { id } of store.readStream(stream)) ids.push(id);
  return ids;
}

async function startStore(): Promise<EventStore> {
  const { connectionString } = await startTestNode(cleanup);
  return connectTestStore(cleanup, connectionString);
}

describe('an append', () => {
  test('answers the revision and the position of its last event', async () => {
    const store = await startStore();
    const first = await store.append('note-1', [event(), event()], 'no_stream');
    const second = await store.append('note-1', [event()], 1);
    expect([first.revision, second.revision]).toEqual([1, 2]);
    expect(second.position).toBe(await store.headPosition());
  });

  test('keeps what was handed in', async () => {
    const store = await startStore();
    const given = event();
    await store.append('note-1', [given], 'no_stream');
    for await (const kept of store.readStream('note-1')) {
      expect(kept).toMatchObject({ ...given, stream: 'note-1', revision: 0 });
    }
    expect(await idsIn(store, 'note-1')).toEqual([given.id]);
  });

  test('at another revision than the stream has is a conflict that names the right one', async () => {
    const store = await startStore();
    await store.append('note-1', [event(), event()], 'no_stream');
    const stale = store.append('note-1', [event()], 0);
    await expect(stale).rejects.toThrow(ConflictError);
    await expect(stale).rejects.toMatchObject({ stream: 'note-1', currentRevision: 1 });
    await expect(store.append('note-2', [event()], 4)).rejects.toMatchObject({
      currentRevision: -1,
    });
  });

  test('repeated with the same ids and expectation adds nothing and answers the same revision', async () => {
    const store = await startStore();
    const events = [event(), event()];
    await store.append('note-1', events, 'no_stream');
    await store.append('note-1', [event()], 1);
    expect((await store.append('note-1', events, 'no_stream')).revision).toBe(1);
    expect(await idsIn(store, 'note-1')).toHaveLength(3);
  });

  test('of many events arrives whole, also beside others as large', async () => {
    const store = await startStore();
    const streams = Array.from({ length: 12 }, (_, index) => `note-${index}`);
    const text = 'x'.repeat(400);
    const batches = streams.map(() => Array.from({ length: 500 }, () => event({ data: { text } })));
    const appending = streams.map((stream, index) =>
      store.append(stream, batches[index] ?? [], 'no_stream', { timeoutMs: 20_000 }),
    );
    const appended = await Promise.all(appending);
    expect(appended.map(({ revision }) => revision)).toEqual(streams.map(() => 499));
    expect(await idsIn(store, 'note-7')).toEqual(batches[7]?.map(({ id }) => id));
  });

  test('beyond what the store takes is refused at once, not repeated', async () => {
    const store = await startStore();
    const huge = event({ data: { text: 'x'.repeat(2 * 1024 * 1024) } });
    await expect(store.append('note-1', [huge], 'no_stream')).rejects.toThrow(AppendTooLargeError);
    expect(await idsIn(store, 'note-1')).toEqual([]);
  });

  test('of data that is not JSON fails at once and keeps the connection usable', async () => {
    const store = await startStore();
    const wrong = store.append('note-1', [event({ data: { amount: 1n } })], 'no_stream');
    await expect(wrong).rejects.toThrow(TypeError);
    await store.append('note-1', [event()], 'no_stream');
    expect(await idsIn(store, 'note-1')).toHaveLength(1);
  });
});

describe('while the store is unavailable', () => {
  test.each([
    ['a server that never answers', () => startSilentServer(cleanup)],
    ['a port where nobody listens', () => Promise.resolve('esdb://127.0.0.1:1?tls=false')],
  ])('%s: an append fails within 3 s as unavailable', async (_, start) => {
    const store = connectTestStore(cleanup, await start());
    const startedAt = performance.now();
    await expect(store.append('note-1', [event()], 'no_stream')).rejects.toThrow(
      StoreUnavailableError,
    );
    expect(performance.now() - startedAt).toBeLessThan(3_000);
  });

  test('each of many appends to a node that froze fails, and none brings the process down', async () => {
    const wire = await Wire.to(await startTestNode(cleanup), cleanup);
    const store = connectTestStore(cleanup, wire.connectionString);
    await store.append('note-0', [event()], 'no_stream');
    wire.freeze();
    const waiting = Array.from({ length: 300 }, (_, index) =>
      store.append(
        `note-${index + 1}`,
        [event({ data: { text: 'x'.repeat(2_000) } })],
        'no_stream',
      ),
    );
    const outcomes = await Promise.allSettled(waiting);
    expect(outcomes.every(({ status }) => status === 'rejected')).toBe(true);
    wire.thaw();
    await store.append('note-0', [event()], 0);
    expect(await idsIn(store, 'note-0')).toHaveLength(2);
  });
});

describe('after a fault', () => {
  test('to a node whose log cannot be written says so, and the next one is stored', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'cartograph-append-'));
    cleanup.add(() => rm(folder, { recursive: true }));
    const node = await startEmbeddedNode({ dataDir: folder });
    cleanup.add(() => node.stop());
    const store = connectTestStore(cleanup, node.connectionString);
    // Before its first commit, the node opens this file.
    const witness = join(folder, 'log.sqlite-ack');
    await mkdir(witness);
    const refused = store.append('note-1', [event()], 'no_stream', { timeoutMs: 300 });
    await expect(refused).rejects.toMatchObject({
      name: 'StoreUnavailableError',
      message: expect.stringMatching(/^The event store cannot do it now: append to note-1: \S/),
    });
    await rmdir(witness);
    expect(await store.append('note-1', [event()], 'no_stream')).toMatchObject({ revision: 0 });
  });

  test('the next append reaches a node that was restarted', async () => {
    const node = await RestartableNode.start(cleanup);
    const store = connectTestStore(cleanup, node.connectionString);
    await store.append('note-1', [event()], 'no_stream');
    await node.stop();
    const during = store.append('note-1', [event()], 0);
    await node.startAgain();
    await during;
    await store.append('note-1', [event()], 1);
    expect(await idsIn(store, 'note-1')).toHaveLength(3);
  });

  test('an append whose answer was lost is found to be there, once', async () => {
    const wire = await Wire.to(await startTestNode(cleanup), cleanup);
    const store = connectTestStore(cleanup, wire.connectionString);
    await store.append('note-0', [event()], 'no_stream');
    const events = Array.from({ length: 40 }, () => event());
    const appending = events.map((one, index) =>
      store.append(`note-${index + 1}`, [one], 'no_stream'),
    );
    // Written, but the connection breaks before the answers can have come back.
    await new Promise((resolve) => setImmediate(resolve));
    wire.cut();
    const appended = await Promise.all(appending);
    expect(appended.every(({ revision }) => revision === 0)).toBe(true);
    for (const [index, { id }] of events.entries()) {
      expect(await idsIn(store, `note-${index + 1}`)).toEqual([id]);
    }
  });
});
