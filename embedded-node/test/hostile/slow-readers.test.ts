// Readers slower than the log grows: they cost no memory and hold up nobody, and once they read on,
// or come again from where they were, they are given everything. The long form: SLOW_EVENTS=50000
// npm test -- test/embedded-node/hostile/slow
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { once } from 'node:events';
import {
  END,
  START,
  streamNameFilter,
  type AllStreamResolvedEvent,
  type EventStoreDBClient,
} from '@eventstore/db-client';
import { happened, newStream, numberOf } from '../client/given.js';
import { Cleanup } from '../../../test/event-store/nodes.js';
import { HostileNode } from './hostile-node.js';

const EVENTS = Number(process.env['SLOW_EVENTS'] ?? 10_000);
/** Where the log's length does not matter so much. */
const FEWER_EVENTS = EVENTS / 5;
const BATCH = 500;

const cleanup = new Cleanup();
let node: HostileNode;
beforeEach(async () => {
  node = await HostileNode.start(cleanup);
});
afterEach(() => cleanup.run());

async function append(client: EventStoreDBClient, stream: string, count: number): Promise<void> {
  for (let n = 0; n < count; n += BATCH) {
    const events = Array.from({ length: BATCH }, (_, i) => happened(n + i));
    await client.appendToStream(stream, events);
  }
}

/** Counts what a subscription gives, which must be 0, 1, 2 … in order. */
class InOrder {
  count = 0;

  take(n: number): void {
    if (n !== this.count) throw new Error(`${n} came where ${this.count} was due`);
    this.count += 1;
  }
}

test('one who reads nothing while all is written, and reads then', async () => {
  const stream = newStream();
  const slow = node.client.subscribeToStream(stream, { fromRevision: START });
  const confirmed = once(slow, 'confirmation');
  const slowHas = new InOrder();
  await node.endures(async () => {
    await confirmed;
    const live = node.client.subscribeToStream(stream, { fromRevision: START });
    const liveHas = new InOrder();
    const writing = append(node.client, stream, EVENTS);
    for await (const resolved of live) {
      liveHas.take(numberOf(resolved));
      if (liveHas.count === EVENTS) break;
    }
    await writing;
    await live.unsubscribe();
  });
  await readRest(node.client, stream, slow, slowHas);
  expect(slowHas.count).toBe(EVENTS);
}, 180_000);

/** Reads on; one whom the node had to drop comes again after the last event that it was given. */
async function readRest(
  client: EventStoreDBClient,
  stream: string,
  first: ReturnType<EventStoreDBClient['subscribeToStream']>,
  has: InOrder,
): Promise<void> {
  for (let subscription = first; ;) {
    try {
      for await (const resolved of subscription) {
        has.take(numberOf(resolved));
        if (has.count === EVENTS) return;
      }
    } catch (error) {
      expect(String(error)).toMatch(/too slow/);
    }
    subscription = client.subscribeToStream(stream, {
      fromRevision: has.count === 0 ? START : BigInt(has.count - 1),
    });
  }
}

test('one who stops in the middle of catching up is waited for', async () => {
  const stream = newStream();
  await append(node.client, stream, FEWER_EVENTS);
  const slow = node.client.subscribeToAll({
    fromPosition: START,
    filter: streamNameFilter({ prefixes: [stream] }),
  });
  const has = new InOrder();
  const events = slow[Symbol.asyncIterator]();
  await node.endures(async () => {
    const { value } = (await events.next()) as IteratorYieldResult<AllStreamResolvedEvent>;
    has.take(numberOf(value));
    for (let i = 0; i < 50; i++) await node.works();
  });
  for await (const resolved of events) {
    has.take(numberOf(resolved));
    if (has.count === FEWER_EVENTS) break;
  }
  await slow.unsubscribe();
}, 180_000);

test('a search through the whole log that finds nothing keeps nobody waiting', async () => {
  await append(node.client, newStream(), FEWER_EVENTS);
  const searches = Array.from({ length: 10 }, () =>
    node.client.subscribeToAll({
      fromPosition: START,
      filter: streamNameFilter({ regex: '^nobody-(is|was)-called-this$' }),
    }),
  );
  const ends = searches.map((search) => once(search.resume(), 'caughtUp'));
  const over = new AbortController();
  void Promise.all(ends).then(() => over.abort());
  let answered = 0;
  while (!over.signal.aborted) {
    await node.works();
    answered += 1;
  }
  // Ten searches through all of it take a while, in which others are answered all the time.
  expect(answered).toBeGreaterThan(3);
  const live = node.client.subscribeToAll({ fromPosition: END });
  await once(live.resume(), 'caughtUp');
  await Promise.all([...searches, live].map((subscription) => subscription.unsubscribe()));
}, 180_000);
