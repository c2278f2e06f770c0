// The catch-up loop: reads the log from a checkpoint and hands over the new events in batches. When
// the store ends, stalls or drops the subscription, it restarts from the last handled batch. A
// failing handler stops it loudly, with the checkpoint unmoved. Handler calls never overlap, even
// across restarts.
import type { EventStore } from '../event-store/event-store.js';
import { type ComputedTo, demandPlace, LogReplacedError } from '../event-store/log-place.js';
import type { StoredEvent } from '../event-store/stored-event.js';
import { orAborted } from '../waiting/or-aborted.js';
import { backoffMs } from '../waiting/retrying.js';
import { delay, systemTime, type Time, turn } from '../waiting/time.js';

/** The part of EventStore that a subscription uses. */
export type FollowedLog = Pick<
  EventStore,
  'subscribeToAll' | 'readAll' | 'headPosition' | 'eventIdAt' | 'eventAt' | 'isCluster'
>;

export interface SubscriptionOptions {
  readonly store: FollowedLog;
  /** Only streams whose names begin with one of these. */
  readonly prefixes: readonly string[];
  /** Only events of these types; default: all types. */
  readonly types?: readonly string[];
  /** Includes the store's own events about those streams: deletions and metadata changes. */
  readonly withStoreEvents?: boolean;
  /** Commit position of the last handled event; −1 for none. */
  readonly after: bigint;
  /**
   * The last event of an earlier computation. The log must have it, at the start and after each
   * outage, because a store may return with an older backup.
   */
  readonly computedTo?: ComputedTo | undefined;
  /**
   * Prefixes of streams whose events are never removed. A long log with few wanted events is then
   * not read again: the place of a restart moves to events of these streams, also to unwanted ones.
   * Default: it stays at the last handled event.
   */
  readonly lasting?: readonly string[];
  /** Called when the place moved to an event that was not wanted. */
  readonly onPassed?: (place: ComputedTo) => void;
  /** Called with one batch at a time, in log order. When it throws, the subscription ends. */
  readonly handle: (batch: readonly StoredEvent[]) => Promise<void>;
  /** The most events of a batch; at most 4,000 wait. Default: 1,000. */
  readonly batchSize?: number;
  /**
   * Minimum time between the starts of two batches, in milliseconds: under load, many small batches
   * cost far more than few large ones. An event after a pause is handled at once. Default: 0.
   */
  readonly paceMs?: number;
  /**
   * Called with 'live' when every event is handled, and with 'catching up' when more events wait
   * than one batch holds.
   */
  readonly onState?: (state: 'catching up' | 'live') => void;
  /** Called with each store fault from which it recovers. */
  readonly onFault?: (fault: unknown) => void;
  readonly signal: AbortSignal;
  /** Default: the system's time. */
  readonly time?: Time;
}

/** Bounds one transaction, so that readers of the rows wait only briefly. */
const BATCH_SIZE = 1_000;
/** Maximum buffered events; beyond it, reading pauses. */
const MAX_WAITING = 4_000;
const WATCH_MS = 2_000;
const PAUSE_MS = { least: 50, most: 2_000 };

/**
 * Resolves after `signal`.
 *
 * @throws the handler's error, LogReplacedError
 */
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
    // `retrying` does not fit: here each handled batch resets the count of failures.
    await delay(time, backoffMs(faults + 1, PAUSE_MS, time), signal);
  }
}

/** One subscription at the store, from its start to its end. */
class Run {
  /** Position of the last handled event. */
  after: bigint;
  computedTo: ComputedTo | undefined;
  /** The handler's error. Unlike a store fault it is not retried. */
  failure: { readonly cause: unknown } | undefined;
  private waiting: StoredEvent[] = [];
  /** Position of the last event that waits or was handled. */
  private taken: bigint;
  /** When the last batch started, on the monotonic clock. */
  private begunAt = -Infinity;
  private readonly time: Time;
  private handling: Promise<void> | undefined;
  private isLive = false;
  /** The position up to which the store has filtered the log, from events and checkpoints. */
  private seen: bigint;
  private readonly own = new AbortController();

  constructor(private readonly options: SubscriptionOptions) {
    this.time = options.time ?? systemTime;
    this.after = options.after;
    this.computedTo = options.computedTo;
    this.seen = options.after;
    this.taken = options.after;
  }

  /** Returns the store's fault, if any, after every delivered event is handled. */
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
      // The next run must start after this run's last batch.
      await this.handling;
      await watchdog;
    }
  }

  private async follow(): Promise<void> {
    const { store, prefixes, types, withStoreEvents = false, after } = this.options;
    const { signal } = this.own;
    if (this.computedTo !== undefined) {
      await demandPlace(store, this.computedTo, { time: this.time, signal });
    }
    const deliveries = store.subscribeToAll({
      after: after < 0n ? 'start' : after,
      prefixes,
      withStoreEvents,
      ...(types && { types }),
      signal,
    });
    for await (const delivery of deliveries) {
      if (this.failure) return;
      if ('event' in delivery) await this.take(delivery.event);
      else if ('caughtUp' in delivery) {
        this.isLive = true;
        await this.pass();
      } else this.look(delivery.checkpoint);
      this.tellState();
    }
  }

  private async take(event: StoredEvent): Promise<void> {
    // The store may deliver events again, also while they still wait for the handler.
    if (event.position <= this.taken) return;
    this.taken = event.position;
    this.look(event.position);
    this.waiting.push(event);
    this.handling ??= this.handleAll();
    if (this.waiting.length >= MAX_WAITING) await this.handling;
  }

  /** Checkpoints may repeat or go back (KurrentDB issues 3697, 4023, 4970). */
  private look(position: bigint): void {
    if (position > this.seen) this.seen = position;
  }

  /** Everything up to `seen` was handled or is not wanted, so a restart may go on from there. */
  private async pass(): Promise<void> {
    const { store, lasting, onPassed } = this.options;
    const { seen } = this;
    if (lasting === undefined || !this.isIdle() || seen <= this.after) return;
    const event = await orAborted(store.eventAt(seen), this.own.signal);
    // A place on an event that may be removed would look like a replaced log.
    if (event === undefined || !lasting.some((prefix) => event.stream.startsWith(prefix))) return;
    if (seen <= this.after) return;
    this.moveTo(event);
    onPassed?.({ position: event.position, eventId: event.id });
  }

  private async handleAll(): Promise<void> {
    const { handle, onState, signal, batchSize = BATCH_SIZE } = this.options;
    const isOver = () => signal.aborted;
    try {
      while (this.waiting.length > 0 && !isOver()) {
        await this.othersToJoin();
        if (isOver()) return;
        this.begunAt = this.time.monotonicMs();
        const batch = this.waiting.splice(0, batchSize);
        if (this.waiting.length > 0) onState?.('catching up');
        await handle(batch);
        const last = batch.at(-1);
        if (last !== undefined) this.moveTo(last);
      }
    } catch (cause) {
      this.failure = { cause };
      this.own.abort();
    } finally {
      this.handling = undefined;
      this.tellState();
    }
  }

  private moveTo({ position, id: eventId }: StoredEvent): void {
    this.after = position;
    if (position >= (this.computedTo?.position ?? -1n)) this.computedTo = { position, eventId };
  }

  /**
   * Waits for the rest of this turn, or until the pace allows the next batch; new events join the
   * batch.
   */
  private async othersToJoin(): Promise<void> {
    const { paceMs = 0, signal, batchSize = BATCH_SIZE } = this.options;
    const waitMs = this.begunAt + paceMs - this.time.monotonicMs();
    if (waitMs <= 0 || this.waiting.length >= batchSize) return turn(this.time);
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
   * Detects a store that stops delivering without an error: it reads the log for missed events.
   * Where there are none, the end of the log was reached, also if the store never said so.
   */
  private async watch(): Promise<void> {
    let seenBefore = this.seen;
    for (;;) {
      await delay(this.time, WATCH_MS, this.own.signal);
      if (this.own.signal.aborted) return;
      // While the handler is busy, the store may be paused by our full buffer.
      const isQuiet = this.seen === seenBefore && this.isIdle();
      const hasMissed = isQuiet && (await orAborted(this.hasMissed(seenBefore), this.own.signal));
      if (hasMissed === true) this.own.abort();
      else if (isQuiet && !this.isLive) {
        this.isLive = true;
        this.tellState();
      }
      await this.pass().catch((fault: unknown) => this.options.onFault?.(fault));
      seenBefore = this.seen;
    }
  }

  private async hasMissed(seen: bigint): Promise<boolean> {
    const { store, prefixes, types } = this.options;
    try {
      if ((await store.headPosition()) <= seen) return false;
      const range = { prefixes, ...(types && { types }), ...(seen >= 0n && { after: seen }) };
      for await (const { position } of store.readAll(range)) return position > this.seen;
      return false;
    } catch (error) {
      // A store that does not answer a read does not deliver either.
      if (!this.own.signal.aborted) this.options.onFault?.(error);
      return true;
    }
  }
}
