// Counts what a relay would write, and writes nothing: `--dry-run`, and how far the topics are.
import type { EventStore } from '../event-store/event-store.js';
import { systemTime, type Time } from '../waiting/time.js';
import { prefixesOf, type TopicLayout, topicOf, topicsOf } from './layout.js';
import { demandLogOf, readStanding, type Standing } from './standing.js';
import type { EventTopics } from './topics.js';

export interface MissingCounts {
  /** Every topic, also one that lacks nothing. */
  readonly byTopic: ReadonlyMap<string, number>;
  readonly present: number;
  /** When the store wrote the first event that is missing, in milliseconds since 1970. */
  readonly oldestMissingAt: number | undefined;
  readonly standing: Standing | undefined;
  /** Id of the log's first event, which records name; undefined for an empty log. */
  readonly log: string | undefined;
}

export interface CountOptions {
  readonly store: Pick<
    EventStore,
    'firstEventId' | 'readAllInBatches' | 'eventIdAt' | 'headPosition' | 'isCluster'
  >;
  /** Undefined: as if they were empty. */
  readonly topics: EventTopics | undefined;
  readonly layout: TopicLayout;
  readonly from?: bigint | undefined;
  readonly to?: bigint | 'end' | undefined;
  readonly time?: Time;
}

/** @throws KafkaRefusedError, TopicsAheadError where a relay would refuse to go on */
export async function countMissing(options: CountOptions): Promise<MissingCounts> {
  const { store, topics, layout, from = 0n, to = 'end', time = systemTime } = options;
  const log = await store.firstEventId();
  const standing =
    topics && log !== undefined
      ? await readStanding(topics, await topics.findTopics(topicsOf(layout)), { layout, log })
      : undefined;
  if (standing !== undefined) {
    await demandLogOf(standing, store, { time, signal: new AbortController().signal });
  }
  const byTopic = new Map(topicsOf(layout).map((topic) => [topic, 0]));
  let present = 0;
  let oldestMissingAt: number | undefined;
  for await (const events of store.readAllInBatches({ prefixes: prefixesOf(layout) })) {
    for (const { stream, position, recordedAt } of events) {
      const topic = topicOf(layout, stream);
      if (topic === undefined || position < from || (to !== 'end' && position > to)) continue;
      if (isThere(topics, standing, { topic, stream, position })) {
        present += 1;
        continue;
      }
      byTopic.set(topic, (byTopic.get(topic) ?? 0) + 1);
      oldestMissingAt ??= recordedAt;
    }
  }
  return { byTopic, present, oldestMissingAt, standing, log };
}

function isThere(
  topics: EventTopics | undefined,
  standing: Standing | undefined,
  event: { readonly topic: string; readonly stream: string; readonly position: bigint },
): boolean {
  const count = standing?.counts.get(event.topic);
  if (topics === undefined || standing === undefined || count === undefined) return false;
  const partition = topics.partitionOf(event.stream, count);
  return standing.partitions.some(
    (each) =>
      each.topic === event.topic &&
      each.partition === partition &&
      event.position <= each.relayedTo,
  );
}
