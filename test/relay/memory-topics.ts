// Topics in memory, with the faults of brokers: a write that fails before, halfway or after it, and
// writers that are shut out.
import {
  type EventTopics,
  KafkaUnavailableError,
  type NewRecord,
  RelayFencedError,
  type TopicRecord,
  type TopicWriter,
  type TransactionUse,
  type WrittenAt,
} from '../../src/relay/topics.js';

/** What becomes of one write. */
export type WriteFate = 'done' | 'lost' | 'half done' | 'done, and not answered' | Error;

export class MemoryTopics implements EventTopics {
  readonly partitions = new Map<string, TopicRecord[][]>();
  /** Of each write, in order; further ones are done. */
  readonly fates: WriteFate[] = [];
  writes = 0;
  private writers = 0;

  constructor(
    private readonly options: { readonly transactions: boolean; readonly count?: number },
  ) {}

  makeTopics(topics: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const { count = 3 } = this.options;
    for (const topic of topics) {
      if (this.partitions.has(topic)) continue;
      this.partitions.set(
        topic,
        Array.from({ length: count }, () => []),
      );
    }
    return this.findTopics(topics);
  }

  findTopics(topics: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const found = topics.flatMap((topic) => {
      const partitions = this.partitions.get(topic);
      return partitions === undefined ? [] : [[topic, partitions.length] as const];
    });
    return Promise.resolve(new Map(found));
  }

  partitionOf(key: string, partitions: number): number {
    return Buffer.from(key).reduce((sum, byte) => sum * 31 + byte, 7) % partitions;
  }

  endsOf(topic: string): Promise<readonly bigint[]> {
    return Promise.resolve((this.partitions.get(topic) ?? []).map(({ length }) => BigInt(length)));
  }

  async *read(topic: string, partition: number, from: bigint, end: bigint) {
    const records = this.partitions.get(topic)?.[partition] ?? [];
    yield await Promise.resolve(records.slice(Number(from), Number(end)));
  }

  openWriter(_id: string, use: TransactionUse): Promise<TopicWriter> {
    this.writers += 1;
    const own = this.writers;
    const isTransactional = this.options.transactions && use !== 'off';
    return Promise.resolve({
      isTransactional,
      write: (records) => {
        if (isTransactional && own !== this.writers) throw new RelayFencedError();
        return this.write(records, isTransactional);
      },
      close: () => Promise.resolve(),
    });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** As a broker would: also for a stranger, or a relay that does not know that it was replaced. */
  append({ topic, partition, key, value, headers }: NewRecord): bigint {
    const records = this.partitions.get(topic)?.[partition];
    if (records === undefined) throw new RangeError(`${topic} has no partition ${partition}`);
    const offset = BigInt(records.length);
    records.push({ offset, key, value, headers: new Map(headers) });
    return offset;
  }

  /** All records, by topic and partition. */
  all(): readonly (readonly TopicRecord[])[] {
    return [...this.partitions.values()].flat();
  }

  private write(records: readonly NewRecord[], whole: boolean): Promise<readonly WrittenAt[]> {
    const fate = this.fates[this.writes] ?? 'done';
    this.writes += 1;
    if (fate instanceof Error) return Promise.reject(fate);
    if (fate === 'lost' || (fate === 'half done' && whole)) return Promise.reject(away());
    const first = new Map<string, WrittenAt>();
    for (const record of fate === 'half done' ? halfOf(records) : records) {
      const { topic, partition } = record;
      const offset = this.append(record);
      const place = `${topic}/${partition}`;
      if (!first.has(place)) first.set(place, { topic, partition, offset });
    }
    return fate === 'done' ? Promise.resolve([...first.values()]) : Promise.reject(away());
  }
}

/** Each partition takes its part of a write as a whole, or not at all. */
function halfOf(records: readonly NewRecord[]): readonly NewRecord[] {
  const places = [...new Set(records.map(({ topic, partition }) => `${topic}/${partition}`))];
  const taken = new Set(places.slice(0, Math.ceil(places.length / 2)));
  return records.filter(({ topic, partition }) => taken.has(`${topic}/${partition}`));
}

function away(): Error {
  return new KafkaUnavailableError('writing', new Error('connection reset'));
}
