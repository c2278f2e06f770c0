// A thread runs compiled code only, so the reader is the one of the build that `npm test` has made.
import { afterEach, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { LogReader } from '../../src/event-store/log-reader.js';
import type { NewEvent, StoredEvent } from '../../src/event-store/stored-event.js';
import { Cleanup, connectTestStore, startSilentServer, startTestNode } from './nodes.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const root = fileURLToPath(new URL('../..', import.meta.url));
const built = pathToFileURL(join(root, 'dist/event-store/log-reader.js')).href;
const readerOf = async (connectionString: string): Promise<LogReader> => {
  const module = (await import(built)) as { LogReader: typeof LogReader };
  return new module.LogReader(() => connectionString);
};

const event = (number: number): NewEvent => ({
  id: randomUUID(),
  type: 'Noted',
  data: { number, text: 'ü'.repeat(number % 50) },
  metadata: { schemaVersion: 1, occurredAt: '2026-11-01T08:00:00.000Z' },
});

async function all(batches: AsyncIterable<readonly StoredEvent[]>): Promise<StoredEvent[]> {
  const events: StoredEvent[] = [];
  for await (const batch of batches) events.push(...batch);
  return events;
}

describe('the log, read in a thread of its own', () => {
  test('is what the store itself reads: all of it, a part, and only some streams', async () => {
    const { connectionString } = await startTestNode(cleanup);
    const store = connectTestStore(cleanup, connectionString);
    for (let stream = 0; stream < 40; stream += 1) {
      const events = Array.from({ length: 100 }, (_, number) => event(number));
      await store.append(`${stream % 2 === 0 ? 'note' : 'memo'}-${stream}`, events, 'no_stream');
    }
    const reader = await readerOf(connectionString);
    const expected = await all(store.readAllInBatches());
    expect(expected).toHaveLength(4_000);
    expect(await all(reader.readAllInBatches())).toEqual(expected);
    const range = { after: expected[1_234]!.position, prefixes: ['memo-'] };
    const part = await all(store.readAllInBatches(range));
    expect(part.length).toBeGreaterThan(1_000);
    expect(await all(reader.readAllInBatches(range))).toEqual(part);
  });

  test('may be left in the middle', async () => {
    const { connectionString } = await startTestNode(cleanup);
    const store = connectTestStore(cleanup, connectionString);
    for (let done = 0; done < 5_000; done += 1_000) {
      const part = Array.from({ length: 1_000 }, (_, n) => event(done + n));
      await store.append('note-1', part, done === 0 ? 'no_stream' : done - 1);
    }
    const reader = await readerOf(connectionString);
    for await (const [first] of reader.readAllInBatches()) {
      expect(first?.revision).toBe(0);
      break;
    }
  });

  test('fails with the store’s error when there is no answer', async () => {
    const connectionString = await startSilentServer(cleanup);
    const reader = await readerOf(connectionString);
    await expect(all(reader.readAllInBatches())).rejects.toMatchObject({
      name: 'StoreUnavailableError',
    });
  });
});
