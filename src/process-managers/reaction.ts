// Runs one reaction: it processes every event of some types. An event that fails is parked after a
// few attempts, and the next one follows. No event in the log stops the reaction.
import { reasonOf } from '../errors/reason-of.js';
import { IncompleteHistoryError } from '../event-store/errors.js';
import type { EventStore } from '../event-store/event-store.js';
import { type ComputedTo, LogReplacedError } from '../event-store/log-place.js';
import { UnreadableEventError } from '../event-store/recorded.js';
import type { StoredEvent } from '../event-store/stored-event.js';
import type { PositionStore } from '../subscriptions/position-file.js';
import { runSubscription } from '../subscriptions/subscription.js';
import { retryingUntilAborted } from '../waiting/retrying.js';
import { delay, systemTime, type Time } from '../waiting/time.js';
import type { ParkedFact, ParkedFacts } from './parked-facts.js';

export interface Reaction {
  readonly name: string;
  /** Events of these types, in streams with this prefix. */
  readonly types: readonly string[];
  readonly prefix: string;
  /**
   * Processes one event; repeating it changes nothing. It waits while the store is unavailable,
   * until `signal` aborts.
   *
   * @throws when the event cannot be processed
   */
  readonly act: (stored: StoredEvent, signal: AbortSignal) => Promise<void>;
}

export interface ReactionOptions {
  readonly store: EventStore;
  readonly position: PositionStore;
  readonly parked: ParkedFacts;
  /** In milliseconds since 1970. */
  readonly clock: () => number;
  /** Called with faults from which it recovers. */
  readonly onFault: (fault: unknown) => void;
  readonly onParked: (stored: StoredEvent, cause: unknown) => void;
  /** Default: the system's time. */
  readonly time?: Time;
}

/** RETRYING: it had a fault and tries again. */
export type ReactionState = 'CATCHING_UP' | 'LIVE' | 'RETRYING';

export interface ReactionStatus {
  readonly state: ReactionState;
  /** Commit position of the last event that was handled; null before the first. */
  readonly position: string | null;
  /** 0 when it is live, else the age of the last handled event, in milliseconds. */
  readonly lagMs: number;
  readonly error: string | null;
}

export interface RunningReaction {
  readonly name: string;
  status(): ReactionStatus;
  /** Number of parked events. */
  parked(): number;
  /** A page of the parked events, in the order of parking. */
  list(page: { readonly first: number; readonly offset: number }): readonly ParkedFact[];
  stop(): Promise<void>;
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
  const running = runner.run();
  return {
    name: reaction.name,
    status: () => runner.status(),
    parked: () => parked.count(reaction.name),
    list: ({ first, offset }) => parked.list(reaction.name, first, offset),
    stop: async () => {
      runner.stopping.abort();
      await Promise.all([running, saving]);
      await runner.save();
    },
  };
}

/** Retries the parked events; returns those that are still parked. */
export async function retryParked(
  reaction: Reaction,
  { store, parked, clock }: Pick<ReactionOptions, 'store' | 'parked' | 'clock'>,
  signal: AbortSignal,
): Promise<readonly ParkedFact[]> {
  const isOver = () => signal.aborted;
  for (const fact of parked.list(reaction.name)) {
    if (isOver()) break;
    const stored = await eventOf(store, fact);
    if (stored === undefined) continue;
    try {
      await reaction.act(stored, signal);
      if (!isOver()) parked.release(fact);
    } catch (cause) {
      parked.park(reaction.name, stored, reasonOf(cause), 1, clock());
    }
  }
  return parked.list(reaction.name);
}

/** Undefined when the stream has lost it. */
async function eventOf(
  store: Pick<EventStore, 'readStream'>,
  { stream, revision, eventId }: ParkedFact,
): Promise<StoredEvent | undefined> {
  try {
    const options = { from: revision, maxCount: 1 };
    for await (const stored of store.readStream(stream, options)) {
      if (stored.id === eventId) return stored;
    }
  } catch (error) {
    if (!(error instanceof IncompleteHistoryError)) throw error;
  }
  return undefined;
}

class ReactionRunner {
  readonly stopping = new AbortController();
  private readonly retry;
  private saved: ComputedTo | undefined;
  private state: ReactionState = 'CATCHING_UP';
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
    await this.retryOnce();
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

  async save(): Promise<void> {
    const { handled } = this;
    if (handled === undefined || handled === this.saved) return;
    await this.options.position.save(handled);
    this.saved = handled;
  }

  private follow(): Promise<void> {
    const { store } = this.options;
    const { prefix, types } = this.reaction;
    return runSubscription({
      store,
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
    if (state === 'catching up' && this.state === 'RETRYING') return;
    this.state = state === 'live' ? 'LIVE' : 'CATCHING_UP';
    this.error = null;
  }

  /** This version may be able to process an event that an earlier one could not. */
  private async retryOnce(): Promise<void> {
    try {
      await retryParked(this.reaction, this.options, this.stopping.signal);
    } catch (fault) {
      this.options.onFault(fault);
    }
  }

  private async handle(batch: readonly StoredEvent[]): Promise<void> {
    for (const stored of batch) {
      // The store filters by type only, and other programs may use these types in their streams.
      if (stored.stream.startsWith(this.reaction.prefix)) await this.actOrPark(stored);
      // After an abort the event may be unprocessed; the next start handles it again.
      if (this.stopping.signal.aborted) return;
      this.handled = { position: stored.position, eventId: stored.id };
      this.recordedAt = stored.recordedAt;
    }
  }

  private async actOrPark(stored: StoredEvent): Promise<void> {
    const { parked, clock, onParked } = this.options;
    let attempts = 0;
    const act = () => {
      attempts += 1;
      return this.reaction.act(stored, this.stopping.signal);
    };
    try {
      await retryingUntilAborted(act, {
        ...this.retry,
        retryIf: (cause) => !isForGood(cause),
        attempts: ATTEMPTS,
      });
    } catch (cause) {
      parked.park(this.reaction.name, stored, reasonOf(cause), attempts, clock());
      onParked(stored, cause);
    }
  }
}

/** Whether a retry by the same code would fail again. */
function isForGood(cause: unknown): boolean {
  return cause instanceof UnreadableEventError || cause instanceof IncompleteHistoryError;
}
