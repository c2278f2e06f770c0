// The only wrapper of the official client. Reads and subscriptions have their own connection:
// HTTP/2 allows about a hundred streams on a connection, and an append must never wait behind a
// read.
import { StreamDeletedError } from '@eventstore/db-client';
import { numberOf, type ReadReqMessage } from 'embedded-eventstoredb/wire';
import { type Delivery, deliveries } from './all-subscription.js';
import { type AllRange, eventsWithin, rangeRequest } from './all-range.js';
import { AppendChannel } from './append-channel.js';
import type { ExpectedRevision } from './append-message.js';
import type { Appended } from './batch-answer.js';
import { DeletedStreamError, isFaultOfHandler, isOutage, StoreUnavailableError } from './errors.js';
import {
  type ReadAnswer,
  readAnswer,
  type RecordedBytes,
  recordsOf,
  storedEventOf,
} from './read-answer.js';
import { allReadRequest, allSubscriptionRequest, streamReadRequest } from './read-request.js';
import { ReadConnection } from './read-connection.js';
import type { LogScan, ReadStreamOptions, SubscribeOptions } from './read-options.js';
import { reading } from './reading.js';
import type { ReadCall, StoreAccess } from './store-access.js';
import { StoreNodes } from './store-nodes.js';
import type { StorePatience } from './store-patience.js';
import type { NewEvent, StoredEvent } from './stored-event.js';
import { metadataStreamOf } from './stream-removal.js';
import { withStoreTimeout } from './store-timeout.js';
import { systemTime, type Time } from '../waiting/time.js';

export type { Delivery } from './all-subscription.js';
export type { AllRange } from './all-range.js';
export type { ExpectedRevision } from './append-message.js';
export type { Appended } from './batch-answer.js';
export type { LogScan, ReadStreamOptions, SubscribeOptions } from './read-options.js';

/** The service promises to report an unavailable store within 3 s; this is less. */
const APPEND_TIMEOUT_MS = 2_500;
const CLOSE_TIMEOUT_MS = 1_000;
/**
 * In units of 32 filtered-out events: the server sends a checkpoint at least this often. The
 * watchdog of a subscription need not read what it has told of.
 */
const CHECKPOINT_INTERVAL = 4;
/** The name of each stream of the store begins with $. */
const NOT_OF_STORE = { pattern: '^[^$]' };

export class EventStore {
  private readonly appends: AppendChannel;
  private readonly reads: ReadConnection;

  /** The client of the nodes that `nodes` gives; `connect` makes one of real nodes. */
  constructor(
    private readonly nodes: StoreAccess,
    private readonly time: Time = systemTime,
    /** With which reads wait for a store that is away; a service answers that it is away. */
    private readonly patience?: StorePatience,
  ) {
    this.appends = new AppendChannel(nodes, time);
    this.reads = new ReadConnection(nodes, time);
  }

  /**
   * Connects lazily: an unreachable server fails the first call.
   *
   * @throws ConnectionStringError
   */
  static connect(connectionString: string): EventStore {
    return new EventStore(new StoreNodes(connectionString));
  }

  /**
   * Appends all events or none; they are durable when this resolves.
   *
   * @throws ConflictError when the stream is not at `expectedRevision`.
   * @throws AppendRefusedError when the store rejects them for good.
   * @throws IncompleteHistoryError when the stream was deleted for good.
   * @throws StoreUnavailableError when the outcome is still unknown after `timeoutMs`.
   */
  append(
    stream: string,
    events: readonly NewEvent[],
    expectedRevision: ExpectedRevision,
    { timeoutMs = APPEND_TIMEOUT_MS }: { readonly timeoutMs?: number } = {},
  ): Promise<Appended> {
    return this.appends.append(stream, events, expectedRevision, timeoutMs);
  }

  /**
   * The events of a stream that the log still has; none for an absent stream.
   *
   * @throws StoreUnavailableError; IncompleteHistoryError for a stream that was deleted for good
   */
  async *readStream(stream: string, options: ReadStreamOptions = {}): AsyncIterable<StoredEvent> {
    const { backwards = false, maxCount = Number.MAX_SAFE_INTEGER } = options;
    let from: number | 'start' | 'end' = options.from ?? (backwards ? 'end' : 'start');
    let left = maxCount;
    const request = () => {
      const hasAll = left <= 0 || (typeof from === 'number' && from < 0);
      return hasAll ? undefined : streamReadRequest({ stream, from, backwards, maxCount: left });
    };
    try {
      for await (const answers of this.answers(request, `read of ${stream}`)) {
        for (const record of recordsOf(answers)) {
          const event = storedEventOf(record);
          from = event.revision + (backwards ? -1 : 1);
          left -= 1;
          yield event;
        }
      }
    } catch (error) {
      throw error instanceof StreamDeletedError ? new DeletedStreamError(stream, error) : error;
    }
  }

  /** As `readAllInBatches`, one event at a time. */
  async *readAll(range: AllRange = {}): AsyncIterable<StoredEvent> {
    for await (const batch of this.readAllInBatches(range)) yield* batch;
  }

  /**
   * The log from a position to its current end, without system events, in batches as they arrive.
   *
   * @throws StoreUnavailableError
   */
  async *readAllInBatches(range: AllRange = {}): AsyncIterable<readonly StoredEvent[]> {
    let { after } = range;
    const rest = (): AllRange => (after === undefined ? range : { ...range, after });
    for await (const answers of this.answers(() => rangeRequest(rest()), 'read of $all')) {
      const events = eventsWithin(rest(), answers);
      after = recordsOf(answers).at(-1)?.position ?? after;
      if (events.length > 0) yield events;
    }
  }

  /**
   * A part of the log as it is, with the store's own events and undecoded, in batches as they
   * arrive. The event at `from` is left out.
   *
   * @throws StoreUnavailableError
   */
  async *scanAll({ from, backwards, maxCount }: LogScan): AsyncIterable<readonly RecordedBytes[]> {
    let reached = from;
    let left = maxCount;
    // A read forwards repeats the event at its place.
    const request = () =>
      left <= 0
        ? undefined
        : allReadRequest({
            from: reached ?? (backwards ? 'end' : 'start'),
            ...{ backwards, maxCount: reached === undefined ? left : left + 1 },
          });
    for await (const answers of this.answers(request, 'read of $all', mayPass)) {
      const start = reached;
      const records = recordsOf(answers).filter(({ position }) =>
        start === undefined ? true : backwards ? position < start : position > start,
      );
      reached = records.at(-1)?.position ?? reached;
      left -= records.length;
      if (records.length > 0) yield records;
    }
  }

  /**
   * The log from a position, followed by new events, until `signal`. An end by the server is a
   * fault.
   *
   * @throws StoreUnavailableError
   */
  subscribeToAll(options: SubscribeOptions): AsyncIterable<Delivery> {
    const { after, prefixes, types, withStoreEvents = false, signal } = options;
    const own =
      withStoreEvents && typeof prefixes !== 'string' ? prefixes.map(metadataStreamOf) : [];
    const streams = typeof prefixes === 'string' ? NOT_OF_STORE : [...prefixes, ...own];
    const request = allSubscriptionRequest({
      after,
      filterOn: types === undefined ? 'stream name' : 'event type',
      prefixes: types ?? streams,
      checkpointInterval: CHECKPOINT_INTERVAL,
    });
    return deliveries(() => this.open(request), withStoreEvents, this.time, signal);
  }

  /**
   * The commit position of the last event in the log, 0 for an empty log.
   *
   * @throws StoreUnavailableError
   */
  async headPosition(): Promise<bigint> {
    const request = allReadRequest({ from: 'end', backwards: true, maxCount: 1 });
    for await (const answers of this.answers(() => request, 'read of the head')) {
      for (const { position } of recordsOf(answers)) return position;
    }
    return 0n;
  }

  /**
   * The id of the event at a commit position; undefined when there is no event.
   *
   * @throws StoreUnavailableError
   */
  async eventIdAt(position: bigint): Promise<string | undefined> {
    return (await this.recordAt(position))?.id;
  }

  /**
   * The commit position of the first event at a position or after it; undefined when the log ends
   * before it. It is the answer of one node: two answers may be of nodes of which one lags.
   *
   * @throws StoreUnavailableError
   */
  async firstPositionFrom(position: bigint): Promise<bigint | undefined> {
    return (await this.firstFrom(position))?.position;
  }

  /** The event at a commit position. @throws StoreUnavailableError */
  async eventAt(position: bigint): Promise<StoredEvent | undefined> {
    const record = await this.recordAt(position);
    return record && storedEventOf(record);
  }

  /** The id of the log's first event, which identifies the log; undefined for an empty log. */
  async firstEventId(): Promise<string | undefined> {
    const request = allReadRequest({ from: 'start', backwards: false, maxCount: 1 });
    for await (const answers of this.answers(() => request, 'read of the start')) {
      for (const { id } of recordsOf(answers)) return id;
    }
    return undefined;
  }

  /** Whether another node may come to lead, and the one before may not know it for a while. */
  get isCluster(): boolean {
    return this.nodes.callOptions.requiresLeader;
  }

  /** Ends all calls. An unavailable store delays this only briefly. */
  async close(): Promise<void> {
    const ends = [this.appends.close(), this.reads.close(), this.nodes.close()];
    const closing = Promise.all(ends);
    try {
      await withStoreTimeout(closing, CLOSE_TIMEOUT_MS, 'the end of the connections', this.time);
    } catch (error) {
      if (!(error instanceof StoreUnavailableError)) throw error;
    }
  }

  private async recordAt(position: bigint): Promise<RecordedBytes | undefined> {
    const record = await this.firstFrom(position);
    return record?.position === position ? record : undefined;
  }

  private async firstFrom(position: bigint): Promise<RecordedBytes | undefined> {
    const request = allReadRequest({ from: position, backwards: false, maxCount: 1 });
    for await (const answers of this.answers(() => request, 'read of one event', mayPass)) {
      for (const record of recordsOf(answers)) return record;
    }
    return undefined;
  }

  /** @param rest asks for what was not answered yet; undefined when nothing is left */
  private answers(
    rest: () => ReadReqMessage | undefined,
    doing: string,
    retryIf = isOutage,
  ): AsyncIterable<readonly ReadAnswer[]> {
    const read = () => {
      const request = rest();
      return request === undefined
        ? nothing()
        : reading(() => this.open(request), doing, this.time, {
            most: mostAnswersTo(request),
            retryIf,
          });
    };
    return this.patience?.answers(read) ?? read();
  }

  private open(request: ReadReqMessage): Promise<ReadCall<ReadAnswer>> {
    return this.reads.open(request, readAnswer);
  }
}

/** An outage, and not the answer to a position where no event begins. */
const mayPass = (error: unknown) => isOutage(error) && !isFaultOfHandler(error);

function mostAnswersTo({ options }: ReadReqMessage): number {
  return options?.count == null ? Infinity : numberOf(options.count);
}

async function* nothing(): AsyncGenerator<never, void, undefined> {
  // A read of which everything was answered when it broke off.
}
