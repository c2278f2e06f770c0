// A log in memory that misbehaves on demand: it ends, breaks or goes silent when a test says so.
import type { AllRange } from '../../src/event-store/all-range.js';
import type {
  Delivery,
  ReadStreamOptions,
  SubscribeOptions,
} from '../../src/event-store/event-store.js';
import type { StoredEvent } from '../../src/event-store/stored-event.js';
import type { ShopEvent } from '../../src/projections/projection.js';
import { NOON } from '../controls/recorded.js';

/** What one subscriber has not been given yet; `undefined` as a fault is a plain end. */
interface Line {
  readonly waiting: Delivery[];
  over: { readonly fault: Error | undefined } | undefined;
  wake: () => void;
}

export class ScriptedLog {
  readonly events: StoredEvent[] = [];
  readonly isCluster = false;
  /** The positions after which somebody subscribed, one for each time. */
  readonly subscribedAfter: SubscribeOptions['after'][] = [];
  /** Reads of streams that were answered. */
  reads = 0;
  /** While set, reads and subscriptions fail with it. */
  outage: Error | undefined;
  /** While set, what is appended reaches readers but no subscriber. */
  isSilent = false;
  /** While set, no subscriber is told that it has come to the end of the log. */
  isEndHidden = false;
  private readonly lines = new Set<Line>();

  get subscribers(): number {
    return this.lines.size;
  }

  append(stream: string, ...events: readonly Pick<ShopEvent, 'type' | 'data'>[]): StoredEvent[] {
    const stored = events.map((event) => this.record(stream, event));
    if (!this.isSilent) this.deliver(...stored.map((event) => ({ event })));
    return stored;
  }

  deliver(...deliveries: readonly Delivery[]): void {
    for (const line of this.lines) {
      line.waiting.push(...deliveries);
      line.wake();
    }
  }

  /** Ends every subscription after what it was given: by a fault, or without a word. */
  end(fault?: Error): void {
    for (const line of this.lines) {
      this.lines.delete(line);
      line.over = { fault };
      line.wake();
    }
  }

  async *subscribeToAll({ after, types, signal }: SubscribeOptions): AsyncIterable<Delivery> {
    await Promise.resolve();
    if (this.outage) throw this.outage;
    this.subscribedAfter.push(after);
    const seen = after === 'start' ? -1n : after === 'end' ? await this.headPosition() : after;
    const missed = this.events.filter(({ position }) => position > seen);
    const last = missed.at(-1);
    const waiting: Delivery[] = [
      ...missed.map((event) => ({ event })),
      ...(last ? [{ checkpoint: last.position }] : []),
      ...(this.isEndHidden ? [] : [{ caughtUp: true } as const]),
    ];
    const line: Line = { waiting, over: undefined, wake: () => undefined };
    const stop = () => line.wake();
    signal?.addEventListener('abort', stop);
    this.lines.add(line);
    try {
      while (signal?.aborted !== true) {
        const delivery = line.waiting.shift();
        const isAsked =
          delivery === undefined ||
          !('event' in delivery) ||
          types?.includes(delivery.event.type) !== false;
        if (!isAsked) continue;
        if (delivery) yield delivery;
        else if (line.over?.fault !== undefined) throw line.over.fault;
        else if (line.over) return;
        else await new Promise<void>((resolve) => (line.wake = resolve));
      }
    } finally {
      this.lines.delete(line);
      signal?.removeEventListener('abort', stop);
    }
  }

  async *readStream(stream: string, options: ReadStreamOptions = {}): AsyncIterable<StoredEvent> {
    await Promise.resolve();
    if (this.outage) throw this.outage;
    this.reads += 1;
    const { from = 0, backwards = false, maxCount } = options;
    const found = this.events.filter((event) => event.stream === stream && event.revision >= from);
    yield* (backwards ? found.reverse() : found).slice(0, maxCount);
  }

  async *readAll({ after = -1n, types }: AllRange = {}): AsyncIterable<StoredEvent> {
    await Promise.resolve();
    const isAsked = ({ position, type }: StoredEvent) =>
      position > after && types?.includes(type) !== false;
    yield* this.events.filter(isAsked);
  }

  eventIdAt(wanted: bigint): Promise<string | undefined> {
    if (this.outage) return Promise.reject(this.outage);
    return Promise.resolve(this.events.find(({ position }) => position === wanted)?.id);
  }

  eventAt(wanted: bigint): Promise<StoredEvent | undefined> {
    if (this.outage) return Promise.reject(this.outage);
    return Promise.resolve(this.events.find(({ position }) => position === wanted));
  }

  headPosition(): Promise<bigint> {
    if (this.outage) return Promise.reject(this.outage);
    return Promise.resolve(this.events.at(-1)?.position ?? 0n);
  }

  private record(stream: string, { type, data }: Pick<ShopEvent, 'type' | 'data'>): StoredEvent {
    const revision = this.events.filter((event) => event.stream === stream).length;
    const at = NOON + revision * 1_000;
    const stored: StoredEvent = {
      stream,
      id: `${stream}@${revision}`,
      type,
      revision,
      position: BigInt((this.events.length + 1) * 10),
      data,
      metadata: { schemaVersion: 1, occurredAt: new Date(at).toISOString() },
      recordedAt: at,
    };
    this.events.push(stored);
    return stored;
  }
}
