// What brokers may answer about a topic's records: no offset, that no offset is right, or that a
// transaction hides what comes after it.
import { afterEach, expect, test } from '@jest/globals';
import { KafkaTopics } from '../../src/relay/kafka/kafka-topics.js';
import { Cleanup } from '../event-store/nodes.js';
import {
  API_VERSIONS,
  fakeBroker,
  type FakeAnswer,
  type FakeRequest,
  framed,
  int16,
  int32,
  METADATA,
  NO_TAGS,
  versions,
} from './fake-broker.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const FETCH = 1;
const LIST_OFFSETS = 2;
const OFFSET_OUT_OF_RANGE = 1;
const TOPIC = Buffer.from('carts');
const apis = [
  [FETCH, 12, 12],
  [LIST_OFFSETS, 6, 6],
  [METADATA, 9, 9],
  [API_VERSIONS, 0, 3],
];

function int64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(value);
  return bytes;
}

/** A list in compact form, without the bytes of its tags. */
const list = (items: readonly Buffer[]) =>
  Buffer.concat([Buffer.from([items.length + 1]), ...items]);
const text = (bytes: Buffer) => Buffer.concat([Buffer.from([bytes.length + 1]), bytes]);
const NULL = Buffer.from([0]);

/** This broker, and the topic with one partition that it leads. */
function oneTopic(correlation: number, address: string): Buffer {
  const [host = '', port] = address.split(':');
  const at = [text(Buffer.from(host)), int32(Number(port)), NULL, NO_TAGS];
  const replicas = [list([]), list([]), list([])];
  const partition = [int16(0), int32(0), int32(0), int32(0), ...replicas, NO_TAGS];
  const topic = [int16(0), text(TOPIC), NULL, list([Buffer.concat(partition)]), int32(0), NO_TAGS];
  const brokers = list([Buffer.concat([int32(0), ...at])]);
  const topics = list([Buffer.concat(topic)]);
  const body = [NO_TAGS, int32(0), brokers, NULL, int32(0), topics, int32(0), NO_TAGS];
  return framed(correlation, Buffer.concat(body));
}

function offsets(correlation: number, found: readonly bigint[]): Buffer {
  const partitions = found.map((offset) =>
    Buffer.concat([int32(0), int16(0), int64(-1n), int64(offset), int32(0), NO_TAGS]),
  );
  const topic = Buffer.concat([text(TOPIC), list(partitions), NO_TAGS]);
  return framed(correlation, Buffer.concat([NO_TAGS, int32(0), list([topic]), NO_TAGS]));
}

function fetchError(correlation: number, code: number): Buffer {
  const ends = [int64(100n), int64(100n), int64(0n)];
  const partition = [int32(0), int16(code), ...ends, list([]), int32(-1), list([]), NO_TAGS];
  const topic = [text(TOPIC), list([Buffer.concat(partition)]), NO_TAGS];
  const body = [NO_TAGS, int32(0), int16(0), int32(0), list([Buffer.concat(topic)]), NO_TAGS];
  return framed(correlation, Buffer.concat(body));
}

async function topicsOf(answer: FakeAnswer): Promise<KafkaTopics> {
  const address: string = await fakeBroker(cleanup, (request) => {
    if (request.api === API_VERSIONS) return versions(request.correlation, apis);
    if (request.api === METADATA) return oneTopic(request.correlation, address);
    return answer(request);
  });
  const topics = new KafkaTopics({ brokers: [address], answerMs: 1_000 });
  cleanup.add(() => topics.close());
  return topics;
}

test('the end of a partition is what the broker says', async () => {
  const topics = await topicsOf(({ correlation }) => offsets(correlation, [7n]));
  expect(await topics.endsOf('carts', 1)).toEqual([7n]);
});

// A relay that took it for empty would write every event a second time.
test.each<[what: string, found: bigint[]]>([
  ['none', []],
  ['−1', [-1n]],
])('a partition without an offset is not empty: %s', async (_, found) => {
  const topics = await topicsOf(({ correlation }) => offsets(correlation, found));
  await expect(topics.endsOf('carts', 1)).rejects.toMatchObject({
    name: 'KafkaUnavailableError',
    message: expect.stringContaining('no offset of partition 0'),
  });
});

/** How the broker is to count, in ListOffsets: up to what is committed, or to all. */
function isCommittedAsked({ bytes }: FakeRequest): boolean {
  const afterClient = 10 + bytes.readInt16BE(8) + NO_TAGS.length;
  return bytes.readUInt8(afterClient + 4) === 1;
}

// Records of ours may lie behind the transaction: they would be written a second time.
test.each([
  ['that ends', 3],
  ['that stays open', Infinity],
])('what is behind a transaction of another producer %s is waited for', async (_, endsAfter) => {
  let asked = 0;
  const topics = await topicsOf((request) => {
    if (!isCommittedAsked(request)) return offsets(request.correlation, [10n]);
    asked += 1;
    return offsets(request.correlation, [asked > endsAfter ? 11n : 4n]);
  });
  const reading = topics.endsOf('carts', 1, true);
  if (endsAfter === 3) expect(await reading).toEqual([11n]);
  else await expect(reading).rejects.toThrow('another producer has a transaction open');
  expect(await topics.endsOf('carts', 1)).toEqual([endsAfter === 3 ? 11n : 4n]);
});

test('a broker for which no offset is in range is given up', async () => {
  let asked = 0;
  const topics = await topicsOf(({ api, correlation }) => {
    asked += 1;
    if (asked > 50) return 'cut';
    return api === FETCH
      ? fetchError(correlation, OFFSET_OUT_OF_RANGE)
      : offsets(correlation, [0n]);
  });
  const reading = topics.read('carts', 0, 0n, 10n)[Symbol.asyncIterator]().next();
  await expect(reading).rejects.toThrow('no records');
  expect(asked).toBeLessThan(20);
});
