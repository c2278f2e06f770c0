// How far the topics are, read back from the topics themselves: after a crash nothing else tells
// which records were written.
import type { ComputedTo } from '../event-store/log-place.js';
import { topicsOf, layoutMark, type TopicLayout } from './layout.js';
import { MOST_LATE } from './next-write.js';
import { type RelayedEvent, relayedEventOf } from './relayed-event.js';
import { type EventTopics, KafkaRefusedError } from './topics.js';

/** What one partition has of the log. */
export interface PartitionStanding {
  readonly topic: string;
  readonly partition: number;
  /** The highest position among its records of this log; −1 for none. */
  readonly relayedTo: bigint;
  /** The offset of the next record. */
  readonly end: bigint;
}

export interface Standing {
  readonly partitions: readonly PartitionStanding[];
  readonly counts: ReadonlyMap<string, number>;
  /** Every event up to this position is in its topic; −1 where that is not known. */
  readonly completeTo: bigint;
  /** The last event of the log in any topic; undefined for none. */
  readonly last: ComputedTo | undefined;
  /** The highest epoch of a relay that wrote here; 0 for none. */
  readonly epoch: number;
}

/**
 * A relay that was shut out can leave one late write behind the records of its successor. So more
 * than it has are looked at.
 */
const LOOK_BACK = 2n * BigInt(MOST_LATE);

/**
 * @throws KafkaRefusedError when the number of partitions of a topic has changed: keys have moved,
 * so neither order nor what is there already can be told
 */
export async function readStanding(
  topics: EventTopics,
  counts: ReadonlyMap<string, number>,
  { layout, log }: { readonly layout: TopicLayout; readonly log: string },
): Promise<Standing> {
  const partitions: PartitionStanding[] = [];
  let top: RelayedEvent | undefined;
  let epoch = 0;
  for (const topic of topicsOf(layout)) {
    const count = counts.get(topic);
    if (count === undefined) continue;
    for (const [partition, end] of (await topics.endsOf(topic, count)).entries()) {
      const { highest, epoch: found } = await tailOf(topics, { topic, partition, end }, log);
      if (highest !== undefined) demandPlaceOf(topics, topic, { partition, count }, highest);
      epoch = Math.max(epoch, found);
      top = higher(top, highest);
      partitions.push({ topic, partition, relayedTo: positionOf(highest), end });
    }
  }
  const isOurLayout = top?.note.layout === layoutMark(layout);
  return {
    ...{ partitions, counts, epoch },
    completeTo: top !== undefined && isOurLayout ? top.note.completeTo : -1n,
    last: top && { position: top.event.position, eventId: top.event.id },
  };
}

interface Tail {
  readonly highest: RelayedEvent | undefined;
  readonly epoch: number;
}

const nothing: Tail = { highest: undefined, epoch: 0 };

/** Looks back further and further, past what others have written, until it finds one of ours. */
async function tailOf(
  topics: EventTopics,
  { topic, partition, end }: Omit<PartitionStanding, 'relayedTo'>,
  log: string,
): Promise<Tail> {
  for (let back = LOOK_BACK; ; back *= 8n) {
    const from = end > back ? end - back : 0n;
    let tail = nothing;
    for await (const records of topics.read(topic, partition, from, end)) {
      for (const record of records) {
        const found = relayedEventOf(record, log);
        if (found === undefined) continue;
        tail = {
          highest: higher(tail.highest, found),
          epoch: Math.max(tail.epoch, found.note.epoch),
        };
      }
    }
    if (tail.highest !== undefined || from === 0n) return tail;
  }
}

function demandPlaceOf(
  topics: EventTopics,
  topic: string,
  { partition, count }: { readonly partition: number; readonly count: number },
  { event: { stream } }: RelayedEvent,
): void {
  if (topics.partitionOf(stream, count) === partition) return;
  throw new KafkaRefusedError(
    `going on in topic ${topic}`,
    `it had another number of partitions than ${count}, so the events of a stream would not stay in order; relay to a new topic`,
  );
}

function higher(one: RelayedEvent | undefined, other: RelayedEvent | undefined) {
  return positionOf(other) > positionOf(one) ? other : one;
}

function positionOf(relayed: RelayedEvent | undefined): bigint {
  return relayed?.event.position ?? -1n;
}
