// Streams in memory, for what folds one: long ones cost nothing, and every event that is read is
// counted.
import { randomUUID } from 'node:crypto';
import { cartCodec } from '../../src/domain/cart/codec.js';
import type { CartEvent } from '../../src/domain/cart/events.js';
import { chained, NO_CHAIN } from '../../src/event-store/chain.js';
import type { ReadStreamOptions } from '../../src/event-store/event-store.js';
import type { StoredEvent } from '../../src/event-store/stored-event.js';
import { added, changed, opened } from './cart.js';
import { eventIdAt, NOON } from './recorded.js';

/** What of an event is not as usual: a second lies between one and the next, in both times. */
export interface Circumstances {
  readonly id?: string;
  readonly commandId?: string;
  readonly occurredAt?: number;
  readonly recordedAt?: number;
}

function ofStream(stream: string, event: CartEvent): CartEvent {
  if (event.type !== 'CartOpened') return event;
  return { ...event, data: { ...event.data, cartId: stream.slice('cart-'.length) } };
}

export class CountedLog {
  eventsRead = 0;
  private readonly streams = new Map<string, StoredEvent[]>();

  eventsOf(stream: string): readonly StoredEvent[] {
    return this.streams.get(stream) ?? [];
  }

  /** A cart is opened under its stream's id, whatever id the event came with. */
  append(stream: string, event: CartEvent, circumstances: Circumstances = {}): StoredEvent {
    const events = this.streams.get(stream) ?? [];
    this.streams.set(stream, events);
    const revision = events.length;
    const usual = NOON + revision * 1_000;
    const { id = eventIdAt(revision), commandId, occurredAt = usual } = circumstances;
    const { recordedAt = usual } = circumstances;
    const { type, schemaVersion, data } = cartCodec.encode(ofStream(stream, event));
    const metadata = {
      schemaVersion,
      occurredAt: new Date(occurredAt).toISOString(),
      ...(commandId !== undefined && { commandId, commandHash: `of ${commandId}` }),
    };
    const last = events.at(-1);
    const end = last && { revision: last.revision, chain: last.metadata.chain };
    const [linked] = chained(stream, end ?? NO_CHAIN, [{ id, type, data, metadata }]);
    const stored = { ...linked!, stream, revision, position: BigInt(revision), recordedAt };
    events.push(stored);
    return stored;
  }

  /** A cart of so many events: opened, then one product's quantity set in turn. */
  fill(stream: string, events: number, circumstances: (at: number) => Circumstances = () => ({})) {
    while (this.eventsOf(stream).length < events) {
      const at = this.eventsOf(stream).length;
      const event =
        at === 0 ? opened() : at === 1 ? added('A', 1, 100) : changed('A', at - 1, at, 100);
      this.append(stream, event, circumstances(at));
    }
  }

  /** A cart of so many lines, whose quantities are then set in turn. */
  fillWide(stream: string, events: number, lines: number): void {
    this.append(stream, opened());
    for (let at = 1; at < events; at += 1) {
      const sku = `SKU-${at % lines}`;
      const event = at <= lines ? added(sku, 1, at) : changed(sku, at - lines, at, at % lines);
      this.append(stream, event, { id: randomUUID(), commandId: randomUUID() });
    }
  }

  /** What was restored from a backup: the stream as it was when it had so many events. */
  cutTo(stream: string, events: number): void {
    this.streams.set(stream, this.eventsOf(stream).slice(0, events));
  }

  /** How many events `work` reads. */
  async readBy(work: () => Promise<unknown>): Promise<number> {
    const before = this.eventsRead;
    await work();
    return this.eventsRead - before;
  }

  async *readStream(stream: string, options: ReadStreamOptions = {}): AsyncIterable<StoredEvent> {
    const { from, maxCount = Infinity, backwards = false } = options;
    const events = this.eventsOf(stream);
    const asked = backwards
      ? events.slice(0, (from ?? Infinity) + 1).reverse()
      : events.slice(from ?? 0);
    // As a server does: it sends all that was asked for, whether or not the reader stops before.
    const sent = asked.slice(0, maxCount);
    for (const event of sent) {
      this.eventsRead += 1;
      yield await Promise.resolve(event);
    }
  }
}
