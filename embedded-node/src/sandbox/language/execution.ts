// The executing half of the projection language: events go to their handlers, and states become
// JSON. Runs in the sandbox: its source text is evaluated there, so it must use nothing but itself
// and the language.
import type { Batch, ChangedResult, ChangedState, Input } from '../protocol.js';
import type { Definition } from './definition.js';
import type { Emitting } from './emitting.js';
import { EventEnvelope } from './event-envelope.js';

export class Execution {
  /** The partition whose state is at hand as a value; the others are texts. */
  private partition: string | undefined;
  private state: unknown;
  private shared: unknown;
  private text: string | null = null;
  private sharedText: string | null = null;
  private hasShared = false;
  /** The two in one, while a handler may change them. */
  private both: unknown[] | undefined;
  /** The texts of the partitions that this batch has left. */
  private left = new Map<string, string | null>();
  private changed = new Map<string, ChangedState>();
  private results: ChangedResult[] = [];

  constructor(
    private readonly definition: Definition,
    private readonly emitting: Emitting,
    /** Whether each change of a result matters, and not the last one of a batch alone. */
    private readonly eachResult: boolean,
  ) {}

  /** The partition of each event; null for one that belongs to none. */
  partitions(json: string): string {
    const events = JSON.parse(json) as object[];
    const partitions = events.map((event) => {
      const name = this.definition.partitionBy?.(EventEnvelope.of(event));
      return typeof name === 'string' || typeof name === 'number' ? String(name) : null;
    });
    return JSON.stringify(partitions);
  }

  process(json: string): string {
    const { events, states } = JSON.parse(json) as Batch;
    for (const [index, event] of events.entries()) {
      this.emitting.cause = index;
      this.handle(event, states);
      if (this.eachResult) this.settle();
    }
    this.settle();
    const outcome = {
      states: [...this.changed.values()],
      results: this.results,
      emitted: this.emitting.take(),
    };
    this.changed = new Map();
    this.left = new Map();
    this.results = [];
    return JSON.stringify(outcome);
  }

  private handle(event: Input, states: Batch['states']): void {
    const isNew = this.enter(event.partition, states);
    if ('deleted' in event) {
      this.definition.deleted?.(this.value(), null, event.partition, false);
      return;
    }
    const envelope = EventEnvelope.of(event);
    if (isNew) for (const created of this.definition.created) created(this.value(), envelope);
    if (event.isJson && (event.bodyRaw === null || event.bodyRaw.trim() === '')) return;
    const handler = this.definition.handlers.get(event.eventType) ?? this.definition.any;
    const next = handler === undefined ? event.bodyRaw : handler(this.value(), envelope);
    if (next !== undefined) this.become(next);
  }

  /** Returns whether the partition is new. */
  private enter(partition: string, states: Batch['states']): boolean {
    if (this.definition.sources.isBiState && !this.hasShared) this.loadShared(states[''] ?? null);
    if (partition === this.partition) return false;
    if (this.partition !== undefined) {
      this.settle();
      this.left.set(this.partition, this.text);
    }
    this.partition = partition;
    const known = this.left.get(partition);
    const text = known === undefined ? (states[partition] ?? null) : known;
    this.text = text;
    const isNew = text === null || text === '';
    this.state = isNew ? this.initial(this.definition.init) : JSON.parse(text);
    return isNew;
  }

  private loadShared(text: string | null): void {
    this.hasShared = true;
    this.sharedText = text;
    this.shared = text === null ? this.initial(this.definition.initShared) : JSON.parse(text);
  }

  private initial(init: (() => unknown) | undefined): unknown {
    return init === undefined ? {} : init();
  }

  /** What handlers get as the state: with a shared state, both. */
  private value(): unknown {
    if (!this.definition.sources.isBiState) return this.state;
    if (this.both === undefined) this.both = [this.state, this.shared];
    return this.both;
  }

  private become(next: unknown): void {
    if (this.definition.sources.isBiState && Array.isArray(next)) this.both = next;
    else this.state = next;
  }

  /** The state becomes text, and its result is known. */
  private settle(): void {
    if (this.partition === undefined) return;
    if (this.both !== undefined) {
      [this.state, this.shared] = this.both;
      this.both = undefined;
      this.settleShared();
    }
    const state = this.textOf(this.state);
    if (state === this.text) return;
    this.text = state;
    const { partition } = this;
    const result = this.resultOf(state);
    this.changed.set(partition, { partition, state, result });
    if (this.eachResult) this.results.push({ cause: this.emitting.cause, partition, result });
  }

  private settleShared(): void {
    const state = this.textOf(this.shared);
    if (state === null || state === this.sharedText) return;
    this.sharedText = state;
    if (this.partition !== '') this.changed.set('', { partition: '', state, result: null });
  }

  private resultOf(text: string | null): string | null {
    if (!this.definition.sources.definesStateTransform) return text;
    let state = this.value();
    for (const { isFilter, run } of this.definition.transforms) {
      const next = run(state);
      if (isFilter ? next !== true : next === null || next === undefined) return null;
      if (!isFilter) state = next;
    }
    return state === null || state === undefined ? null : this.json(state);
  }

  /** A text as a state stands for itself: it has to be JSON. */
  private textOf(state: unknown): string | null {
    if (state === null || state === undefined) return null;
    return typeof state === 'string' ? state : this.json(state);
  }

  private json(value: unknown): string | null {
    const withTexts = (_: string, inner: unknown) =>
      typeof inner === 'bigint' ? String(inner) : inner;
    const isNothing = ['undefined', 'function', 'symbol'].includes(typeof value);
    try {
      return isNothing ? null : JSON.stringify(value);
    } catch (error) {
      // The real server writes a BigInt as text. What has no JSON fails again.
      if (error instanceof TypeError) return JSON.stringify(value, withTexts);
      throw error;
    }
  }
}
