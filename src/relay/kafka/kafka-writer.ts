// Writes records with the library's producer: in transactions where the brokers know them, else as
// an idempotent producer, else with the acknowledgement of all replicas alone.
import type { ProducerOptions } from '@platformatic/kafka';
import { systemTime } from '../../waiting/time.js';
import { retrying } from '../../waiting/retrying.js';
import type { NewRecord, TopicWriter, TransactionUse, WrittenAt } from '../topics.js';
import { ANSWER_MS, clientOptions, type KafkaConnection, RETRIES, RETRY_MS } from './connection.js';
import { has, KafkaTooOldError, sorted } from './kafka-errors.js';
import { RelayProducer } from './relay-producer.js';

const ALL_IN_SYNC = -1;
/** zstd makes the least of many records, and costs several times as much as lz4 for a few. */
const compressionOf = ({ length }: readonly unknown[]) => (length < 500 ? 'lz4' : 'zstd');
/** The library's name for the request that begins a transaction at the brokers. */
const ADDING = 'addPartitionsToTransaction';
/** Pauses while the brokers still end the transaction before; Kafka's own client waits 20 ms. */
const ENDING_MS = { least: 10, most: 40 };
const ENDED_WITHIN_MS = 10_000;
/** A write has three requests, one after the other, from which its transaction is open. */
const REQUESTS_OF_A_WRITE = 3;
/** The brokers name the producer. The library's own default is an id that it was never given. */
const UNNAMED = { producerId: -1n, producerEpoch: -1 };

/** @throws KafkaUnavailableError, KafkaRefusedError */
export async function openKafkaWriter(
  connection: KafkaConnection,
  id: string,
  transactions: TransactionUse,
): Promise<TopicWriter> {
  if (transactions !== 'off') {
    const isRequired = transactions === 'required';
    const kind = { transactionalId: id, idempotent: true };
    const writer = await opened(connection, kind, isRequired);
    if (writer !== undefined) return writer;
  }
  const idempotent = await opened(connection, { idempotent: true }, false);
  return idempotent ?? new KafkaWriter(producerOf(connection, {}), false);
}

type WriterKind = Pick<
  ProducerOptions<Buffer, Buffer, Buffer, Buffer>,
  'transactionalId' | 'idempotent'
>;

/** Undefined where the brokers do not know such a writer, and another kind will do. */
async function opened(
  connection: KafkaConnection,
  kind: WriterKind,
  isRequired: boolean,
): Promise<TopicWriter | undefined> {
  const producer = producerOf(connection, kind);
  const isTransactional = kind.transactionalId !== undefined;
  try {
    await sorted('opening a writer', () => (isTransactional ? takeOver(producer) : name(producer)));
    return new KafkaWriter(producer, isTransactional);
  } catch (error) {
    await producer.close(true);
    if (error instanceof KafkaTooOldError && !isRequired) return undefined;
    throw error;
  }
}

/** The brokers end what an earlier writer under this id left open, and refuse it from now on. */
async function takeOver(producer: RelayProducer): Promise<void> {
  const transaction = await producer.beginTransaction();
  // Nothing was sent in it, so the brokers do not know it yet.
  await transaction.cancel();
}

async function name(producer: RelayProducer): Promise<void> {
  await producer.initIdempotentProducer({});
}

function producerOf(connection: KafkaConnection, kind: WriterKind): RelayProducer {
  return new RelayProducer({
    ...clientOptions(connection),
    ...kind,
    ...UNNAMED,
    // The brokers end a transaction that stays open longer, and refuse its producer from then on,
    // as if another relay had come. So it outlasts every try of every request.
    timeout: REQUESTS_OF_A_WRITE * (RETRIES + 1) * (connection.answerMs ?? ANSWER_MS),
    acks: ALL_IN_SYNC,
    autocreateTopics: false,
    retryDelay: (_client, operation) => (operation === ADDING ? ENDING_MS.least : RETRY_MS),
  });
}

class KafkaWriter implements TopicWriter {
  constructor(
    private readonly producer: RelayProducer,
    readonly isTransactional: boolean,
  ) {}

  write(records: readonly NewRecord[]): Promise<readonly WrittenAt[]> {
    const messages = records.map(messageOf);
    const topics = [...new Set(records.map(({ topic }) => topic))];
    return sorted(`writing to ${topics.join(', ')}`, async () => {
      const { offsets = [] } = await (this.isTransactional
        ? this.inTransaction(messages, topics)
        : this.producer.send({ messages, compression: compressionOf(messages) }));
      return offsets;
    });
  }

  async close(): Promise<void> {
    await this.producer.close(true);
  }

  /** After a fault the next writer under the same id has the brokers end the transaction. */
  private async inTransaction(messages: Message[], topics: readonly string[]) {
    const metadata = await this.producer.metadata({ topics: [...topics] });
    const transaction = await this.producer.beginTransaction();
    // A commit is answered before its end is in every partition, and until then no other begins.
    await retrying(() => transaction.addPartitions(metadata, messages), {
      retryIf: (error) => error instanceof Error && has(error, 'CONCURRENT_TRANSACTIONS'),
      ...{ pauseMs: ENDING_MS, withinMs: ENDED_WITHIN_MS, time: systemTime },
    });
    const result = await transaction.send({ messages, compression: compressionOf(messages) });
    await transaction.commit();
    return result;
  }
}

type Message = ReturnType<typeof messageOf>;

function messageOf({ topic, partition, key, value, headers, timestamp }: NewRecord) {
  const bytes = new Map<Buffer, Buffer>();
  for (const [each, text] of headers) bytes.set(bytesOf(each), valueBytes(each, text));
  const own = { key: Buffer.from(key), headers: bytes, timestamp: BigInt(timestamp) };
  return { topic, partition, value, ...own };
}

/** Headers with few different values, in many records. */
const oftenTheSame = new Set([
  ...['type', 'schema-version', 'content-type', 'cartograph-log'],
  ...['relay-epoch', 'relay-complete-to', 'relay-layout'],
]);

function valueBytes(name: string, text: string): Buffer {
  return oftenTheSame.has(name) ? bytesOf(text) : Buffer.from(text);
}

const MOST_KNOWN = 1_000;
const known = new Map<string, Buffer>();

function bytesOf(text: string): Buffer {
  const found = known.get(text);
  if (found !== undefined) return found;
  // Those of the past, such as positions: the ones in use come back with the next record.
  if (known.size >= MOST_KNOWN) known.clear();
  const bytes = Buffer.from(text);
  known.set(text, bytes);
  return bytes;
}
