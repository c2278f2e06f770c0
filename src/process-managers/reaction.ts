// Runs one reaction beside the service: it sees every event of some types and acts on each. An
// event that it cannot act on is parked after a few tries, and the next one has its turn: nothing
// that is in the log ends it.
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
  /** Events of these types, in streams whose names begin so. */
  readonly types: readonly string[];
  readonly prefix: string;
  /**
   * Acts on one event; doing it again changes nothing. While the store is away it waits, until
   * `signal` says that nobody wants it any more. @throws when it cannot
   */
  readonly act: (stored: StoredEvent, signal: AbortSignal) => Promise<void>;
}

export interface ReactionOptions {
  readonly store: EventStore;
  readonly position: PositionStore;
  readonly parked: ParkedFacts;
  /** In milliseconds since 1970. */
  readonly clock: () => number;
  /** Told of faults that it recovers from. */
  readonly onFault: (fault: unknown) => void;
  readonly onParked: (stored: StoredEvent, cause: unknown) => void;
  /** Default: the real one. */
  readonly time?: Time;
}

export interface RunningReaction {
  readonly name: string;
  /** Events that wait to be tried again. */
  parked(): number;
  stop(): Promise<void>;
}

const ATTEMPTS = 3;
const PAUSE_MS = { least: 250, most: 250 };
/** A position that is a little old costs a few looks at events that were handled. */
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
    parked: () => parked.count(reaction.name),
    stop: async () => {
      runner.stopping.abort();
      await Promise.all([running, saving]);
      await runner.save();
    },
  };
}

/** Tries what is parked once more; answers what still is. */
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

/** Undefined where its stream has lost it. */
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
      // Such as a disk that takes no note of what is parked: the event is tried again.
      retryIf: () => true,
      onFailure: (fault) => this.recoverFrom(fault),
    });
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
    const { store, onFault } = this.options;
    const { prefix, types } = this.reaction;
    return runSubscription({
      store,
      prefixes: [prefix],
      types,
      after: this.handled?.position ?? -1n,
      computedTo: this.handled,
      signal: this.stopping.signal,
      onFault,
      handle: (batch) => this.handle(batch),
      time: this.retry.time,
    });
  }

  private recoverFrom(fault: unknown): void {
    if (fault instanceof LogReplacedError) {
      // What was parked is of the log that was; what is in this one is looked at from its start.
      this.options.parked.clear(this.reaction.name);
      this.handled = undefined;
    }
    this.options.onFault(fault);
  }

  /** This version may understand what an earlier one did not. */
  private async retryOnce(): Promise<void> {
    try {
      await retryParked(this.reaction, this.options, this.stopping.signal);
    } catch (fault) {
      this.options.onFault(fault);
    }
  }

  private async handle(batch: readonly StoredEvent[]): Promise<void> {
    for (const stored of batch) {
      // The store looks at the type alone, and anybody may use it in streams of their own.
      if (stored.stream.startsWith(this.reaction.prefix)) await this.actOrPark(stored);
      // Cut short, it may not have been acted on: it is looked at again after the next start.
      if (this.stopping.signal.aborted) return;
      this.handled = { position: stored.position, eventId: stored.id };
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

/** Another try by the same code comes to the same. */
function isForGood(cause: unknown): boolean {
  return cause instanceof UnreadableEventError || cause instanceof IncompleteHistoryError;
}
