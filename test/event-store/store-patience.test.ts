// Reads with patience continue after an outage: each event once, in order.
import { afterEach, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { EventStore } from '../../src/event-store/event-store.js';
import type { LogReader } from '../../src/event-store/log-reader.js';
import { StoreNodes } from '../../src/event-store/store-nodes.js';
import { StorePatience } from '../../src/event-store/store-patience.js';
import type { NewEvent, StoredEvent } from '../../src/event-store/stored-event.js';
import { systemTime } from '../../src/waiting/time.js';
import { Cleanup, RestartableNode, startSilentServer } from './nodes.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const COUNT = 20_000;
const root = fileURLToPath(new URL('../..', import.meta.url));

const event = (): NewEvent => ({
  id: randomUUID(),
  type: 'Noted',
  data: { text: 'x'.repeat(400) },
  metadata: { schemaVersion: 1, occurredAt: '2026-11-01T08:00:00.000Z' },
});

function storeAt(connectionString: string, patience: StorePatience): EventStore {
  const store = new EventStore(new StoreNodes(connectionString), systemTime, patience);
  cleanup.add(() => store.close());
  return store;
}

/** A node with events, and patience during which the node starts again. */
async function startNotes(Patience = StorePatience) {
  const node = await RestartableNode.start(cleanup);
  const outages: unknown[] = [];
  const starts: Promise<void>[] = [];
  const patience = new Patience({
    onWait: (error) => {
      outages.push(error);
      starts.push(node.startAgain());
    },
  });
  cleanup.add(() => Promise.all(starts));
  const store = storeAt(node.connectionString, patience);
  for (let done = 0; done < COUNT; done += 1_000) {
    const events = Array.from({ length: 1_000 }, event);
    await store.append('note-1', events, done === 0 ? 'no_stream' : done - 1);
  }
  return { node, outages, patience, store };
}

/** The revisions that a read gives when its node stops after the first events. */
async function revisionsOver(
  node: RestartableNode,
  batches: AsyncIterable<readonly StoredEvent[]>,
): Promise<number[]> {
  const revisions: number[] = [];
  for await (const batch of batches) {
    if (revisions.length === 0) await node.stop();
    revisions.push(...batch.map(({ revision }) => revision));
  }
  return revisions;
}

async function* alone(events: AsyncIterable<StoredEvent>): AsyncIterable<readonly StoredEvent[]> {
  for await (const event of events) yield [event];
}

/** A thread runs compiled code only. */
const built = (file: string): Promise<unknown> =>
  import(pathToFileURL(join(root, `dist/event-store/${file}.js`)).href);

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);

test('of $all, of a stream in both directions, and of a part', async () => {
  const { node, outages, store } = await startNotes();
  const read = (batches: AsyncIterable<readonly StoredEvent[]>) => revisionsOver(node, batches);
  expect(await read(store.readAllInBatches())).toEqual(upTo(COUNT));
  expect(await read(alone(store.readStream('note-1')))).toEqual(upTo(COUNT));
  const part = { backwards: true, from: COUNT - 11, maxCount: COUNT - 100 };
  const expected = upTo(COUNT - 10)
    .reverse()
    .slice(0, COUNT - 100);
  expect(await read(alone(store.readStream('note-1', part)))).toEqual(expected);
  expect(outages).toHaveLength(3);
});

test('in a thread of its own', async () => {
  const [reader, patience] = await Promise.all([built('log-reader'), built('store-patience')]);
  const notes = await startNotes(
    (patience as { StorePatience: typeof StorePatience }).StorePatience,
  );
  const { LogReader: Reader } = reader as { LogReader: typeof LogReader };
  const log = new Reader(() => notes.node.connectionString, notes.patience);
  expect(await revisionsOver(notes.node, log.readAllInBatches())).toEqual(upTo(COUNT));
  expect(notes.outages).toHaveLength(1);
});

test('but a store that has never answered is not waited for', async () => {
  const outages: unknown[] = [];
  const patience = new StorePatience({ onWait: (error) => outages.push(error) });
  const store = storeAt(await startSilentServer(cleanup), patience);
  await expect(store.headPosition()).rejects.toMatchObject({ name: 'StoreUnavailableError' });
  expect(outages).toEqual([]);
});
