// One subscription to the log for all watchers, open only while there are any. It hands each event
// to the watchers of its stream; events that they cannot queue, they read later.
import type { EventStore } from '../event-store/event-store.js';
import type { StoredEvent } from '../event-store/stored-event.js';
import { followFromTheEnd } from '../subscriptions/from-the-end.js';
import { systemTime, type Time } from '../waiting/time.js';

export interface Watcher {
  /** Called in log order. It must not throw or wait. */
  notice(event: StoredEvent): void;
  /**
   * The log was replaced, as by an older backup: what the watcher knows may not be in it. It must
   * not throw or wait.
   */
  beginAgain(): void;
}

/** The subscription to the log. */
interface Upstream {
  readonly stopping: AbortController;
  readonly started: Promise<void>;
  readonly done: Promise<void>;
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
  private upstream: Upstream | undefined;
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
    const upstream = (this.upstream ??= this.start());
    try {
      await upstream.started;
    } catch (error) {
      if (this.upstream === upstream) this.upstream = undefined;
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
    upstream?.stopping.abort();
    await upstream?.done;
  }

  /** The position is fixed before any watcher reads: every later event is delivered. */
  private start(): Upstream {
    const { store, prefixes, onFault } = this.options;
    const stopping = new AbortController();
    let hasStarted = false;
    let failure: { readonly fault: unknown } | undefined;
    let settle: () => void = () => undefined;
    const settled = new Promise<void>((resolve) => (settle = resolve));
    const done = followFromTheEnd({
      ...{ store, prefixes, signal: stopping.signal, time: this.time },
      handle: (batch) => {
        for (const event of batch) this.dispatch(event);
        return Promise.resolve();
      },
      onBegin: () => {
        if (hasStarted) this.beginAgain();
        hasStarted = true;
        settle();
      },
      onFault: (fault) => {
        if (hasStarted) onFault(fault);
        else {
          // The first watchers are told, and others start it anew.
          failure = { fault };
          stopping.abort();
        }
      },
    }).finally(() => settle());
    const started = settled.then(() => {
      if (failure) throw failure.fault;
    });
    return { stopping, started, done };
  }

  private beginAgain(): void {
    for (const watchers of this.watchers.values()) {
      for (const watcher of watchers) watcher.beginAgain();
    }
  }

  private dispatch(event: StoredEvent): void {
    for (const watcher of this.watchers.get(event.stream) ?? []) watcher.notice(event);
  }
}
