// Runs one reaction: it processes every event of some types. An event that fails is parked after a
// few attempts, and the next one follows. No event in the log stops the reaction.
import { inParallel } from '../commands/in-parallel.js';
import { reasonOf } from '../errors/reason-of.js';
import { IncompleteHistoryError } from '../event-store/errors.js';
import type { EventStore } from '../event-store/event-store.js';
import { type ComputedTo, LogReplacedError } from '../event-store/log-place.js';
import { UnreadableEventError } from '../event-store/recorded.js';
import type { StoredEvent } from '../event-store/stored-event.js';
import type { PositionStore } from '../subscriptions/position-file.js';
import { runSubscription } from '../subscriptions/subscription.js';
import { backoffMs, type PauseMs, retryingUntilAborted } from '../waiting/retrying.js';
import { delay, systemTime, type Time } from '../waiting/time.js';
import { byStream } from './by-stream.js';
import { actWhenThere } from './act-when-there.js';
import type { ParkedFacts } from './parked-facts.js';
import { retryParked } from './retry-parked.js';
import type { ReactionState, ReactionStatus, RunningReaction } from './running-reaction.js';

export interface Reaction {
  readonly name: string;
  /** Events of these types, in streams with this prefix. */
  readonly types: readonly string[];
  readonly prefix: string;
  /**
   * Processes one event; repeating it changes nothing. It is called again while the store or the
   * read models are unavailable. Where it waits itself, it tells `onFailure` why.
   *
   * @throws when the event cannot be processed; the signal's reason after an abort
   */
  readonly act: (
    stored: StoredEvent,
    signal: AbortSignal,
    onFailure?: (fault: unknown) => void,
  ) => Promise<void>;
  /**
   * Number of streams whose events are processed at once; those of one stream keep their order.
   * Default: 1, in the order of the log; 16 of a shared reaction.
   */
  readonly width?: number;
  /**
   * Retries parked events by itself, after a pause that doubles while nothing succeeds. Default: at
   * a start, and when an operator asks.
   */
  readonly retryParkedMs?: PauseMs;
}

/** The event cannot be processed yet. It is parked at once, and a later retry may succeed. */
export class Postponed extends Error {
  override readonly name = 'Postponed';
}

export interface ReactionOptions {
  readonly store: EventStore;
  readonly position: PositionStore;
  readonly parked: ParkedFacts;
  /** Prefixes of streams whose events are never removed: the checkpoint may stand on any event. */
  readonly lasting?: readonly string[];
  /** In milliseconds since 1970. */
  readonly clock: () => number;
  /** Called with faults from which it recovers. */
  readonly onFault: (fault: unknown) => void;
  readonly onParked: (stored: StoredEvent, cause: unknown) => void;
  /** Default: the system's time. */
  readonly time?: Time;
}

/** GraphQL's Int. */
const MAX_INT = 2 ** 31 - 1;
const ATTEMPTS = 3;
const PAUSE_MS = { least: 250, most: 250 };
/** Interval of saving the checkpoint; an old one only repeats events that were processed. */
const SAVE_MS = 5_000;

export async function startReaction(
  reaction: Reaction,
  options: ReactionOptions,
): Promise<RunningReaction> {
  const { parked, position } = options;
  if (parked.putAsideAs !== undefined) await position.forget();
  const runner = new ReactionRunner(reaction, options, await position.load());
  const saving = runner.keepSaving();
  const retrying = runner.keepRetrying();
  const running = runner.run();
  return {
    name: reaction.name,
    status: () => runner.status(),
    parked: () => Promise.resolve(parked.count(reaction.name)),
    list: ({ first, offset }) => Promise.resolve(parked.list(reaction.name, first, offset)),
    replay: () => runner.retryOnce(),
    stop: async () => {
      runner.stopping.abort();
      await Promise.all([running, saving, retrying]);
      await runner.save();
    },
  };
}

class ReactionRunner {
  readonly stopping = new AbortController();
  private readonly retry;
  private saved: ComputedTo | undefined;
  private state: ReactionState = 'CATCHING_UP';
  private reached: 'catching up' | 'live' = 'catching up';
  private error: string | null = null;
  /** When the last handled event was recorded, in milliseconds since 1970; 0 before the first. */
  private recordedAt = 0;

  constructor(
    private readonly reaction: Reaction,
    private readonly options: ReactionOptions,
    private handled: ComputedTo | undefined,
  ) {
    this.saved = handled;
    const { time = systemTime } = options;
    this.retry = { pauseMs: PAUSE_MS, signal: this.stopping.signal, time };
  }

  async run(): Promise<void> {
    if (this.reaction.retryParkedMs === undefined) await this.retryOnce();
    await retryingUntilAborted(() => this.follow(), {
      ...this.retry,
      // For example a full disk that cannot store a parked event: the event is retried.
      retryIf: () => true,
      onFailure: (fault) => this.recoverFrom(fault),
    });
  }

  status(): ReactionStatus {
    const { state, error, recordedAt, handled } = this;
    const age = recordedAt === 0 ? 0 : this.options.clock() - recordedAt;
    const lagMs = state === 'LIVE' ? 0 : Math.min(MAX_INT, Math.max(0, age));
    return {
      state,
      position: handled === undefined ? null : String(handled.position),
      lagMs,
      error,
    };
  }

  async keepSaving(): Promise<void> {
    const { signal, time } = this.retry;
    const isOver = () => signal.aborted;
    while (!isOver()) {
      await delay(time, SAVE_MS, signal);
      if (!isOver()) await this.save().catch(this.options.onFault);
    }
  }

  /** Retries the parked events from time to time, if the reaction wants it. */
  async keepRetrying(): Promise<void> {
    const { signal, time } = this.retry;
    const { name, retryParkedMs } = this.reaction;
    const { parked } = this.options;
    const isOver = () => signal.aborted;
    if (retryParkedMs === undefined) return;
    for (let failures = 1; !isOver();) {
      await delay(time, backoffMs(failures, retryParkedMs, time), signal);
      const before = parked.count(name);
      if (isOver() || before === 0) {
        failures = 1;
        continue;
      }
      await this.retryOnce();
      failures = parked.count(name) < before ? 1 : failures + 1;
    }
  }

  async save(): Promise<void> {
    const { handled } = this;
    if (handled === undefined || handled === this.saved) return;
    await this.options.position.save(handled);
    this.saved = handled;
  }

  private follow(): Promise<void> {
    const { store, lasting } = this.options;
    const { prefix, types } = this.reaction;
    return runSubscription({
      store,
      ...(lasting && { lasting }),
      onPassed: (place) => (this.handled = place),
      prefixes: [prefix],
      types,
      after: this.handled?.position ?? -1n,
      computedTo: this.handled,
      signal: this.stopping.signal,
      onFault: (fault) => this.noteFault(fault),
      onState: (state) => this.reach(state),
      handle: (batch) => this.handle(batch),
      time: this.retry.time,
    });
  }

  private recoverFrom(fault: unknown): void {
    if (fault instanceof LogReplacedError) {
      // The parked events belonged to the old log; the new one is read from its start.
      this.options.parked.clear(this.reaction.name);
      this.handled = undefined;
    }
    this.noteFault(fault);
  }

  private noteFault(fault: unknown): void {
    this.state = 'RETRYING';
    this.error = reasonOf(fault);
    this.options.onFault(fault);
  }

  private reach(state: 'catching up' | 'live'): void {
    this.reached = state;
    if (state === 'catching up' && this.state === 'RETRYING') return;
    this.state = state === 'live' ? 'LIVE' : 'CATCHING_UP';
    this.error = null;
  }

  /** This version may be able to process an event that an earlier one could not. */
  async retryOnce(): Promise<void> {
    try {
      await retryParked(this.reaction, this.options, this.stopping.signal);
    } catch (fault) {
      this.options.onFault(fault);
    }
  }

  private handle(batch: readonly StoredEvent[]): Promise<void> {
    const { width = 1 } = this.reaction;
    return width === 1 ? this.handleInOrder(batch) : this.handleByStream(batch, width);
  }

  /** The checkpoint moves when all are processed: a crash repeats some, which changes nothing. */
  private async handleByStream(batch: readonly StoredEvent[], width: number): Promise<void> {
    const { signal } = this.stopping;
    const ours = batch.filter(({ stream }) => stream.startsWith(this.reaction.prefix));
    await inParallel(byStream(ours), width, async (events) => {
      for (const stored of events) if (!signal.aborted) await this.actOrPark(stored);
    });
    const last = batch.at(-1);
    if (signal.aborted || last === undefined) return;
    this.handled = { position: last.position, eventId: last.id };
    this.recordedAt = last.recordedAt;
  }

  private async handleInOrder(batch: readonly StoredEvent[]): Promise<void> {
    for (const stored of batch) {
      // The store filters by type only, and other programs may use these types in their streams.
      if (stored.stream.startsWith(this.reaction.prefix)) await this.actOrPark(stored);
      // After an abort the event may be unprocessed; the next start handles it again.
      if (this.stopping.signal.aborted) return;
      // What it waited for is over.
      if (this.state === 'RETRYING') this.reach(this.reached);
      this.handled = { position: stored.position, eventId: stored.id };
      this.recordedAt = stored.recordedAt;
    }
  }

  private async actOrPark(stored: StoredEvent): Promise<void> {
    const { parked, clock, onParked } = this.options;
    let attempts = 0;
    const act = () => {
      attempts += 1;
      const { signal, time } = this.retry;
      const onFailure = (fault: unknown) => this.noteFault(fault);
      return actWhenThere(this.reaction, stored, { signal, time, onFailure });
    };
    try {
      await retryingUntilAborted(act, {
        ...this.retry,
        retryIf: (cause) => !isForGood(cause),
        attempts: ATTEMPTS,
      });
    } catch (cause) {
      parked.park(this.reaction.name, stored, reasonOf(cause), attempts, clock());
      if (cause instanceof Postponed) this.options.onFault(cause);
      else onParked(stored, cause);
    }
  }
}

/** Whether a retry at once would fail again. */
export function isForGood(cause: unknown): boolean {
  return (
    cause instanceof Postponed ||
    cause instanceof UnreadableEventError ||
    cause instanceof IncompleteHistoryError
  );
}
