// The relay's life: it takes the lock, reads back how far the topics are, follows the log from
// there, and starts again after a fault. It depends on no thread and on no broker.
import { reasonOf } from '../errors/reason-of.js';
import type { EventStore } from '../event-store/event-store.js';
import { LogReplacedError } from '../event-store/log-place.js';
import type { StoredEvent } from '../event-store/stored-event.js';
import { type FollowedLog, runSubscription } from '../subscriptions/subscription.js';
import { backoffMs } from '../waiting/retrying.js';
import { delay, systemTime, type Time } from '../waiting/time.js';
import { CatchUpPace } from './catch-up-pace.js';
import { prefixesOf, type TopicLayout } from './layout.js';
import type { RelayLock } from './lock.js';
import { readAhead } from './read-ahead.js';
import { RelaySession } from './relay-session.js';
import { MissingEvents } from './missing-events.js';
import { demandLogOf } from './standing.js';
import {
  type EventTopics,
  KafkaRefusedError,
  RelayFencedError,
  TopicsAheadError,
  type TransactionUse,
} from './topics.js';

export type RelayState =
  /** Another relay has the lock. */
  | 'WAITING'
  | 'CATCHING_UP'
  | 'LIVE'
  /** After a fault; the next attempt follows. */
  | 'RETRYING'
  /** The brokers refuse; an operator has to change something. It still tries now and then. */
  | 'REFUSED';

export interface RelayStatus {
  readonly state: RelayState;
  readonly error: string | null;
  /** Everything up to this position is in the topics; null while that is not known. */
  readonly completeTo: bigint | null;
  /** When the store wrote the last event that was relayed, in milliseconds since 1970; 0: none. */
  readonly recordedAt: number;
  /** From the store's write to the brokers' acknowledgement, of the last event; in milliseconds. */
  readonly lastDelayMs: number;
  readonly isTransactional: boolean | null;
  readonly epoch: number | null;
  /** Since the start. */
  readonly written: number;
  readonly duplicates: number;
}

export const atFirst: RelayStatus = {
  ...{ state: 'WAITING', error: null, completeTo: null, recordedAt: 0, lastDelayMs: 0 },
  ...{ isTransactional: null, epoch: null, written: 0, duplicates: 0 },
};

export type RelayedLog = FollowedLog & Pick<EventStore, 'readAllInBatches' | 'firstEventId'>;

export interface RelayOptions {
  readonly store: RelayedLog;
  readonly topics: EventTopics;
  readonly lock: RelayLock;
  readonly layout: TopicLayout;
  readonly transactions: TransactionUse;
  /** Events before this position are left out. */
  readonly from?: bigint | undefined;
  /** The relay ends after this position, or after what the log has now. */
  readonly to?: bigint | 'end' | undefined;
  readonly listener?: (status: RelayStatus) => void;
  /** Called with each fault from which it recovers. */
  readonly onFault?: (fault: unknown) => void;
  /** The most events that are handed to one write. Default: 4,000. */
  readonly batchSize?: number;
  /** Whether it rests while it catches up and the log grows; see CatchUpPace. */
  readonly isPaced?: boolean;
  /** Whether a refusal ends the relay with its error, and so does a later relay. */
  readonly endsWhenRefused?: boolean;
  readonly signal: AbortSignal;
  readonly time?: Time;
}

/** What stays wrong until an operator changes something. */
const refusals = [KafkaRefusedError, RelayFencedError, TopicsAheadError];
const PAUSE_MS = { least: 200, most: 5_000 };
const REFUSED_MS = 15_000;
/** A transaction costs the brokers the same whatever is in it. */
const BATCH_SIZE = 4_000;
/** A write costs CPU by itself: events that come within this time share one. */
const PACE_MS = 20;
/** How often the relay of an empty log looks for the first event, which names the log. */
const EMPTY_LOG_MS = 500;

export class Relay {
  private readonly time: Time;
  private readonly batchSize: number;
  private readonly missing: MissingEvents;
  private status = atFirst;
  private faults = 0;

  private constructor(private readonly options: RelayOptions) {
    this.time = options.time ?? systemTime;
    this.batchSize = options.batchSize ?? BATCH_SIZE;
    this.missing = new MissingEvents(options);
  }

  /**
   * Runs until the signal is aborted, or until `to`.
   *
   * @throws KafkaRefusedError, RelayFencedError, TopicsAheadError with `endsWhenRefused`
   */
  static async run(options: RelayOptions): Promise<RelayStatus> {
    const relay = new Relay(options);
    while (!options.signal.aborted) {
      if (await relay.session()) break;
    }
    return relay.status;
  }

  /** Whether the relay has reached its end. */
  private async session(): Promise<boolean> {
    const { signal, lock, onFault, endsWhenRefused = false } = this.options;
    try {
      const held = await lock.hold(signal);
      const ends = AbortSignal.any([signal, held]);
      return await this.relayOn(ends);
    } catch (caught) {
      if (signal.aborted) return true;
      const fault = caught instanceof LogReplacedError ? new TopicsAheadError(caught) : caught;
      const isRefusal = refusals.some((refusal) => fault instanceof refusal);
      if (isRefusal && endsWhenRefused) throw fault;
      onFault?.(fault);
      this.faults += 1;
      this.tell({ state: isRefusal ? 'REFUSED' : 'RETRYING', error: reasonOf(fault) });
      const pauseMs = isRefusal ? REFUSED_MS : backoffMs(this.faults, PAUSE_MS, this.time);
      await delay(this.time, pauseMs, signal);
      return false;
    }
  }

  private async relayOn(ends: AbortSignal): Promise<boolean> {
    const log = await this.firstEventId(ends);
    if (log === undefined) return true;
    const session = await RelaySession.open({ ...this.options, log });
    try {
      const { isTransactional, epoch, lastRelayed } = session;
      const waiting = { time: this.time, signal: ends };
      await demandLogOf({ last: lastRelayed }, this.options.store, waiting);
      const missing = await this.missing.first(session.standing, ends);
      if (missing !== undefined) session.goBackTo(missing);
      const { completeTo } = session;
      this.tell({ state: 'CATCHING_UP', error: null, isTransactional, epoch, completeTo });
      if (this.options.to === undefined) {
        await this.follow(session, ends);
        return false;
      }
      await this.readTo(session, this.options.to, ends);
      return true;
    } finally {
      await session.close();
    }
  }

  /** Undefined for an empty log, when the relay ends or has only to reach the log's end. */
  private async firstEventId(ends: AbortSignal): Promise<string | undefined> {
    for (;;) {
      const id = await this.options.store.firstEventId();
      if (id !== undefined || ends.aborted || this.options.to !== undefined) return id;
      this.tell({ state: 'LIVE', error: null });
      await delay(this.time, EMPTY_LOG_MS, ends);
    }
  }

  private async follow(session: RelaySession, signal: AbortSignal): Promise<void> {
    const { store, layout, onFault, isPaced = false } = this.options;
    const pace = isPaced ? new CatchUpPace(store, this.time) : undefined;
    await runSubscription({
      ...{ store, signal, time: this.time },
      prefixes: prefixesOf(layout),
      after: session.completeTo,
      computedTo: session.lastRelayed,
      ...{ batchSize: this.batchSize, paceMs: PACE_MS },
      handle: async (batch) => {
        await this.relay(session, batch);
        if (this.status.state === 'CATCHING_UP') await pace?.pause(signal);
      },
      onState: (state) => this.tell({ state: state === 'live' ? 'LIVE' : 'CATCHING_UP' }),
      ...(onFault && { onFault }),
    });
  }

  private async readTo(
    session: RelaySession,
    to: bigint | 'end',
    signal: AbortSignal,
  ): Promise<void> {
    const { store, layout } = this.options;
    const after = session.completeTo;
    const range = { prefixes: prefixesOf(layout), ...(after >= 0n && { after }) };
    for await (const events of readAhead(store.readAllInBatches(range), this.batchSize)) {
      if (signal.aborted) return;
      const wanted = to === 'end' ? events : events.filter(({ position }) => position <= to);
      await this.relay(session, wanted);
      if (wanted.length < events.length) break;
    }
    this.tell({ state: 'LIVE' });
  }

  private async relay(session: RelaySession, batch: readonly StoredEvent[]): Promise<void> {
    const { written, duplicates } = await session.relay(batch);
    this.faults = 0;
    const recordedAt = batch.at(-1)?.recordedAt ?? this.status.recordedAt;
    this.tell({
      error: null,
      ...{ recordedAt, completeTo: session.completeTo },
      ...(written > 0 && { lastDelayMs: Math.max(0, this.time.now() - recordedAt) }),
      written: this.status.written + written,
      duplicates: this.status.duplicates + duplicates,
    });
  }

  private tell(change: Partial<RelayStatus>): void {
    this.status = { ...this.status, ...change };
    this.options.listener?.(this.status);
  }
}
