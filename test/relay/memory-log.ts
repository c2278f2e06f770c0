// A log in memory for the relay, with streams of every category.
import type { AllRange } from '../../src/event-store/all-range.js';
import type { Delivery, SubscribeOptions } from '../../src/event-store/event-store.js';
import type { StoredEvent } from '../../src/event-store/stored-event.js';
import { relayedCategories } from '../../src/relay/layout.js';
import type { RelayedLog } from '../../src/relay/relay.js';

const STREAMS = 40;

export class MemoryLog implements RelayedLog {
  readonly events: StoredEvent[] = [];
  readonly isCluster = false;
  private readonly revisions = new Map<string, number>();

  constructor(
    size: number,
    private readonly batch = 1_000,
    /** Eight hexadecimal digits: logs that share brokers must not have the same first id. */
    private readonly run = '00000000',
  ) {
    for (let index = 0; index < size; index += 1) this.append();
  }

  append(): StoredEvent {
    const index = this.events.length;
    const category = relayedCategories[index % relayedCategories.length] ?? 'cart';
    const stream = `${category}-${(index * 7) % STREAMS}`;
    const revision = (this.revisions.get(stream) ?? -1) + 1;
    this.revisions.set(stream, revision);
    const recordedAt = Date.UTC(2026, 0, 1) + index;
    const event: StoredEvent = {
      ...{ stream, revision, recordedAt, position: BigInt(index) * 64n, type: 'Tested' },
      id: `${this.run}-0000-4000-8000-${String(index).padStart(12, '0')}`,
      data: { index, text: 'ä"\n' },
      metadata: { schemaVersion: 1, occurredAt: new Date(recordedAt).toISOString() },
    };
    this.events.push(event);
    return event;
  }

  async *subscribeToAll({ after, signal }: SubscribeOptions): AsyncIterable<Delivery> {
    let index = this.events.findIndex(
      ({ position }) => after === 'start' || position > (after as bigint),
    );
    if (index < 0) index = this.events.length;
    for (; index < this.events.length; index += 1) {
      if (signal?.aborted === true) return;
      yield { event: this.events[index]! };
    }
    yield { caughtUp: true };
    await new Promise<void>((resolve) => {
      if (signal?.aborted === true) resolve();
      signal?.addEventListener('abort', () => resolve(), { once: true });
    });
  }

  async *readAll(range: AllRange = {}): AsyncIterable<StoredEvent> {
    for await (const batch of this.readAllInBatches(range)) yield* batch;
  }

  async *readAllInBatches({ after = -1n, prefixes = [''] }: AllRange = {}) {
    const events = this.events.filter(
      ({ position, stream }) =>
        position > after && prefixes.some((prefix) => stream.startsWith(prefix)),
    );
    for (let index = 0; index < events.length; index += this.batch) {
      yield await Promise.resolve(events.slice(index, index + this.batch));
    }
  }

  headPosition(): Promise<bigint> {
    return Promise.resolve(this.events.at(-1)?.position ?? 0n);
  }

  eventIdAt(position: bigint): Promise<string | undefined> {
    return Promise.resolve(this.events.find((event) => event.position === position)?.id);
  }

  eventAt(position: bigint): Promise<StoredEvent | undefined> {
    return Promise.resolve(this.events.find((event) => event.position === position));
  }

  firstEventId(): Promise<string | undefined> {
    return Promise.resolve(this.events[0]?.id);
  }
}
