// `relay verify`: equal where everything was relayed, else the first differences by name.
import { expect, test } from '@jest/globals';
import { loadPricing } from '../../src/pricing/pricing-module.js';
import { projectionsOf } from '../../src/projections/registry.js';
import { countMissing } from '../../src/relay/count-missing.js';
import { defaultLayout } from '../../src/relay/layout.js';
import type { TopicRecord } from '../../src/relay/topics.js';
import { verifyTopics } from '../../src/relay/verify-topics.js';
import { MemoryLog } from './memory-log.js';
import { MemoryTopics } from './memory-topics.js';
import { relayToTheEnd } from './relaying.js';

async function relayed(size = 300) {
  const log = new MemoryLog(size);
  const topics = new MemoryTopics({ transactions: true });
  await relayToTheEnd({ store: log, topics });
  return { log, topics };
}

const verified = async ({ log, topics }: Awaited<ReturnType<typeof relayed>>) =>
  verifyTopics({
    ...{ store: log, topics, layout: defaultLayout, log: log.events[0]!.id },
    projections: projectionsOf(await loadPricing(undefined)),
  });

/** The records of a partition of the carts that has some. */
function cartRecords(topics: MemoryTopics): TopicRecord[] {
  const partitions = topics.partitions.get('cartograph.cart') ?? [];
  return partitions.find((records) => records.length > 2) ?? [];
}

test('everything that was relayed is equal', async () => {
  const all = await relayed();
  const { events, differences, isBehind, comparedTo } = await verified(all);
  expect({ events, differences, isBehind }).toEqual({
    ...{ events: 300, differences: [], isBehind: false },
  });
  expect(comparedTo).toBe(all.log.events.at(-1)?.position);
});

test('a record that is missing is named', async () => {
  const all = await relayed();
  const [missing] = cartRecords(all.topics).splice(0, 1);
  for (let more = 0; more < 20; more += 1) all.log.append();
  await relayToTheEnd({ store: all.log, topics: all.topics });
  const { differences } = await verified(all);
  const revision = missing?.headers.get('revision');
  expect(differences).toEqual([
    `${missing?.key}@${revision} (Tested) is not in topic cartograph.cart`,
  ]);
});

test('a record with other data, and one of no event, are named', async () => {
  const all = await relayed();
  const records = cartRecords(all.topics);
  const [first, second] = records;
  records[0] = { ...first!, value: Buffer.from('{"index":-1}') };
  const headers = new Map([
    ...second!.headers,
    ['position', String(BigInt(second!.headers.get('position')!) + 1n)],
  ]);
  records.splice(2, 0, { ...second!, headers: headers });
  const { differences } = await verified(all);
  expect(differences).toEqual([
    expect.stringContaining('has another data in its topic'),
    expect.stringContaining('is in a topic, and not in the log'),
  ]);
});

test('repetitions and strangers are counted; what was not relayed yet is no difference', async () => {
  const all = await relayed();
  const records = cartRecords(all.topics);
  records.push(records[0]!, { ...records[1]!, headers: new Map() });
  for (let more = 0; more < 20; more += 1) all.log.append();
  const result = await verified(all);
  expect(result).toMatchObject({ duplicates: 1, strangers: 1, isBehind: true, differences: [] });
  const { byTopic, present } = await countMissing({
    ...{ store: all.log, topics: all.topics, layout: defaultLayout },
  });
  expect(present).toBe(300);
  expect([...byTopic.values()].reduce((sum, each) => sum + each, 0)).toBe(20);
});
