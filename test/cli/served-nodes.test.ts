// A node that comes back on another port is found again: by appends and by reads, whichever of
// them notices first.
import { afterEach, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedNode } from 'embedded-eventstoredb';
import { ServedNodes } from '../../src/cli/served-nodes.js';
import { EventStore } from '../../src/event-store/event-store.js';
import { Cleanup } from '../event-store/nodes.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const append = (store: EventStore, stream: string) => {
  const metadata = { schemaVersion: 1, occurredAt: '2026-11-01T08:00:00.000Z' };
  return store.append(
    stream,
    [{ id: randomUUID(), type: 'Noted', data: {}, metadata }],
    'no_stream',
  );
};

const streamsOf = async (store: EventStore): Promise<string[]> => {
  const streams: string[] = [];
  for await (const { stream } of store.readAll()) streams.push(stream);
  return streams;
};

test.each(['append', 'read'])('the %s comes first', async (first) => {
  const dataDir = await mkdtemp(join(tmpdir(), 'cartograph-nodes-'));
  cleanup.add(() => rm(dataDir, { recursive: true, force: true }));
  const before = await startEmbeddedNode({ dataDir });
  let current: string | undefined = before.connectionString;
  const nodes = new ServedNodes(current, () => Promise.resolve(current));
  const store = new EventStore(nodes);
  cleanup.add(() => store.close());
  await append(store, 'note-1');
  expect(await streamsOf(store)).toEqual(['note-1']);

  await before.stop();
  current = undefined;
  await expect(append(store, 'note-2')).rejects.toMatchObject({ name: 'StoreUnavailableError' });
  const after = await startEmbeddedNode({ dataDir });
  cleanup.add(() => after.stop());
  expect(after.port).not.toBe(before.port);
  current = after.connectionString;
  if (first === 'append') await append(store, 'note-2');
  expect(await streamsOf(store)).toEqual(first === 'append' ? ['note-1', 'note-2'] : ['note-1']);
  if (first === 'read') await append(store, 'note-2');
  expect(await streamsOf(store)).toEqual(['note-1', 'note-2']);
  expect(nodes.connectionString).toBe(after.connectionString);
});
