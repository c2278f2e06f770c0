// Relays that were shut out, strangers in a topic, and topics that cannot be gone on with.
import { expect, test } from '@jest/globals';
import type { StoredEvent } from '../../src/event-store/stored-event.js';
import { relayedEventOf, recordOf } from '../../src/relay/relayed-event.js';
import { RelaySession } from '../../src/relay/relay-session.js';
import { defaultLayout, layoutMark } from '../../src/relay/layout.js';
import { countMissing } from '../../src/relay/count-missing.js';
import { KafkaRefusedError, RelayFencedError, TopicsAheadError } from '../../src/relay/topics.js';
import { passingTime } from '../support/passing-time.js';
import { MemoryLog } from './memory-log.js';
import { MemoryTopics } from './memory-topics.js';
import { expectEachOnceInOrder, relayToTheEnd } from './relaying.js';

const sessionOf = (topics: MemoryTopics, log: MemoryLog) =>
  RelaySession.open({
    ...{ topics, layout: defaultLayout, transactions: 'auto' },
    log: log.events[0]!.id,
  });

/** As a relay of this epoch writes it. */
function late(topics: MemoryTopics, log: MemoryLog, event: StoredEvent, epoch: number): void {
  const topic = defaultLayout.get(event.stream.split('-')[0]!)!;
  const partition = topics.partitionOf(event.stream, 3);
  const layout = layoutMark(defaultLayout);
  const note = { log: log.events[0]!.id, epoch, completeTo: -1n, layout };
  topics.append(recordOf(event, { topic, partition }, note));
}

test('with transactions, a later relay shuts the earlier one out', async () => {
  const log = new MemoryLog(50);
  const topics = new MemoryTopics({ transactions: true });
  const earlier = await sessionOf(topics, log);
  const later = await sessionOf(topics, log);
  await expect(earlier.relay(log.events)).rejects.toThrow(RelayFencedError);
  await later.relay(log.events);
  expectEachOnceInOrder(log, topics);
});

test('without transactions, a relay notices the records of a later one and stops', async () => {
  const log = new MemoryLog(60);
  const topics = new MemoryTopics({ transactions: false });
  const earlier = await sessionOf(topics, log);
  await earlier.relay(log.events.slice(0, 30));
  const later = await sessionOf(topics, log);
  await later.relay(log.events.slice(30, 45));
  await expect(earlier.relay(log.events.slice(30))).rejects.toThrow(RelayFencedError);
});

test('without transactions, the late write of an earlier relay is counted', async () => {
  const log = new MemoryLog(60);
  const topics = new MemoryTopics({ transactions: false });
  await (await sessionOf(topics, log)).relay(log.events.slice(0, 30));
  const later = await sessionOf(topics, log);
  for (const event of log.events.slice(25, 30)) late(topics, log, event, 1);
  const { written, duplicates } = await later.relay(log.events.slice(30));
  expect([written, duplicates]).toEqual([30, 5]);
  // The next relay is not misled by the positions at the end.
  const third = await sessionOf(topics, log);
  expect(await third.relay(log.events)).toEqual({ written: 0, skipped: 60, duplicates: 0 });
});

test('records of strangers, of other logs, and that pretend to be ours are passed over', async () => {
  const log = new MemoryLog(200);
  const topics = new MemoryTopics({ transactions: false });
  await relayToTheEnd({ store: log, topics });
  const headers: [string, string][][] = [
    [],
    [['cartograph-log', 'another']],
    [
      ['cartograph-log', log.events[0]!.id],
      ['position', '9'.repeat(400)],
    ],
    [
      ['cartograph-log', log.events[0]!.id],
      ['position', 'x'],
      ['relay-complete-to', '-'],
    ],
  ];
  const place = { topic: 'cartograph.cart', key: 'cart-1', timestamp: 0 };
  for (let index = 0; index < 3_000; index += 1) {
    topics.append({
      ...{ ...place, partition: index % 3, value: Buffer.from('no JSON') },
      headers: headers[index % headers.length]!,
    });
  }
  for (let more = 0; more < 20; more += 1) log.append();
  const { written } = await relayToTheEnd({ store: log, topics });
  expect(written).toBe(20);
});

test('a topic whose number of partitions has changed is refused', async () => {
  const log = new MemoryLog(200);
  const topics = new MemoryTopics({ transactions: true, count: 3 });
  await relayToTheEnd({ store: log, topics });
  for (const partitions of topics.partitions.values()) partitions.push([]);
  log.append();
  const again = relayToTheEnd({ store: log, topics });
  await expect(again).rejects.toThrow(/had another number of partitions than 4/);
});

test('topics that are ahead of a log, such as a restored one, are refused', async () => {
  const log = new MemoryLog(200);
  const topics = new MemoryTopics({ transactions: true });
  await relayToTheEnd({ store: log, topics });
  log.events.splice(150);
  await expect(relayToTheEnd({ store: log, topics })).rejects.toThrow(TopicsAheadError);
});

test('so does what counts for an operator how far the topics are', async () => {
  const log = new MemoryLog(200);
  const topics = new MemoryTopics({ transactions: true });
  await relayToTheEnd({ store: log, topics });
  log.events.splice(150);
  const { time } = passingTime();
  const counting = () => countMissing({ store: log, topics, layout: defaultLayout, time });
  await expect(counting()).rejects.toThrow(TopicsAheadError);
  // Other events at the same positions: the log went on after it was restored.
  const fork = new MemoryLog(300, 1_000, '00000001');
  fork.events.splice(0, 150, ...log.events);
  await expect(countMissing({ store: fork, topics, layout: defaultLayout, time })).rejects.toThrow(
    TopicsAheadError,
  );
});

test('a refusal ends the command with its reason, and nothing after it is written', async () => {
  const log = new MemoryLog(2_500);
  const topics = new MemoryTopics({ transactions: true });
  const refused = new KafkaRefusedError('writing to carts', 'MESSAGE_TOO_LARGE');
  topics.fates.push('done', refused);
  const relaying = relayToTheEnd({ store: log, topics, batchSize: 1_000 });
  await expect(relaying).rejects.toThrow(refused);
  expect(topics.all().flat().length).toBe(1_000);
});

test('an event comes back from its record as it was', () => {
  const [event] = new MemoryLog(1).events;
  const note = { log: 'l', epoch: 3, completeTo: -1n, layout: 'x' };
  for (const data of [event!.data, 'text', null, [1], Buffer.from([0, 255])]) {
    const flawed = {
      ...event!,
      data,
      flaw: { problem: 'it has no metadata', metadata: undefined },
    };
    const record = recordOf(flawed, { topic: 't', partition: 0 }, note);
    const headers = new Map(record.headers);
    const read = relayedEventOf({ ...record, offset: 0n, headers }, 'l');
    expect(read).toEqual({ event: flawed, note });
  }
});
