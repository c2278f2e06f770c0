// One subscription upstream for everybody who watches, and only while somebody does. What it
// delivers is handed to the watchers of that stream; whatever they cannot take, they read later.
import type { EventStore } from '../event-store/event-store.js';
import type { StoredEvent } from '../event-store/stored-event.js';
import { runSubscription } from '../subscriptions/subscription.js';

export interface Watcher {
  /** Called in the order of the log. It must not throw and must not wait. */
  notice(event: StoredEvent): void;
}

export interface LiveFeedOptions {
  readonly store: EventStore;
  readonly prefixes: readonly string[];
  /** Told of faults of the store that the feed recovers from. */
  readonly onFault: (fault: unknown) => void;
}

/**
 * How long the upstream subscription outlives its last watcher: reloads of a page come back at
 * once.
 */
const LINGER_MS = 10_000;

export class LiveFeed {
  private readonly watchers = new Map<string, Set<Watcher>>();
  private upstream:
    { readonly stopping: AbortController; readonly done: Promise<void> } | undefined;
  private starting: Promise<void> | undefined;
  private linger: NodeJS.Timeout | undefined;

  constructor(private readonly options: LiveFeedOptions) {}

  /** How many watch now. */
  get size(): number {
    let size = 0;
    for (const watchers of this.watchers.values()) size += watchers.size;
    return size;
  }

  /**
   * From when this resolves, everything that is appended to the stream is noticed; what was
   * appended before is for the watcher to read. @throws StoreUnavailableError
   */
  async watch(stream: string, watcher: Watcher): Promise<void> {
    clearTimeout(this.linger);
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
    clearTimeout(this.linger);
    this.linger = setTimeout(() => void this.stop(), LINGER_MS);
    this.linger.unref();
  }

  async stop(): Promise<void> {
    clearTimeout(this.linger);
    const { upstream } = this;
    this.upstream = undefined;
    this.starting = undefined;
    upstream?.stopping.abort();
    await upstream?.done;
  }

  /** The place is fixed before anybody reads: what comes after it is delivered, however late. */
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
    });
    // Nobody awaits it while it runs: its fault must not end the process. Whoever watches is served
    // on.
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
