// Reads every partition of a topic, in batches of committed records. It joins no consumer group: a
// group keeps its places in Kafka, and this consumer keeps them with what it computes.
import { findErrorBy } from '@platformatic/kafka';
import { CommittedConsumer, committedBatches } from './committed.js';

const MAX_BYTES = 1024 * 1024;
/** How long a broker waits for new records before it answers without any, in milliseconds. */
const WAIT_MS = 250;

export class Partitions {
  #consumer;
  #topic;
  #isStopping = false;

  constructor(brokers, topic) {
    this.#topic = topic;
    this.#consumer = new CommittedConsumer({
      clientId: 'sold-units',
      // The library wants a name; no group is joined.
      groupId: 'sold-units',
      bootstrapBrokers: brokers,
      // Brokers that are away for longer end the program; its next run goes on where it was.
      retries: 10,
      retryDelay: 500,
    });
  }

  /**
   * Batches of one partition each, in the order of its records, until `stop`. Retention that has
   * removed what was not read yet ends this with an error.
   *
   * @param nextOffset where to go on in a partition
   */
  async *batches(nextOffset) {
    while (!this.#isStopping) {
      const { topics } = await this.#consumer.metadata({ topics: [this.#topic] });
      const { id, partitions } = topics.get(this.#topic);
      for (const [leader, led] of byLeader(partitions)) {
        const wanted = led.map((partition) => ({
          ...{ partition, fetchOffset: nextOffset(partition), partitionMaxBytes: MAX_BYTES },
          ...{ currentLeaderEpoch: -1, lastFetchedEpoch: -1 },
        }));
        yield* batchesIn(
          await this.#fetch(leader, { topicId: id, partitions: wanted }),
          nextOffset,
        );
      }
    }
  }

  /** Nothing from a broker that leads a partition no more. */
  async #fetch(node, topic) {
    try {
      const limits = { minBytes: 1, maxBytes: MAX_BYTES, maxWaitTime: WAIT_MS };
      const { responses } = await this.#consumer.fetch({ node, topics: [topic], ...limits });
      return responses;
    } catch (error) {
      if (findErrorBy(error, 'hasStaleMetadata', true) === null) throw error;
      await this.#consumer.metadata({ topics: [this.#topic], forceUpdate: true });
      return [];
    }
  }

  stop() {
    this.#isStopping = true;
  }

  async close() {
    await this.#consumer.close(true);
  }
}

function byLeader(partitions) {
  const led = new Map();
  for (const [partition, { leader }] of Object.entries(partitions)) {
    led.set(leader, [...(led.get(leader) ?? []), Number(partition)]);
  }
  return led;
}

function* batchesIn(responses, nextOffset) {
  for (const found of responses.flatMap((response) => response.partitions)) {
    const partition = found.partitionIndex;
    const last = found.records?.at(-1);
    if (last === undefined) continue;
    // A broker answers with whole batches: the first may begin before the offset.
    const from = nextOffset(partition);
    const next = last.firstOffset + BigInt(last.lastOffsetDelta) + 1n;
    const records = committedBatches(found)
      .flatMap(recordsIn)
      .filter(({ offset }) => offset >= from);
    if (next > from) yield { partition, next, records };
  }
}

function recordsIn({ firstOffset, records }) {
  return records.map(({ offsetDelta, key, value, headers }) => ({
    offset: firstOffset + BigInt(offsetDelta),
    key: key?.toString(),
    value,
    headers: new Map(headers.map(([name, text]) => [String(name), String(text)])),
  }));
}
