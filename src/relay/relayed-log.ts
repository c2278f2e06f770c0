// The events of a log as the topics have them, in the order of the log, each once: what any
// consumer gets that follows docs/kafka.md.
import { topicsOf, type TopicLayout } from './layout.js';
import { type RelayedEvent, relayedEventOf } from './relayed-event.js';
import type { EventTopics } from './topics.js';

export interface RelayedLogOptions {
  readonly topics: EventTopics;
  readonly layout: TopicLayout;
  /** Id of the log's first event. */
  readonly log: string;
}

/** What was passed over. */
export interface PassedOver {
  /** Records that repeat an event. */
  duplicates: number;
  /** Records of strangers, and of other logs. */
  strangers: number;
}

interface Source {
  readonly events: AsyncIterator<RelayedEvent>;
  next: RelayedEvent;
}

/** Up to the ends that the topics have at the start. @throws KafkaUnavailableError */
export async function* relayedLog(
  options: RelayedLogOptions,
  passedOver: PassedOver,
): AsyncGenerator<RelayedEvent, void, undefined> {
  const sources: Source[] = [];
  for (const events of await partitionsOf(options, passedOver)) {
    const first = await events.next();
    if (first.done !== true) sources.push({ events, next: first.value });
  }
  for (;;) {
    // There are few partitions, so looking at each costs less than a heap.
    const [first, ...others] = sources;
    if (first === undefined) return;
    const source = others.reduce(
      (least, each) => (positionOf(each) < positionOf(least) ? each : least),
      first,
    );
    yield source.next;
    const following = await source.events.next();
    if (following.done === true) sources.splice(sources.indexOf(source), 1);
    else source.next = following.value;
  }
}

async function partitionsOf(options: RelayedLogOptions, passedOver: PassedOver) {
  const { topics, layout } = options;
  const all: AsyncGenerator<RelayedEvent, void, undefined>[] = [];
  for (const [topic, count] of await topics.findTopics(topicsOf(layout))) {
    const ends = await topics.endsOf(topic, count);
    all.push(
      ...ends.map((end, partition) => eventsOf(options, { topic, partition, end }, passedOver)),
    );
  }
  return all;
}

async function* eventsOf(
  { topics, log }: RelayedLogOptions,
  {
    topic,
    partition,
    end,
  }: { readonly topic: string; readonly partition: number; readonly end: bigint },
  passedOver: PassedOver,
): AsyncGenerator<RelayedEvent, void, undefined> {
  let last = -1n;
  for await (const records of topics.read(topic, partition, 0n, end)) {
    for (const record of records) {
      const relayed = relayedEventOf(record, log);
      if (relayed === undefined) passedOver.strangers += 1;
      else if (relayed.event.position <= last) passedOver.duplicates += 1;
      else {
        last = relayed.event.position;
        yield relayed;
      }
    }
  }
}

function positionOf({ next }: Source): bigint {
  return next.event.position;
}
