// Runs a reaction whose instances share the work: they are the consumers of one persistent
// subscription. An event that fails is parked there after a few attempts, and the others go on. The
// store may give an event more than once, to any instance: acting again must change nothing.
import { reasonOf } from '../errors/reason-of.js';
import { StoreUnavailableError } from '../event-store/errors.js';
import type { EventStore } from '../event-store/event-store.js';
import type { GroupConsumer } from '../event-store/group-consumer.js';
import type { GroupStart, PersistentGroups } from '../event-store/persistent-groups.js';
import type { StoredEvent } from '../event-store/stored-event.js';
import { backoffMs, retryingUntilAborted } from '../waiting/retrying.js';
import { delay, systemTime, type Time } from '../waiting/time.js';
import { InHand } from './in-hand.js';
import type { ParkedFacts } from './parked-facts.js';
import { isForGood, type Reaction } from './reaction.js';
import { retryParked } from './retry-parked.js';
import type { ReactionState, ReactionStatus, RunningReaction } from './running-reaction.js';
import { SharedParking } from './shared-parking.js';

export interface SharedReactionOptions {
  readonly store: EventStore;
  readonly groups: PersistentGroups;
  /** Where a group that is made starts. */
  readonly from: () => Promise<GroupStart>;
  /** What this instance parked before the reaction was shared; retried at a start. */
  readonly earlier: ParkedFacts;
  readonly clock: () => number;
  /** Called with faults from which it recovers. */
  readonly onFault: (fault: unknown) => void;
  readonly onParked: (stored: StoredEvent, cause: unknown) => void;
  /** Default: the system's time. */
  readonly time?: Time;
}

/** Events that one instance handles at once, unless the reaction tells. */
const WIDTH = 16;
const ATTEMPTS = 3;
const PAUSE_MS = { least: 250, most: 250 };
const JOIN_PAUSE_MS = { least: 100, most: 5_000 };

export function startSharedReaction(
  reaction: Reaction,
  options: SharedReactionOptions,
): RunningReaction {
  const runner = new SharedReactionRunner(reaction, options);
  const running = runner.run();
  const { parking } = runner;
  return {
    name: reaction.name,
    status: () => runner.status(),
    parked: () => parking.count(),
    list: (page) => parking.list(page),
    replay: () => runner.replay(),
    stop: async () => {
      runner.stopping.abort();
      await running;
    },
  };
}

class SharedReactionRunner {
  readonly stopping = new AbortController();
  readonly parking: SharedParking;
  private readonly time: Time;
  private readonly inHand = new InHand();
  /** Undefined while it is not connected: the store gives what was not acknowledged again. */
  private consumer: GroupConsumer | undefined;
  private state: ReactionState = 'CATCHING_UP';
  private error: string | null = null;
  private position: bigint | undefined;

  constructor(
    private readonly reaction: Reaction,
    private readonly options: SharedReactionOptions,
  ) {
    this.time = options.time ?? systemTime;
    this.parking = new SharedParking(reaction, options);
  }

  /** Resolves after `stopping`, when no event is being handled. */
  async run(): Promise<void> {
    const { signal } = this.stopping;
    const isOver = () => signal.aborted;
    const retrying = this.retryEarlier();
    for (let failures = 1; !isOver(); failures += 1) {
      try {
        await this.consume(() => (failures = 0));
      } catch (fault) {
        this.noteFault(fault);
      }
      this.consumer = undefined;
      if (!isOver()) await delay(this.time, backoffMs(failures, JOIN_PAUSE_MS, this.time), signal);
    }
    await Promise.all([retrying, this.inHand.settled()]);
  }

  status(): ReactionStatus {
    const oldest = this.inHand.oldestAt();
    const lagMs = oldest === undefined ? 0 : Math.max(0, this.options.clock() - oldest);
    const { state, error, position } = this;
    return { state, error, lagMs, position: position === undefined ? null : String(position) };
  }

  /** @throws StoreUnavailableError, also while no instance is connected */
  async replay(): Promise<void> {
    const isTaken = await this.parking.replay();
    await this.retryEarlier();
    if (!isTaken) throw new StoreUnavailableError('a replay without a consumer');
  }

  /** @param onEvent called with each event that the store gives */
  private async consume(onEvent: () => void): Promise<void> {
    const { groups, from } = this.options;
    const { group } = this.parking;
    await groups.ensure(group, from);
    this.consumer = await groups.join(group.name, this.reaction.width ?? WIDTH);
    this.reach();
    for await (const stored of this.consumer.events(this.stopping.signal)) {
      onEvent();
      this.take(stored);
    }
  }

  private take(stored: StoredEvent): void {
    const { types, prefix } = this.reaction;
    // The store filters by the beginning of the type only, and in the streams of all programs.
    const isOurs = stored.stream.startsWith(prefix) && types.includes(stored.type);
    if (isOurs) this.inHand.take(stored, () => this.handle(stored));
    else this.consumer?.ack(stored.id);
  }

  private async handle(stored: StoredEvent): Promise<void> {
    const { signal } = this.stopping;
    let attempts = 0;
    const act = () => {
      attempts += 1;
      return this.reaction.act(stored, signal, (fault) => this.noteFault(fault));
    };
    try {
      await retryingUntilAborted(act, {
        ...{ pauseMs: PAUSE_MS, signal, time: this.time, attempts: ATTEMPTS },
        retryIf: (cause) => !isForGood(cause),
      });
      // After an abort the event may be unprocessed; the store gives it to another consumer.
      if (signal.aborted) return;
      this.consumer?.ack(stored.id);
      if (this.state === 'RETRYING') this.reach();
    } catch (cause) {
      if (signal.aborted) return;
      this.consumer?.park(stored.id, this.parking.reasonFor(attempts, cause));
      this.options.onParked(stored, cause);
    }
    this.position = stored.position;
  }

  private async retryEarlier(): Promise<void> {
    const { store, earlier: parked, clock } = this.options;
    try {
      await retryParked(this.reaction, { store, parked, clock }, this.stopping.signal);
    } catch (fault) {
      this.options.onFault(fault);
    }
  }

  private noteFault(fault: unknown): void {
    if (this.stopping.signal.aborted) return;
    this.state = 'RETRYING';
    this.error = reasonOf(fault);
    this.options.onFault(fault);
  }

  private reach(): void {
    this.state = 'LIVE';
    this.error = null;
  }
}
