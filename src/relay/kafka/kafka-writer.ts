// Writes records with the library's producer: in transactions where the brokers know them, else as
// an idempotent producer, else with the acknowledgement of all replicas alone.
import { Producer, type ProducerOptions } from '@platformatic/kafka';
import type { NewRecord, TopicWriter, TransactionUse, WrittenAt } from '../topics.js';
import { clientOptions, type KafkaConnection } from './connection.js';
import { KafkaTooOldError, sorted } from './kafka-errors.js';

type BytesProducer = Producer;

const ALL_IN_SYNC = -1;
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
async function takeOver(producer: BytesProducer): Promise<void> {
  const transaction = await producer.beginTransaction();
  // Nothing was sent in it, so the brokers do not know it yet.
  await transaction.cancel();
}

async function name(producer: BytesProducer): Promise<void> {
  await producer.initIdempotentProducer({});
}

function producerOf(connection: KafkaConnection, kind: WriterKind): BytesProducer {
  return new Producer({
    ...clientOptions(connection),
    ...kind,
    ...UNNAMED,
    acks: ALL_IN_SYNC,
    compression: 'zstd',
    autocreateTopics: false,
  });
}

class KafkaWriter implements TopicWriter {
  constructor(
    private readonly producer: BytesProducer,
    readonly isTransactional: boolean,
  ) {}

  write(records: readonly NewRecord[]): Promise<readonly WrittenAt[]> {
    const messages = records.map(messageOf);
    const topics = [...new Set(records.map(({ topic }) => topic))];
    return sorted(`writing to ${topics.join(', ')}`, async () => {
      const { offsets = [] } = await (this.isTransactional
        ? this.inTransaction(messages)
        : this.producer.send({ messages }));
      return offsets;
    });
  }

  async close(): Promise<void> {
    await this.producer.close(true);
  }

  /** After a fault the next writer under the same id has the brokers end the transaction. */
  private async inTransaction(messages: readonly Message[]) {
    const transaction = await this.producer.beginTransaction();
    const result = await transaction.send({ messages: [...messages] });
    await transaction.commit();
    return result;
  }
}

type Message = ReturnType<typeof messageOf>;

function messageOf({ topic, partition, key, value, headers, timestamp }: NewRecord) {
  return {
    ...{ topic, partition, value },
    key: Buffer.from(key),
    headers: new Map(headers.map(([each, text]) => [nameBytes(each), Buffer.from(text)])),
    timestamp: BigInt(timestamp),
  };
}

const names = new Map<string, Buffer>();

/** There are few names, and many records. */
function nameBytes(text: string): Buffer {
  const known = names.get(text);
  if (known !== undefined) return known;
  const bytes = Buffer.from(text);
  names.set(text, bytes);
  return bytes;
}
