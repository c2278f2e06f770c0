// The catch-up loop: reads the log from a checkpoint, hands over what has arrived in batches, and
// starts again from the last batch that was handled whenever the store ends, stalls or drops it. A
// handler that fails stops it loudly, with the checkpoint where it was. No two calls of a handler
// ever overlap, however often the store comes and goes.
import { setImmediate } from 'node:timers/promises';
import type { EventStore } from '../event-store/event-store.js';
import { type ComputedTo, demandPlace, LogReplacedError } from '../event-store/log-place.js';
import type { StoredEvent } from '../event-store/stored-event.js';
import { backoffMs } from '../waiting/retrying.js';
import { delay, systemTime, type Time } from '../waiting/time.js';

/** What it needs of the store. */
export type FollowedLog = Pick<
  EventStore,
  'subscribeToAll' | 'readAll' | 'headPosition' | 'eventIdAt'
>;

export interface SubscriptionOptions {
  readonly store: FollowedLog;
  /** Only streams whose names begin with one of these. */
  readonly prefixes: readonly string[];
  /** Of those, only these types; without it, all. */
  readonly types?: readonly string[];
  /**
   * Hands over the store's own events of those streams as well: deletions, changes of their
   * metadata.
   */
  readonly withStoreEvents?: boolean;
  /** Commit position of the last event that was handled; −1 for none. */
  readonly after: bigint;
  /**
   * What was computed before: the log must have that event, at the beginning and whenever the store
   * was away, for it may come back with an older backup.
   */
  readonly computedTo?: ComputedTo | undefined;
  /** One call at a time, in the order of the log. When it throws, the subscription ends. */
  readonly handle: (batch: readonly StoredEvent[]) => Promise<void>;
  /**
   * The least time from the begin of one batch to that of the next: under load, many small batches
   * cost far more than few large ones. What comes after a pause is handled at once. Default: 0.
   */
  readonly paceMs?: number;
  /** Told when all that came has been handled, and when more waits than one batch can hold. */
  readonly onState?: (state: 'catching up' | 'live') => void;
  /** Told of each fault of the store that it recovers from. */
  readonly onFault?: (fault: unknown) => void;
  readonly signal: AbortSignal;
  /** Default: the real one. */
  readonly time?: Time;
}

/** A bound on one transaction, so that whoever reads the rows never waits long for it. */
const MAX_BATCH = 1_000;
/** How many events may wait before reading waits too. */
const MAX_WAITING = 4_000;
const WATCH_MS = 2_000;
const PAUSE_MS = { least: 50, most: 2_000 };

/** Resolves after `signal`. @throws whatever the handler threw, LogReplacedError */
export async function runSubscription(options: SubscriptionOptions): Promise<void> {
  const { signal, onFault, onState, time = systemTime } = options;
  const isOver = () => signal.aborted;
  let { after, computedTo } = options;
  let faults = 0;
  while (!isOver()) {
    const run = new Run({ ...options, after, computedTo });
    const fault = await run.toTheEnd();
    if (run.failure) throw run.failure.cause;
    if (fault instanceof LogReplacedError) throw fault;
    if (fault !== undefined) onFault?.(fault);
    faults = run.after > after ? 0 : faults + 1;
    ({ after, computedTo } = run);
    if (isOver()) return;
    onState?.('catching up');
    // Not `retrying`, which would count on: each batch that is handled begins the count anew.
    await delay(time, backoffMs(faults + 1, PAUSE_MS, time), signal);
  }
}

/** One subscription upstream, from its beginning to whatever ends it. */
class Run {
  /** Position of the last event that was handled. */
  after: bigint;
  computedTo: ComputedTo | undefined;
  /** What a handler threw: unlike a fault of the store it is not tried again. */
  failure: { readonly cause: unknown } | undefined;
  private waiting: StoredEvent[] = [];
  /** When the last batch was begun, on the monotonic clock. */
  private begunAt = -Infinity;
  private readonly time: Time;
  private handling: Promise<void> | undefined;
  private isLive = false;
  /** How far the store has looked for us, by events or by its word. */
  private seen: bigint;
  private readonly own = new AbortController();

  constructor(private readonly options: SubscriptionOptions) {
    this.time = options.time ?? systemTime;
    this.after = options.after;
    this.computedTo = options.computedTo;
    this.seen = options.after;
  }

  /** Answers what the store did wrong, if anything, once all that was handed over is handled. */
  async toTheEnd(): Promise<unknown> {
    const { signal } = this.options;
    const stop = () => this.own.abort();
    signal.addEventListener('abort', stop, { once: true });
    const watchdog = this.watch();
    try {
      await this.follow();
      return undefined;
    } catch (fault) {
      return fault;
    } finally {
      signal.removeEventListener('abort', stop);
      this.own.abort();
      // Whoever follows the log next must find this one's last batch handled.
      await this.handling;
      await watchdog;
    }
  }

  private async follow(): Promise<void> {
    const { store, prefixes, types, withStoreEvents = false, after } = this.options;
    if (this.computedTo !== undefined) await demandPlace(store, this.computedTo);
    const deliveries = store.subscribeToAll({
      after: after < 0n ? 'start' : after,
      prefixes,
      withStoreEvents,
      ...(types && { types }),
      signal: this.own.signal,
    });
    for await (const delivery of deliveries) {
      if (this.failure) return;
      if ('event' in delivery) await this.take(delivery.event);
      else if ('caughtUp' in delivery) this.isLive = true;
      else this.seen = delivery.checkpoint;
      this.tellState();
    }
  }

  private async take(event: StoredEvent): Promise<void> {
    this.seen = event.position;
    // After a fault the store may give again what was handled.
    if (event.position <= this.after) return;
    this.waiting.push(event);
    this.handling ??= this.handleAll();
    if (this.waiting.length >= MAX_WAITING) await this.handling;
  }

  private async handleAll(): Promise<void> {
    const { handle, onState, signal } = this.options;
    const isOver = () => signal.aborted;
    try {
      while (this.waiting.length > 0 && !isOver()) {
        await this.othersToJoin();
        if (isOver()) return;
        this.begunAt = this.time.monotonicMs();
        const batch = this.waiting.splice(0, MAX_BATCH);
        if (this.waiting.length > 0) onState?.('catching up');
        await handle(batch);
        this.moveTo(batch.at(-1));
      }
    } catch (cause) {
      this.failure = { cause };
      this.own.abort();
    } finally {
      this.handling = undefined;
      this.tellState();
    }
  }

  private moveTo(last: StoredEvent | undefined): void {
    if (last === undefined) return;
    const { position, id: eventId } = last;
    this.after = position;
    if (position >= (this.computedTo?.position ?? -1n)) this.computedTo = { position, eventId };
  }

  /** What else arrives in this turn, or until the pace allows the next batch, joins it. */
  private async othersToJoin(): Promise<void> {
    const { paceMs = 0, signal } = this.options;
    const waitMs = this.begunAt + paceMs - this.time.monotonicMs();
    if (waitMs <= 0 || this.waiting.length >= MAX_BATCH) return setImmediate();
    await delay(this.time, waitMs, signal);
  }

  private tellState(): void {
    if (this.isLive && !this.own.signal.aborted && this.isIdle()) {
      this.options.onState?.('live');
    }
  }

  private isIdle(): boolean {
    return this.waiting.length === 0 && this.handling === undefined;
  }

  /**
   * Stores have been seen to stop delivering without a word: this looks for what should have come.
   */
  private async watch(): Promise<void> {
    let seenBefore = this.seen;
    for (;;) {
      await delay(this.time, WATCH_MS, this.own.signal);
      if (this.own.signal.aborted) return;
      // While there is work at hand, the store may be waiting for us.
      const isQuiet = this.seen === seenBefore && this.isIdle();
      if (isQuiet && (await this.hasMissed(seenBefore))) this.own.abort();
      seenBefore = this.seen;
    }
  }

  private async hasMissed(seen: bigint): Promise<boolean> {
    const { store, prefixes, types } = this.options;
    try {
      if ((await store.headPosition()) <= seen) return false;
      const missed = store.readAll({ prefixes, ...(seen >= 0n && { after: seen }) });
      for await (const { position, type } of missed) {
        if (types?.includes(type) !== false) return position > this.seen;
      }
      return false;
    } catch (error) {
      // A store that does not answer a read does not deliver either.
      this.options.onFault?.(error);
      return true;
    }
  }
}
