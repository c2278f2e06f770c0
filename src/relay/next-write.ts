// The records of one write, up to what brokers take and a late write may repeat.
import type { NewRecord } from './topics.js';

/** A broker refuses a larger batch of a partition; the default of Kafka is a mebibyte. */
const PARTITION_BYTES = 900_000;
/** Of all partitions: what is held in memory for one request. */
const MOST_BYTES = 8_000_000;
/** Of lengths and offsets in a record, and of those of one header, at most. */
const RECORD_FRAME = 64;
const HEADER_FRAME = 10;
/**
 * Without transactions, the last write of a relay that was shut out can arrive late, and repeats
 * that many events at most.
 */
export const MOST_LATE = 1_000;

export class NextWrite {
  readonly records: NewRecord[] = [];
  private bytes = 0;
  private readonly bytesOf = new Map<string, number>();

  constructor(private readonly isTransactional: boolean) {}

  get isEmpty(): boolean {
    return this.records.length === 0;
  }

  /** Whether a record has to wait for the write after this one. A large one is written alone. */
  isFullFor(record: NewRecord): boolean {
    if (this.isEmpty) return false;
    if (!this.isTransactional && this.records.length >= MOST_LATE) return true;
    const bytes = bytesOf(record);
    const before = this.bytesOf.get(placeOf(record)) ?? 0;
    const isPartitionFull = before > 0 && before + bytes > PARTITION_BYTES;
    return isPartitionFull || this.bytes + bytes > MOST_BYTES;
  }

  add(record: NewRecord): void {
    const bytes = bytesOf(record);
    const place = placeOf(record);
    this.records.push(record);
    this.bytes += bytes;
    this.bytesOf.set(place, (this.bytesOf.get(place) ?? 0) + bytes);
  }
}

/** Names of streams and types, and ids that clients give, are as long as clients want. */
function bytesOf({ key, value, headers }: NewRecord): number {
  const ofHeaders = headers.map(([name, text]) => {
    return HEADER_FRAME + Buffer.byteLength(name) + Buffer.byteLength(text);
  });
  const plain = RECORD_FRAME + Buffer.byteLength(key) + value.length;
  return ofHeaders.reduce((sum, bytes) => sum + bytes, plain);
}

/** Names a partition among those of all topics. */
export function placeOf({ topic, partition }: Pick<NewRecord, 'topic' | 'partition'>): string {
  return `${topic}/${partition}`;
}
