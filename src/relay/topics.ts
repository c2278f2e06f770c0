// The port to a log of topics, such as Kafka. The relay and its verification know nothing else of
// one; `src/relay/kafka` has the adapter.

/** A record to write. */
export interface NewRecord {
  readonly topic: string;
  readonly partition: number;
  readonly key: string;
  readonly value: Buffer;
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** In milliseconds since 1970. */
  readonly timestamp: number;
}

/** A record as a topic returns it. Others may have written it, so each part can be anything. */
export interface TopicRecord {
  readonly offset: bigint;
  readonly key: string | undefined;
  readonly value: Buffer | undefined;
  readonly headers: ReadonlyMap<string, string>;
}

/** Where the first of several records of a partition was written. */
export interface WrittenAt {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
}

export type TransactionUse = 'auto' | 'required' | 'off';

export interface TopicWriter {
  /**
   * Whether each write is one transaction, and whether a writer that opens later under the same id
   * shuts this one out.
   */
  readonly isTransactional: boolean;
  /**
   * Durable on all replicas in sync when it resolves. Records of one partition keep their order.
   * After an error, this writer must not be used again: what it wrote is unknown.
   *
   * @throws KafkaUnavailableError, KafkaRefusedError, RelayFencedError
   */
  write(records: readonly NewRecord[]): Promise<readonly WrittenAt[]>;
  close(): Promise<void>;
}

/** All throw KafkaUnavailableError and KafkaRefusedError. */
export interface EventTopics {
  /** The number of partitions of each topic; a topic that is absent is made. */
  makeTopics(topics: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /** As `makeTopics`, without those that are absent. */
  findTopics(topics: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /** The partition of a key, as Kafka's own clients choose it. */
  partitionOf(key: string, partitions: number): number;
  /**
   * The offset after the last record of each partition, before what belongs to a transaction that
   * has not ended.
   *
   * @param isWhole waits for the transactions that are open now: what was committed behind one can
   * not be read until it ends
   */
  endsOf(topic: string, partitions: number, isWhole?: boolean): Promise<readonly bigint[]>;
  /**
   * The committed records from an offset up to, and without, another one; in order, in batches. It
   * starts later where the brokers have removed the first of them.
   */
  read(
    topic: string,
    partition: number,
    from: bigint,
    end: bigint,
  ): AsyncIterable<readonly TopicRecord[]>;
  /** @param id of its transactions; the writer that opened before it under this id is shut out */
  openWriter(id: string, transactions: TransactionUse): Promise<TopicWriter>;
  close(): Promise<void>;
}

/** No broker answers, or none can write now. A retry may help. */
export class KafkaUnavailableError extends Error {
  override readonly name = 'KafkaUnavailableError';
  constructor(doing: string, cause: unknown) {
    super(`Kafka is unavailable: ${doing}: ${innermostReason(cause)}`, { cause });
  }
}

/** The brokers say no, and will until an operator changes something. */
export class KafkaRefusedError extends Error {
  override readonly name: string = 'KafkaRefusedError';
  constructor(doing: string, reason: string, cause?: unknown) {
    super(`Kafka refuses: ${doing}: ${reason}`, { cause });
  }
}

/** Another relay has taken over: this one must write nothing more. */
export class RelayFencedError extends Error {
  override readonly name = 'RelayFencedError';
  constructor(cause?: unknown) {
    super('Another relay writes to these topics: this one has stopped', { cause });
  }
}

/** The log was replaced by an older copy: other events would follow at the same positions. */
export class TopicsAheadError extends Error {
  override readonly name = 'TopicsAheadError';
  constructor(cause: Error) {
    super(`The topics have events that the log has lost: ${cause.message}; relay to new topics`, {
      cause,
    });
  }
}

/** The libraries wrap what the broker or the network said. */
export function innermostReason(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) {
    return innermostReason(error.errors[0]);
  }
  if (error instanceof Error && error.cause instanceof Error) return innermostReason(error.cause);
  return error instanceof Error ? error.message : String(error);
}
