// One subscription to the log for all watchers, open only while there are any. It hands each event
// to the watchers of its stream; events that they cannot queue, they read later.
import type { EventStore } from '../event-store/event-store.js';
import type { StoredEvent } from '../event-store/stored-event.js';
import { runSubscription } from '../subscriptions/subscription.js';
import { systemTime, type Time } from '../waiting/time.js';

export interface Watcher {
  /** Called in log order. It must not throw or wait. */
  notice(event: StoredEvent): void;
}

export interface LiveFeedOptions {
  readonly store: EventStore;
  readonly prefixes: readonly string[];
  /** Called with store faults from which the feed recovers. */
  readonly onFault: (fault: unknown) => void;
  /** Default: the real one. */
  readonly time?: Time;
}

/** How long the subscription outlives its last watcher: a reloaded page reconnects at once. */
const LINGER_MS = 10_000;

export class LiveFeed {
  private readonly watchers = new Map<string, Set<Watcher>>();
  private upstream:
    { readonly stopping: AbortController; readonly done: Promise<void> } | undefined;
  private starting: Promise<void> | undefined;
  private endLinger: () => void = () => undefined;
  private readonly time: Time;

  constructor(private readonly options: LiveFeedOptions) {
    this.time = options.time ?? systemTime;
  }

  /** The current number of watchers. */
  get size(): number {
    let size = 0;
    for (const watchers of this.watchers.values()) size += watchers.size;
    return size;
  }

  /**
   * After this resolves, every new event of the stream is noticed; the watcher must read earlier
   * ones.
   *
   * @throws StoreUnavailableError
   */
  async watch(stream: string, watcher: Watcher): Promise<void> {
    this.endLinger();
    const watchers = this.watchers.get(stream) ?? new Set();
    this.watchers.set(stream, watchers.add(watcher));
    try {
      this.starting ??= this.start();
      await this.starting;
    } catch (error) {
      this.starting = undefined;
      this.leave(stream, watcher);
      throw error;
    }
  }

  leave(stream: string, watcher: Watcher): void {
    const watchers = this.watchers.get(stream);
    watchers?.delete(watcher);
    if (watchers?.size === 0) this.watchers.delete(stream);
    if (this.watchers.size > 0) return;
    this.endLinger();
    this.endLinger = this.time.background(LINGER_MS, () => void this.stop());
  }

  async stop(): Promise<void> {
    this.endLinger();
    const { upstream } = this;
    this.upstream = undefined;
    this.starting = undefined;
    upstream?.stopping.abort();
    await upstream?.done;
  }

  /** The position is fixed before any watcher reads: every later event is delivered. */
  private async start(): Promise<void> {
    const { store, prefixes, onFault } = this.options;
    const after = await store.headPosition();
    const stopping = new AbortController();
    const running = runSubscription({
      store,
      prefixes,
      after,
      handle: (batch) => {
        for (const event of batch) this.dispatch(event);
        return Promise.resolve();
      },
      onFault,
      signal: stopping.signal,
      time: this.time,
    });
    // Nothing awaits the subscription while it runs, so its fault must not end the process. The
    // watchers continue.
    const done = running.catch((fault: unknown) => {
      onFault(fault);
      if (this.upstream?.stopping !== stopping) return;
      this.upstream = undefined;
      this.starting = this.start();
      this.starting.catch(onFault);
    });
    this.upstream = { stopping, done };
  }

  private dispatch(event: StoredEvent): void {
    for (const watcher of this.watchers.get(event.stream) ?? []) watcher.notice(event);
  }
}
