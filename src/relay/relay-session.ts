// One relay from its takeover to its first fault: it writes what the topics do not have yet, in the
// order of the log. After a fault the next session reads back what was written.
import type { ComputedTo } from '../event-store/log-place.js';
import type { StoredEvent } from '../event-store/stored-event.js';
import { layoutMark, type TopicLayout, topicOf, topicsOf } from './layout.js';
import { NextWrite, placeOf } from './next-write.js';
import { recordOf, type RelayNote, relayedEventOf } from './relayed-event.js';
import { isEmptied, readStanding, type Standing } from './standing.js';
import {
  type EventTopics,
  type NewRecord,
  RelayFencedError,
  type TopicWriter,
  type TransactionUse,
  type WrittenAt,
} from './topics.js';

export interface SessionOptions {
  readonly topics: EventTopics;
  readonly layout: TopicLayout;
  /** Id of the log's first event. */
  readonly log: string;
  readonly transactions: TransactionUse;
  /** Events before this position are left out. */
  readonly from?: bigint | undefined;
}

/** What one batch came to. */
export interface Relayed {
  readonly written: number;
  /** Events that were in their topic already. */
  readonly skipped: number;
  /** Records that a relay which was shut out has written late: consumers see them twice. */
  readonly duplicates: number;
}

interface Partition {
  relayedTo: bigint;
  end: bigint;
}

export class RelaySession {
  readonly epoch: number;
  /** Everything up to this position is in the topics. */
  completeTo: bigint;
  private readonly partitions: ReadonlyMap<string, Partition>;
  private readonly layoutMark: string;

  private constructor(
    private readonly options: SessionOptions,
    private readonly writer: TopicWriter,
    readonly standing: Standing,
  ) {
    this.epoch = standing.epoch + 1;
    this.layoutMark = layoutMark(options.layout);
    const { completeTo, partitions } = standing;
    const before = (options.from ?? 0n) - 1n;
    this.completeTo = completeTo > before ? completeTo : before;
    this.partitions = new Map(
      partitions.map(({ topic, partition, relayedTo, end }) => [
        placeOf({ topic, partition }),
        { relayedTo, end },
      ]),
    );
  }

  /** @throws KafkaUnavailableError, KafkaRefusedError, RelayFencedError */
  static async open(options: SessionOptions): Promise<RelaySession> {
    const { topics, layout, log, transactions } = options;
    const counts = await topics.makeTopics(topicsOf(layout));
    // First the writer: from then on an earlier one can add nothing to what is read back.
    const writer = await topics.openWriter(`cartograph-relay-${log}`, transactions);
    try {
      const standing = await readStanding(topics, counts, { layout, log, isWhole: true });
      return new RelaySession(options, writer, standing);
    } catch (error) {
      await writer.close();
      throw error;
    }
  }

  /** The last event of the log that an earlier relay has written. */
  get lastRelayed(): ComputedTo | undefined {
    return this.standing.last;
  }

  /** The relay begins there again; what a partition has already is passed over. */
  goBackTo(position: bigint): void {
    for (const partition of this.partitions.values()) {
      // What retention has removed is not written again.
      if (isEmptied(partition)) partition.relayedTo = this.completeTo;
    }
    this.completeTo = position - 1n;
  }

  get isTransactional(): boolean {
    return this.writer.isTransactional;
  }

  /**
   * Resolves when every event of the batch is in its topic.
   *
   * @throws KafkaUnavailableError, KafkaRefusedError, RelayFencedError
   */
  async relay(batch: readonly StoredEvent[]): Promise<Relayed> {
    const note = { log: this.options.log, epoch: this.epoch, layout: this.layoutMark };
    let [written, skipped, duplicates] = [0, 0, 0];
    let next = new NextWrite(this.isTransactional);
    let reached = this.completeTo;
    const flush = async () => {
      if (!next.isEmpty) duplicates += await this.write(next.records);
      written += next.records.length;
      next = new NextWrite(this.isTransactional);
      this.completeTo = reached;
    };
    for (const event of batch) {
      const record = this.missing(event, { ...note, completeTo: this.completeTo });
      if (record === undefined) skipped += 1;
      else {
        if (next.isFullFor(record)) await flush();
        next.add(record);
      }
      if (event.position > reached) reached = event.position;
      // Nothing waits, so all that came so far is there.
      if (next.isEmpty) this.completeTo = reached;
    }
    await flush();
    return { written, skipped, duplicates };
  }

  close(): Promise<void> {
    return this.writer.close();
  }

  /** The event's record; undefined for one that its topic has, or that no topic is for. */
  private missing(event: StoredEvent, note: RelayNote): NewRecord | undefined {
    const { topics, layout, from } = this.options;
    const topic = topicOf(layout, event.stream);
    if (topic === undefined || (from !== undefined && event.position < from)) return undefined;
    const partition = topics.partitionOf(event.stream, this.standing.counts.get(topic) ?? 1);
    const standing = this.partitions.get(placeOf({ topic, partition }));
    if (standing === undefined || event.position <= standing.relayedTo) return undefined;
    standing.relayedTo = event.position;
    return recordOf(event, { topic, partition }, note);
  }

  private async write(records: readonly NewRecord[]): Promise<number> {
    const places = await this.writer.write(records);
    // A broker that knows transactions has shut out every other relay.
    return this.writer.isTransactional ? 0 : this.intruders(records, places);
  }

  /**
   * Without transactions, a relay that was shut out, or that does not know yet, may still write. It
   * shows as offsets that this one did not fill.
   *
   * @returns the number of records that an earlier relay wrote in between
   */
  private async intruders(
    records: readonly NewRecord[],
    places: readonly WrittenAt[],
  ): Promise<number> {
    let late = 0;
    const own = new Map<string, bigint>();
    for (const record of records) own.set(placeOf(record), (own.get(placeOf(record)) ?? 0n) + 1n);
    for (const { topic, partition, offset } of places) {
      const place = placeOf({ topic, partition });
      const standing = this.partitions.get(place);
      if (standing === undefined) continue;
      if (offset > standing.end) late += await this.lateIn(topic, partition, standing.end, offset);
      standing.end = offset + (own.get(place) ?? 0n);
    }
    return late;
  }

  private async lateIn(topic: string, partition: number, from: bigint, end: bigint) {
    let late = 0;
    for await (const records of this.options.topics.read(topic, partition, from, end)) {
      for (const record of records) {
        const found = relayedEventOf(record, this.options.log);
        if (found === undefined) continue;
        if (found.note.epoch >= this.epoch) throw new RelayFencedError();
        late += 1;
      }
    }
    return late;
  }
}
