// Topics that were deleted, made anew, or given more partitions while others went on.
import { expect, test } from '@jest/globals';
import type { AllRange } from '../../src/event-store/all-range.js';
import { MissingEvents } from '../../src/relay/missing-events.js';
import { defaultLayout, relayedCategories, topicsOf } from '../../src/relay/layout.js';
import { readStanding } from '../../src/relay/standing.js';
import { KafkaRefusedError } from '../../src/relay/topics.js';
import { MemoryLog } from './memory-log.js';
import { MemoryTopics } from './memory-topics.js';
import { expectEachOnceInOrder, relayToTheEnd } from './relaying.js';

/** All but the last events are relayed, in more than one write. */
async function relayed(size: number, more: number) {
  const log = new MemoryLog(size);
  const topics = new MemoryTopics({ transactions: true });
  await relayToTheEnd({ store: log, topics, batchSize: 100 });
  for (let index = 0; index < more; index += 1) log.append();
  return { log, topics };
}

test.each(['absent', 'empty'])(
  'a topic that was deleted, and is %s, gets all of it',
  async (how) => {
    const { log, topics } = await relayed(400, 30);
    topics.partitions.delete('cartograph.cart');
    if (how === 'empty') await topics.makeTopics(['cartograph.cart']);
    await relayToTheEnd({ store: log, topics });
    expectEachOnceInOrder(log, topics);
  },
);

test('so does one whose category has no new event', async () => {
  const { log, topics } = await relayed(400, relayedCategories.indexOf('tax') - (400 % 11));
  topics.partitions.delete('cartograph.tax');
  await relayToTheEnd({ store: log, topics });
  expectEachOnceInOrder(log, topics);
});

test('also when the relay dies amid it', async () => {
  const { log, topics } = await relayed(3_000, 30);
  topics.partitions.delete('cartograph.order');
  const died = new KafkaRefusedError('writing', 'the relay is killed');
  topics.fates.push(...Array.from({ length: topics.writes + 1 }, () => 'done' as const), died);
  const relaying = relayToTheEnd({ store: log, topics, batchSize: 100 });
  await expect(relaying).rejects.toThrow(died);
  await relayToTheEnd({ store: log, topics });
  expectEachOnceInOrder(log, topics);
});

/** Retention has removed every record of the carts. */
class Emptied extends MemoryTopics {
  override async *read(topic: string, partition: number, from: bigint, end: bigint) {
    if (topic !== 'cartograph.cart') yield* super.read(topic, partition, from, end);
  }
}

test('what retention has removed is not written again', async () => {
  const log = new MemoryLog(400);
  const topics = new Emptied({ transactions: true });
  await relayToTheEnd({ store: log, topics, batchSize: 100 });
  // Only the last write, which no later record vouches for.
  const { written: ofLastWrite } = await relayToTheEnd({ store: log, topics });
  expect(ofLastWrite).toBeLessThan(10);
  const orders = topics.partitions.get('cartograph.order')!.flat().length;
  topics.partitions.delete('cartograph.order');
  const { written } = await relayToTheEnd({ store: log, topics });
  expect(written).toBe(orders + ofLastWrite);
});

test('what was left out by `from` stays left out', async () => {
  const { log, topics } = await relayed(0, 300);
  const from = log.events[150]!.position;
  await relayToTheEnd({ store: log, topics, from });
  topics.partitions.delete('cartograph.cart');
  await relayToTheEnd({ store: log, topics, from });
  expect(topics.all().flat().length).toBe(150);
});

test('what was found complete is not read again, unless its topic was made anew since', async () => {
  const { log, topics } = await relayed(400, 1);
  await relayToTheEnd({ store: log, topics });
  const read: (readonly string[])[] = [];
  const store = {
    readAllInBatches(range: AllRange = {}) {
      read.push(range.prefixes ?? []);
      return log.readAllInBatches(range);
    },
  };
  const missing = new MissingEvents({ store, topics, layout: defaultLayout });
  const ends = new AbortController().signal;
  const look = async () => {
    read.length = 0;
    const counts = new Map(topicsOf(defaultLayout).map((topic) => [topic, 3]));
    const options = { layout: defaultLayout, log: log.events[0]!.id };
    return missing.first(await readStanding(topics, counts, options), ends);
  };
  expect(await look()).toBeUndefined();
  expect(read.length).toBe(1);
  expect(await look()).toBeUndefined();
  expect(read).toEqual([]);
  topics.partitions.delete('cartograph.tax');
  await topics.makeTopics(['cartograph.tax']);
  const firstOfTax = log.events.find(({ stream }) => stream.startsWith('tax-'))!;
  expect(await look()).toBe(firstOfTax.position);
  expect(read).toEqual([['tax-']]);
});

test('more partitions are seen, also where the last record would stay where it is', async () => {
  for (let size = 11; size < 60; size += 1) {
    const log = new MemoryLog(size);
    const topics = new MemoryTopics({ transactions: true, count: 1 });
    await relayToTheEnd({ store: log, topics });
    const keys = topics.partitions.get('cartograph.order')![0]!.map(({ key }) => key);
    const hasMoved = keys.some((key) => topics.partitionOf(key!, 2) === 1);
    topics.partitions.get('cartograph.order')!.push([]);
    const again = relayToTheEnd({ store: log, topics });
    if (hasMoved) await expect(again).rejects.toThrow(/another number of partitions than 2/);
    else await again;
  }
});
