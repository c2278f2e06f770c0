// The spans of the frames that a watcher gets: for each event that was appended in a sampled trace,
// a child of its append, from when the event is here until the watcher's connection has taken the
// frame. The transport asks for the next change only after that.
import type { StoredEvent } from '../event-store/stored-event.js';
import type { TraceSpan, SpanStart, Tracing } from '../tracing/tracing.js';
import { traceparentIn } from '../tracing/traceparent.js';

interface PushedChange {
  readonly entry: { readonly stored: StoredEvent } | null;
}

export class TracedPushes<Change extends PushedChange> implements AsyncIterableIterator<Change> {
  private pushing: TraceSpan | undefined;

  /** @param field the subscription */
  constructor(
    private readonly changes: AsyncIterableIterator<Change>,
    private readonly field: string,
    private readonly tracing: Tracing,
  ) {}

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<Change>> {
    this.end();
    const result = await this.changes.next();
    if (result.done !== true) this.begin(result.value);
    return result;
  }

  async return(): Promise<IteratorResult<Change>> {
    this.end();
    await this.changes.return?.();
    return { done: true, value: undefined };
  }

  private begin({ entry }: Change): void {
    const traceparent = entry === null ? undefined : traceparentIn(entry.stored.metadata);
    if (entry === null || traceparent === undefined) return;
    this.pushing = this.tracing.goOn(pushSpan(this.field, entry.stored), traceparent);
  }

  private end(): void {
    this.pushing?.end();
    this.pushing = undefined;
  }
}

function pushSpan(field: string, { type }: StoredEvent): SpanStart {
  const attributes = { 'graphql.operation.type': 'subscription', 'cartograph.event.type': type };
  return { name: `push ${field}`, kind: 'producer', attributes };
}
