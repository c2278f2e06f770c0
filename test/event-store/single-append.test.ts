import { afterEach, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { EventStoreDBClient } from '@eventstore/db-client';
import { AppendChannel } from '../../src/event-store/append-channel.js';
import { ConflictError, IncompleteHistoryError } from '../../src/event-store/errors.js';
import { OfficialClient } from '../../src/event-store/official-client.js';
import type { NewEvent } from '../../src/event-store/stored-event.js';
import { Cleanup, startTestNode } from './nodes.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const event = (): NewEvent => ({
  id: randomUUID(),
  type: 'Noted',
  data: {},
  metadata: { schemaVersion: 1, occurredAt: '2026-11-01T08:00:00.000Z' },
});

test('a server that knows no batches is given single appends, with the same outcomes', async () => {
  const { connectionString } = await startTestNode(cleanup);
  const client = EventStoreDBClient.connectionString(connectionString);
  // As an old server answers.
  Object.defineProperty(client, 'supports', { value: () => Promise.resolve(false) });
  const channel = new AppendChannel({
    callOptions: { requiresLeader: false },
    connect: () => Promise.resolve(new OfficialClient(client)),
    onMove: () => undefined,
    noteFault: () => undefined,
  });
  cleanup.add(() => channel.close());
  const append = (stream: string, events: NewEvent[], revision: number | 'no_stream') =>
    channel.append(stream, events, revision, 2_500);

  const first = [event(), event()];
  expect(await append('note-1', first, 'no_stream')).toMatchObject({ revision: 1 });
  expect(await append('note-1', [event()], 1)).toMatchObject({ revision: 2 });
  expect(await append('note-1', first, 'no_stream')).toMatchObject({ revision: 1 });
  const stale = append('note-1', [event()], 0);
  await expect(stale).rejects.toThrow(ConflictError);
  await expect(stale).rejects.toMatchObject({ currentRevision: 2 });
  await expect(append('note-2', [event()], 5)).rejects.toMatchObject({ currentRevision: -1 });
  await client.tombstoneStream('note-1');
  await expect(append('note-1', [event()], 2)).rejects.toThrow(IncompleteHistoryError);
});
