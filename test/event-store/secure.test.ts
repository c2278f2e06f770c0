// The store on a server with TLS and users: everything goes by the connection string alone, and
// wrong credentials are told as such, and not as a server that is away.
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { type EmbeddedNode, startEmbeddedNode } from 'embedded-eventstoredb';
import { AppendRefusedError, StoreAccessError } from '../../src/event-store/errors.js';
import type { NewEvent } from '../../src/event-store/stored-event.js';
import { Cleanup, connectTestStore } from './nodes.js';

const cleanup = new Cleanup();
let node: EmbeddedNode;
beforeEach(async () => {
  node = await startEmbeddedNode({ insecure: false });
  cleanup.add(() => node.stop());
});
afterEach(() => cleanup.run());

const event = (): NewEvent => ({
  id: randomUUID(),
  type: 'Noted',
  data: {},
  metadata: { schemaVersion: 1, occurredAt: '2026-11-01T08:00:00.000Z' },
});

async function first<T>(items: AsyncIterable<T>): Promise<T | undefined> {
  for await (const item of items) return item;
  return undefined;
}

test('appends, reads and follows as the user of the connection string', async () => {
  const store = connectTestStore(cleanup, node.connectionString);
  const [one, two] = [event(), event()];
  expect((await store.append('note-1', [one], 'no_stream')).revision).toBe(0);
  expect((await store.append('note-1', [two], 0)).revision).toBe(1);
  expect(await first(store.readStream('note-1'))).toMatchObject({ id: one.id });
  expect(await first(store.readAll())).toMatchObject({ id: one.id });
  expect(await store.headPosition()).toBeGreaterThan(0n);
  const delivery = await first(store.subscribeToAll({ after: 'start', prefixes: ['note-'] }));
  expect(delivery).toMatchObject({ event: { id: one.id } });
});

test.each([
  ['a wrong password', 'admin:wrong@'],
  ['no credentials', ''],
])('%s: every call is refused at once', async (_, user) => {
  const connection = node.connectionString.replace('admin:changeit@', user);
  const store = connectTestStore(cleanup, connection);
  await expect(store.append('note-1', [event()], 'no_stream')).rejects.toBeInstanceOf(
    AppendRefusedError,
  );
  await expect(first(store.readStream('note-1'))).rejects.toBeInstanceOf(StoreAccessError);
  const following = store.subscribeToAll({ after: 'start', prefixes: ['note-'] });
  await expect(first(following)).rejects.toBeInstanceOf(StoreAccessError);
});
