// How far the topics are, read back from the topics themselves: after a crash nothing else tells
// which records were written.
import { type ComputedTo, demandPlace, LogReplacedError } from '../event-store/log-place.js';
import { topicsOf, layoutMark, type TopicLayout } from './layout.js';
import { MOST_LATE } from './next-write.js';
import { type RelayedEvent, relayedEventOf } from './relayed-event.js';
import { type EventTopics, KafkaRefusedError, TopicsAheadError } from './topics.js';

/** What one partition has of the log. */
export interface PartitionStanding {
  readonly topic: string;
  readonly partition: number;
  /** The highest position among its records of this log; −1 for none. */
  readonly relayedTo: bigint;
  /** The offset of the next record. */
  readonly end: bigint;
}

/** Whether a partition had records and retention has removed them. */
export function isEmptied({ relayedTo, end }: Pick<PartitionStanding, 'relayedTo' | 'end'>) {
  return relayedTo < 0n && end > 0n;
}

export interface Standing {
  readonly partitions: readonly PartitionStanding[];
  readonly counts: ReadonlyMap<string, number>;
  /** Every event up to this position is in its topic; −1 where that is not known. */
  readonly completeTo: bigint;
  /** The same of each topic alone, by its own last record. */
  readonly topicCompleteTo: ReadonlyMap<string, bigint>;
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

export interface StandingOptions {
  readonly layout: TopicLayout;
  /** Id of the log's first event. */
  readonly log: string;
  /**
   * For a relay that writes what is not there: a transaction of others, such as the relay of
   * another log, hides records behind it while it is open.
   */
  readonly isWhole?: boolean;
}

/**
 * @throws KafkaRefusedError when the number of partitions of a topic has changed: keys have moved,
 * so neither order nor what is there already can be told
 */
export async function readStanding(
  topics: EventTopics,
  counts: ReadonlyMap<string, number>,
  { layout, log, isWhole = false }: StandingOptions,
): Promise<Standing> {
  const partitions: PartitionStanding[] = [];
  const topicCompleteTo = new Map<string, bigint>();
  const mark = layoutMark(layout);
  let top: RelayedEvent | undefined;
  let epoch = 0;
  for (const topic of topicsOf(layout)) {
    const count = counts.get(topic);
    if (count === undefined) continue;
    let topOfTopic: RelayedEvent | undefined;
    for (const [partition, end] of (await topics.endsOf(topic, count, isWhole)).entries()) {
      const tail = await tailOf(topics, { topic, partition, end, count }, log);
      epoch = Math.max(epoch, tail.epoch);
      topOfTopic = higher(topOfTopic, tail.highest);
      partitions.push({ topic, partition, relayedTo: positionOf(tail.highest), end });
    }
    topicCompleteTo.set(topic, completeToIn(topOfTopic, mark));
    top = higher(top, topOfTopic);
  }
  return {
    ...{ partitions, counts, epoch, topicCompleteTo },
    completeTo: completeToIn(top, mark),
    last: top && { position: top.event.position, eventId: top.event.id },
  };
}

function completeToIn(top: RelayedEvent | undefined, mark: string): bigint {
  return top?.note.layout === mark ? top.note.completeTo : -1n;
}

/**
 * Topics that are ahead of a restored log would get other events at the same positions.
 *
 * @throws TopicsAheadError, StoreUnavailableError
 */
export async function demandLogOf(
  { last }: Pick<Standing, 'last'>,
  store: Parameters<typeof demandPlace>[0],
  options: Parameters<typeof demandPlace>[2],
): Promise<void> {
  if (last === undefined) return;
  try {
    await demandPlace(store, last, options);
  } catch (error) {
    throw error instanceof LogReplacedError ? new TopicsAheadError(error) : error;
  }
}

interface Tail {
  readonly highest: RelayedEvent | undefined;
  readonly epoch: number;
}

const nothing: Tail = { highest: undefined, epoch: 0 };

/** Looks back further and further, past what others have written, until it finds one of ours. */
async function tailOf(
  topics: EventTopics,
  { topic, end, ...place }: Omit<PartitionStanding, 'relayedTo'> & { readonly count: number },
  log: string,
): Promise<Tail> {
  for (let back = LOOK_BACK; ; back *= 8n) {
    const from = end > back ? end - back : 0n;
    let tail = nothing;
    for await (const records of topics.read(topic, place.partition, from, end)) {
      for (const record of records) {
        const found = relayedEventOf(record, log);
        if (found === undefined) continue;
        demandPlaceOf(topics, topic, place, found);
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
