// Every event is in its topic once, and in order in its partition, whatever becomes of the writes.
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { MemoryLog } from './memory-log.js';
import { MemoryTopics, type WriteFate } from './memory-topics.js';
import { expectEachOnceInOrder, relayToTheEnd } from './relaying.js';

const fate = fc.constantFrom<WriteFate>('done', 'lost', 'half done', 'done, and not answered');

test.each([true, false])('with transactions: %s', async (transactions) => {
  await fc.assert(
    fc.asyncProperty(fc.array(fate, { maxLength: 12 }), async (fates) => {
      const log = new MemoryLog(300, 20);
      const topics = new MemoryTopics({ transactions });
      topics.fates.push(...fates);
      const { completeTo } = await relayToTheEnd({ store: log, topics, batchSize: 20 });
      expectEachOnceInOrder(log, topics);
      expect(completeTo).toBe(log.events.at(-1)?.position);
    }),
    { numRuns: 30 },
  );
});

test('100,000 events over faults of every kind', async () => {
  const log = new MemoryLog(100_000);
  const topics = new MemoryTopics({ transactions: false, count: 4 });
  const fates: WriteFate[] = ['done', 'half done', 'done', 'done, and not answered', 'lost'];
  topics.fates.push(...Array.from({ length: 12 }, () => fates).flat());
  await relayToTheEnd({ store: log, topics, batchSize: 1_000 });
  expect(topics.writes).toBeGreaterThan(100);
  expectEachOnceInOrder(log, topics);
});

test('a relay that starts again writes what is new, and nothing else', async () => {
  const log = new MemoryLog(500);
  const topics = new MemoryTopics({ transactions: true });
  const first = await relayToTheEnd({ store: log, topics });
  for (let more = 0; more < 30; more += 1) log.append();
  const second = await relayToTheEnd({ store: log, topics });
  expect([first.written, second.written]).toEqual([500, 30]);
  expect([first.epoch, second.epoch]).toEqual([1, 2]);
  expectEachOnceInOrder(log, topics);
});

test('a category that gets its own topic later has all of its events there', async () => {
  const log = new MemoryLog(300);
  const topics = new MemoryTopics({ transactions: true });
  const { defaultLayout } = await import('../../src/relay/layout.js');
  await relayToTheEnd({ store: log, topics });
  const layout = new Map([...defaultLayout, ['cart', 'carts']]);
  await relayToTheEnd({ store: log, topics, layout });
  const inTopic = (topic: string) =>
    (topics.partitions.get(topic) ?? []).flat().map(({ key }) => key);
  expect(inTopic('carts').sort()).toEqual(inTopic('cartograph.cart').sort());
});

test('a part of the log: what is before `from` and after `to` is left out', async () => {
  const log = new MemoryLog(100);
  const topics = new MemoryTopics({ transactions: true });
  const [from, to] = [log.events[20]!.position, log.events[59]!.position];
  const { written, completeTo } = await relayToTheEnd({ store: log, topics, from, to });
  expect([written, completeTo]).toEqual([40, to]);
});
