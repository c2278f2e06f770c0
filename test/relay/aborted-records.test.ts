// What a relay reads of partitions with aborted transactions, through the client library: the
// records of committed ones, all of them, and no other.
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { type Callback, Consumer, FetchIsolationLevels, kGetApi } from '@platformatic/kafka';
import { KafkaTopics } from '../../src/relay/kafka/kafka-topics.js';
import { Cleanup } from '../event-store/nodes.js';
import { fakeBroker } from './fake-broker.js';

const cleanup = new Cleanup();
afterEach(async () => {
  jest.restoreAllMocks();
  await cleanup.run();
});

const [DATA, CONTROL] = [0x10, 0x30];
const [ABORT, COMMIT] = [0, 1];

interface Batch {
  readonly firstOffset: bigint;
  readonly lastOffsetDelta: number;
}

function batch(producerId: bigint, firstOffset: number, attributes: number, key: Buffer): Batch {
  const record = { offsetDelta: 0, key, value: Buffer.from('{}'), headers: [] };
  return Object.assign(
    { firstOffset: BigInt(firstOffset), lastOffsetDelta: 0 },
    { producerId, attributes, records: [record] },
  );
}

/** One transaction a word: what it did, and whose it was; a record and its end, or its end alone. */
function partitionOf(transactions: readonly string[]) {
  const records: Batch[] = [];
  const abortedTransactions: { producerId: bigint; firstOffset: bigint }[] = [];
  const committed: bigint[] = [];
  for (const word of transactions) {
    const [fate = '', producer = '1', isEmpty] = word.split(' ');
    const [id, at] = [BigInt(producer), records.length];
    const isCommitted = fate === 'committed';
    if (isEmpty === undefined) {
      records.push(batch(id, at, DATA, Buffer.from('a key')));
      if (isCommitted) committed.push(BigInt(at));
      else abortedTransactions.push({ producerId: id, firstOffset: BigInt(at) });
    }
    const end = Buffer.from([0, 0, 0, isCommitted ? COMMIT : ABORT]);
    records.push(batch(id, records.length, CONTROL, end));
  }
  return { records, abortedTransactions, committed };
}

type Answer = (words: unknown[]) => unknown;

/** The library asks nothing of brokers, and has these answers as if it had read them from bytes. */
function answerWith(answers: Readonly<Record<string, Answer>>): void {
  jest.spyOn(Consumer.prototype, kGetApi).mockImplementation((name, callback) => {
    const api = (...words: unknown[]) => {
      const answered = words.pop() as Callback<unknown>;
      answered(null, answers[name]?.(words));
    };
    callback(null, Object.assign(api, { key: 0, version: 13, async: jest.fn() }) as never);
  });
}

/** A broker that answers so many batches at a time, and the isolations that it was asked for. */
async function brokerOf(
  { records, abortedTransactions }: ReturnType<typeof partitionOf>,
  atATime: number,
) {
  const isolations = new Set<unknown>();
  const address = await fakeBroker(cleanup, () => undefined);
  const [host, port] = address.split(':');
  const led = { partitionIndex: 0, leaderId: 0, errorCode: 0, leaderEpoch: 0 };
  const copies = { replicaNodes: [0], isrNodes: [0], offlineReplicas: [] };
  answerWith({
    Metadata: () => ({
      brokers: [{ nodeId: 0, host, port: Number(port), rack: null }],
      topics: [{ name: 'carts', topicId: 'carts', partitions: [{ ...led, ...copies }] }],
    }),
    Fetch: (words) => {
      isolations.add(words[4]);
      const [{ partitions }] = words[7] as [{ partitions: [{ fetchOffset: bigint }] }];
      const from = Number(partitions[0].fetchOffset);
      const found = records.slice(from, from + atATime);
      // Brokers name the aborted transactions that reach into their answer.
      const last = BigInt(from + found.length);
      const aborted = abortedTransactions.filter(
        ({ firstOffset }) => firstOffset < last && firstOffset + 1n >= BigInt(from),
      );
      const answer = { partitionIndex: 0, abortedTransactions: aborted, preferredReadReplica: -1 };
      const responses = [{ topicId: 'carts', partitions: [{ ...answer, records: found }] }];
      return { sessionId: 0, responses };
    },
  });
  return { address, isolations };
}

type Reader = (address: string, end: number) => Promise<bigint[]>;

async function byRelay(address: string, end: number): Promise<bigint[]> {
  const topics = new KafkaTopics({ brokers: [address] });
  cleanup.add(() => topics.close());
  const offsets: bigint[] = [];
  for await (const read of topics.read('carts', 0, 0n, BigInt(end))) {
    offsets.push(...read.map(({ offset }) => offset));
  }
  return offsets;
}

/** The example of a consumer is a program of its own, without types. */
interface Example {
  readonly Partitions: new (
    brokers: readonly string[],
    topic: string,
  ) => {
    batches(next: () => bigint): AsyncIterable<{ next: bigint; records: { offset: bigint }[] }>;
    close(): Promise<void>;
  };
}

async function byExample(address: string, end: number): Promise<bigint[]> {
  const script = new URL('../../examples/kafka-consumer/partitions.js', import.meta.url);
  const { Partitions } = (await import(script.href)) as Example;
  const partitions = new Partitions([address], 'carts');
  cleanup.add(() => partitions.close());
  const offsets: bigint[] = [];
  let next = 0n;
  for await (const batch of partitions.batches(() => next)) {
    offsets.push(...batch.records.map(({ offset }) => offset));
    next = batch.next;
    if (next === BigInt(end)) break;
  }
  return offsets;
}

const readers: [string, Reader][] = [
  ['the relay', byRelay],
  ['the example', byExample],
];

describe.each(readers)('%s', (_name, read) => {
  test.each([
    [['committed', 'aborted', 'committed']],
    [['aborted', 'committed', 'aborted', 'committed']],
    [['aborted', 'committed', 'aborted 1 empty', 'committed']],
    [['aborted 1 empty', 'aborted', 'committed', 'aborted 1 empty']],
    [['aborted 2', 'committed 1', 'aborted 2', 'committed 2', 'aborted 1', 'committed 1']],
    [['committed 1 empty', 'aborted', 'aborted', 'committed', 'aborted']],
  ])('reads of %j what was committed', async (transactions) => {
    const partition = partitionOf(transactions);
    for (const atATime of [1, 2, 3, 100]) {
      const { address, isolations } = await brokerOf(partition, atATime);
      const offsets = await read(address, partition.records.length);
      expect({ atATime, offsets }).toEqual({ atATime, offsets: partition.committed });
      expect(isolations).toEqual(new Set([FetchIsolationLevels.READ_COMMITTED]));
    }
  });
});
