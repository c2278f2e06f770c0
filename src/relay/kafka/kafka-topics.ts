// The adapter for Kafka, with the client of Platformatic (docs/decisions/0009-kafka-client.md).
// It reads partitions itself, without a consumer group: the relay needs every record, once.
import {
  Admin,
  compatibilityPartitioner,
  FetchIsolationLevels,
  type FetchIsolationLevelValue,
  ListOffsetTimestamps,
} from '@platformatic/kafka';
import { systemTime } from '../../waiting/time.js';
import { retrying } from '../../waiting/retrying.js';
import {
  type EventTopics,
  KafkaRefusedError,
  KafkaUnavailableError,
  type TopicRecord,
  type TopicWriter,
  type TransactionUse,
} from '../topics.js';
import { committedBatches, offsetAfter } from './committed.js';
import { clientOptions, type KafkaConnection } from './connection.js';
import type { FetchResponsePartition } from './fetched.js';
import { has, isUnknownTopic, KafkaTooOldError, sorted } from './kafka-errors.js';
import { openKafkaWriter } from './kafka-writer.js';
import { RelayConsumer } from './relay-consumer.js';

const MAX_FETCH_BYTES = 4 * 1024 * 1024;
const FETCH_WAIT_MS = 500;
/** The events are kept for ever, as in the log. */
const KEPT = [
  { name: 'cleanup.policy', value: 'delete' },
  { name: 'retention.ms', value: '-1' },
  { name: 'retention.bytes', value: '-1' },
];
/** Brokers learn of a new topic one after the other. */
const NEW_TOPIC_MS = 10_000;
const PAUSE_MS = { least: 50, most: 500 };
const BROKERS_DEFAULT = -1;
/** Transactions of a relay end within milliseconds, those of a dead one when the brokers say so. */
const OPEN_MS = 3_000;
const { EARLIEST, LATEST } = ListOffsetTimestamps;

export class KafkaTopics implements EventTopics {
  private readonly consumer: RelayConsumer;
  private readonly admin: Admin;
  /** A fetch session at a broker allows one fetch at a time. */
  private fetching: Promise<unknown> = Promise.resolve();

  constructor(private readonly connection: KafkaConnection) {
    this.consumer = new RelayConsumer({
      ...clientOptions(connection),
      // The library wants a name; no group is joined.
      groupId: 'cartograph-relay',
      isolationLevel: FetchIsolationLevels.READ_UNCOMMITTED,
    });
    this.admin = new Admin(clientOptions(connection));
  }

  async makeTopics(topics: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const found = await this.findTopics(topics);
    const absent = topics.filter((topic) => !found.has(topic));
    if (absent.length === 0) return found;
    await sorted(`making the topics ${absent.join(', ')}`, () => this.create(absent));
    return retrying(
      async () => {
        const now = await this.findTopics(topics);
        const missing = topics.find((topic) => !now.has(topic));
        if (missing === undefined) return now;
        throw new KafkaRefusedError(`topic ${missing}`, 'it does not exist');
      },
      {
        retryIf: (error) => error instanceof KafkaRefusedError,
        ...{ pauseMs: PAUSE_MS, withinMs: NEW_TOPIC_MS, time: systemTime },
      },
    );
  }

  async findTopics(topics: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const found = new Map<string, number>();
    for (const topic of topics) {
      const count = await this.partitionCount(topic, false);
      if (count !== undefined) found.set(topic, count);
    }
    return found;
  }

  partitionOf(key: string, partitions: number): number {
    // Kafka's own default: a consumer that joins topics by key finds both in one partition.
    const message = { topic: '' };
    return compatibilityPartitioner(message, Buffer.from(key)) % partitions;
  }

  async endsOf(topic: string, partitions: number, isWhole = false): Promise<readonly bigint[]> {
    const all = Array.from({ length: partitions }, (_, index) => index);
    return Promise.all(
      all.map((partition) =>
        isWhole ? this.wholeEnd(topic, partition) : this.offsetAt(topic, partition, LATEST),
      ),
    );
  }

  async *read(
    topic: string,
    partition: number,
    from: bigint,
    end: bigint,
  ): AsyncIterable<readonly TopicRecord[]> {
    let next = from;
    let empty = 0;
    while (next < end) {
      const fetched = await this.fetch(topic, partition, next);
      if (fetched === 'removed') {
        const earliest = await this.offsetAt(topic, partition, EARLIEST);
        if (earliest > next) {
          next = earliest;
          continue;
        }
      }
      const isThere = fetched !== undefined && fetched !== 'removed';
      const after = isThere ? offsetAfter(fetched) : undefined;
      if (!isThere || after === undefined || after <= next) {
        empty += 1;
        const doing = `reading ${topic}, partition ${partition}, from offset ${next}`;
        if (empty > 3) throw new KafkaUnavailableError(doing, new Error('no records'));
        continue;
      }
      const records = recordsIn(fetched).filter(({ offset }) => offset >= next && offset < end);
      if (records.length > 0) yield records;
      [next, empty] = [after, 0];
    }
  }

  openWriter(id: string, transactions: TransactionUse): Promise<TopicWriter> {
    return openKafkaWriter(this.connection, id, transactions);
  }

  async close(): Promise<void> {
    await Promise.all([this.consumer.close(true), this.admin.close()]);
  }

  /** A broker that cannot be asked to make a topic may make it when it is asked about. */
  private async create(topics: readonly string[]): Promise<void> {
    try {
      const counts = { partitions: BROKERS_DEFAULT, replicas: BROKERS_DEFAULT };
      await sorted('making topics', () =>
        this.admin.createTopics({ topics: [...topics], ...counts, configs: KEPT }),
      );
    } catch (error) {
      if (error instanceof Error && has(error, 'TOPIC_ALREADY_EXISTS')) return;
      if (!(error instanceof KafkaTooOldError)) throw error;
      for (const topic of topics) await this.partitionCount(topic, true);
    }
  }

  private partitionCount(topic: string, autocreateTopics: boolean): Promise<number | undefined> {
    return sorted(`finding topic ${topic}`, async () => {
      try {
        const { topics } = await this.consumer.metadata({
          ...{ topics: [topic], autocreateTopics, forceUpdate: true },
        });
        return topics.get(topic)?.partitionsCount;
      } catch (error) {
        if (error instanceof Error && isUnknownTopic(error)) return undefined;
        throw error;
      }
    });
  }

  /** The end, when no transaction is open any more of those that are now. */
  private async wholeEnd(topic: string, partition: number): Promise<bigint> {
    const { READ_UNCOMMITTED } = FetchIsolationLevels;
    const written = await this.offsetAt(topic, partition, LATEST, READ_UNCOMMITTED);
    let isOpen = false;
    return retrying(
      async () => {
        const end = await this.offsetAt(topic, partition, LATEST);
        isOpen = end < written;
        if (!isOpen) return end;
        const doing = `reading ${topic}, partition ${partition}`;
        throw new KafkaUnavailableError(
          doing,
          new Error('another producer has a transaction open'),
        );
      },
      { retryIf: () => isOpen, pauseMs: PAUSE_MS, withinMs: OPEN_MS, time: systemTime },
    );
  }

  /** One partition a request: the mock of librdkafka misreads several. */
  private async offsetAt(
    topic: string,
    partition: number,
    timestamp: bigint,
    isolationLevel: FetchIsolationLevelValue = FetchIsolationLevels.READ_COMMITTED,
  ): Promise<bigint> {
    const doing = `reading the offsets of ${topic}`;
    const offsets = await sorted(doing, () =>
      this.consumer.listOffsets({
        ...{ topics: [topic], partitions: { [topic]: [partition] }, timestamp, isolationLevel },
      }),
    );
    const offset = offsets.get(topic)?.[partition];
    // As if it were empty, everything would be written a second time.
    if (offset !== undefined && offset >= 0n) return offset;
    throw new KafkaUnavailableError(doing, new Error(`no offset of partition ${partition}`));
  }

  private fetch(
    topic: string,
    partition: number,
    fetchOffset: bigint,
  ): Promise<FetchResponsePartition | 'removed' | undefined> {
    const next = this.fetching.then(() =>
      sorted(`reading ${topic}`, async () => {
        try {
          return await this.fetchNow(topic, partition, fetchOffset);
        } catch (error) {
          if (error instanceof Error && has(error, 'OFFSET_OUT_OF_RANGE')) return 'removed';
          throw error;
        }
      }),
    );
    this.fetching = next.catch(() => undefined);
    return next;
  }

  private async fetchNow(topic: string, partition: number, fetchOffset: bigint) {
    const { topics } = await this.consumer.metadata({ topics: [topic] });
    const found = topics.get(topic);
    const node = found?.partitions[partition]?.leader ?? 0;
    const wanted = { partition, fetchOffset, partitionMaxBytes: MAX_FETCH_BYTES };
    const response = await this.consumer.fetch({
      ...{ node, minBytes: 1, maxBytes: MAX_FETCH_BYTES, maxWaitTime: FETCH_WAIT_MS },
      topics: [
        {
          topicId: found?.id ?? topic,
          partitions: [{ ...wanted, currentLeaderEpoch: -1, lastFetchedEpoch: -1 }],
        },
      ],
    });
    // A session leaves out what has nothing new.
    return response.responses
      .flatMap((each) => each.partitions)
      .find(({ partitionIndex }) => partitionIndex === partition);
  }
}

function recordsIn(fetched: FetchResponsePartition): TopicRecord[] {
  return committedBatches(fetched).flatMap((batch) =>
    batch.records.map(({ offsetDelta, key, value, headers }) => ({
      offset: batch.firstOffset + BigInt(offsetDelta),
      key: key?.toString() ?? undefined,
      value: value ?? undefined,
      headers: new Map(headers.map(([name, text]) => [String(name), String(text)])),
    })),
  );
}
