// Selects the consumer of each event: EventStoreDB's four consumer strategies.
import type { Consumer } from './consumer.js';
import type { Message } from './messages.js';
import type { StrategyName } from './settings.js';

/** `skipped`: this event must wait, others may be sent; `full`: no consumer has room. */
export type PushResult = 'sent' | 'skipped' | 'full';

export interface Strategy {
  push(message: Message, consumers: Consumer[]): PushResult;
}

/** Round robin, or always the first consumer with room; both keep the order of the list. */
class InTurns implements Strategy {
  readonly #turnAfterSending: boolean;

  constructor(turnAfterSending: boolean) {
    this.#turnAfterSending = turnAfterSending;
  }

  push(message: Message, consumers: Consumer[]): PushResult {
    for (let tried = 0; tried < consumers.length; tried++) {
      const [first] = consumers;
      if (!first) break;
      const sent = first.push(message);
      if (!sent || this.#turnAfterSending) consumers.push(...consumers.splice(0, 1));
      if (sent) return 'sent';
    }
    return 'full';
  }
}

/** One consumer for all events with a key, while it stays connected. */
class Pinned implements Strategy {
  readonly #keyOf: (message: Message) => string;
  readonly #assigned = new Map<number, Consumer>();

  constructor(keyOf: (message: Message) => string) {
    this.#keyOf = keyOf;
  }

  push(message: Message, consumers: Consumer[]): PushResult {
    if (!consumers.some(({ hasRoom }) => hasRoom)) return 'full';
    const bucket = bucketOf(this.#keyOf(message));
    const consumer = this.#consumerOf(bucket, consumers);
    return consumer?.push(message) ? 'sent' : 'skipped';
  }

  #consumerOf(bucket: number, consumers: Consumer[]): Consumer | undefined {
    const known = this.#assigned.get(bucket);
    if (known && consumers.includes(known)) return known;
    const load = new Map(consumers.map((consumer) => [consumer, 0]));
    for (const consumer of this.#assigned.values()) {
      const count = load.get(consumer);
      if (count !== undefined) load.set(consumer, count + 1);
    }
    const [least] = [...load].sort(([, a], [, b]) => a - b);
    if (least) this.#assigned.set(bucket, least[0]);
    return least?.[0];
  }
}

const buckets = 1024;

/** Keys share a bounded number of assignments, so that a million streams cost no memory. */
function bucketOf(key: string): number {
  let hash = 0;
  for (let i = 0; i < key.length; i++) hash = (Math.imul(hash, 31) + key.charCodeAt(i)) | 0;
  return Math.abs(hash % buckets);
}

/** The event's stream; for an unresolved link, the stream that it names. */
function streamKey({ resolved }: Message): string {
  const record = resolved.event ?? resolved.link;
  if (!record) return '';
  if (record.type !== '$>') return record.stream;
  const target = Buffer.from(record.data).toString();
  return target.slice(target.indexOf('@') + 1);
}

/** The event's own `$correlationId`, otherwise its stream. */
function correlationKey(message: Message): string {
  const metadata = message.resolved.event?.metadata;
  if (!metadata || metadata.length === 0) return streamKey(message);
  try {
    const parsed: unknown = JSON.parse(Buffer.from(metadata).toString());
    const id: unknown = Object.getOwnPropertyDescriptor(parsed ?? {}, '$correlationId')?.value;
    return typeof id === 'string' ? id : streamKey(message);
  } catch (error) {
    // Metadata may be any bytes; only JSON can contain a correlation id.
    if (error instanceof SyntaxError) return streamKey(message);
    throw error;
  }
}

export function createStrategy(name: StrategyName): Strategy {
  switch (name) {
    case 'RoundRobin':
      return new InTurns(true);
    case 'DispatchToSingle':
      return new InTurns(false);
    case 'Pinned':
      return new Pinned(streamKey);
    case 'PinnedByCorrelation':
      return new Pinned(correlationKey);
  }
}
