// A topic that was deleted and made anew lacks what the others have, and their records say that
// everything up to them was written. So a relay asks the log what each topic ought to have.
import type { EventStore } from '../event-store/event-store.js';
import { prefixesOf, type TopicLayout, topicOf, topicsOf } from './layout.js';
import { placeOf } from './next-write.js';
import { isEmptied, type Standing } from './standing.js';
import type { EventTopics } from './topics.js';

interface MissingOptions {
  readonly store: Pick<EventStore, 'readAllInBatches'>;
  readonly topics: Pick<EventTopics, 'partitionOf'>;
  readonly layout: TopicLayout;
  /** Events before this position are left out. */
  readonly from?: bigint | undefined;
}

interface Check {
  /** What the topic's own records said at that time. */
  readonly ownTo: bigint;
  /** Nothing was missing up to this position. */
  readonly completeTo: bigint;
}

/** Remembers what it has checked: a topic of few events would have the whole log read each time. */
export class MissingEvents {
  private readonly checks = new Map<string, Check>();

  constructor(private readonly options: MissingOptions) {}

  /**
   * The position of the first event that is not in its topic though later ones are in others;
   * undefined for none. What retention has removed does not count.
   *
   * @throws StoreUnavailableError
   */
  async first(standing: Standing, signal: AbortSignal): Promise<bigint | undefined> {
    const { layout } = this.options;
    const { completeTo } = standing;
    const soundTo = new Map(
      topicsOf(layout)
        .map((topic) => [topic, this.soundTo(topic, standing)] as const)
        .filter(([, position]) => position < completeTo),
    );
    const missing = await this.firstAfter(soundTo, standing, signal);
    if (missing !== undefined || signal.aborted) return missing;
    for (const topic of soundTo.keys()) {
      this.checks.set(topic, { ownTo: ownTo(topic, standing), completeTo });
    }
    return undefined;
  }

  /** Up to here the topic lacks nothing, unless it is not the one any more that was checked. */
  private soundTo(topic: string, standing: Standing): bigint {
    const own = ownTo(topic, standing);
    const check = this.checks.get(topic);
    const checkedTo = check !== undefined && own >= check.ownTo ? check.completeTo : -1n;
    return [own, checkedTo, (this.options.from ?? 0n) - 1n].reduce((a, b) => (a > b ? a : b));
  }

  /** Reads the log once for all topics. */
  private async firstAfter(
    soundTo: ReadonlyMap<string, bigint>,
    { counts, partitions, completeTo }: Standing,
    signal: AbortSignal,
  ): Promise<bigint | undefined> {
    const { store, topics, layout } = this.options;
    if (soundTo.size === 0) return undefined;
    const standingOf = new Map(partitions.map((each) => [placeOf(each), each]));
    const doubtful = new Map([...layout].filter(([, topic]) => soundTo.has(topic)));
    const after = [...soundTo.values()].reduce((a, b) => (a < b ? a : b));
    const range = { prefixes: prefixesOf(doubtful), ...(after >= 0n && { after }) };
    for await (const events of store.readAllInBatches(range)) {
      for (const { stream, position } of events) {
        if (signal.aborted || position > completeTo) return undefined;
        const topic = topicOf(layout, stream);
        if (topic === undefined || position <= (soundTo.get(topic) ?? completeTo)) continue;
        const partition = topics.partitionOf(stream, counts.get(topic) ?? 1);
        const there = standingOf.get(placeOf({ topic, partition }));
        if (there === undefined || isEmptied(there)) continue;
        if (there.relayedTo < position) return position;
      }
    }
    return undefined;
  }
}

function ownTo(topic: string, { topicCompleteTo }: Standing): bigint {
  return topicCompleteTo.get(topic) ?? -1n;
}
