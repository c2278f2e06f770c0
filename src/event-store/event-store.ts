// The official client, wrapped once. Reads and subscriptions have a connection of their own: HTTP/2
// allows about a hundred streams a connection, and an append must never wait behind a reader.
import { StreamDeletedError } from '@eventstore/db-client';
import { type Delivery, deliveries } from './all-subscription.js';
import { type AllRange, eventsWithin, rangeRequest } from './all-range.js';
import { AppendChannel } from './append-channel.js';
import type { ExpectedRevision } from './append-message.js';
import type { Appended } from './batch-answer.js';
import type { ReadCall, ReadRequest } from './client-internals.js';
import { DeletedStreamError, StoreUnavailableError } from './errors.js';
import { type ReadAnswer, readAnswer, recordsOf, storedEventOf } from './read-answer.js';
import { allReadRequest, allSubscriptionRequest, streamReadRequest } from './read-request.js';
import { ReadConnection } from './read-connection.js';
import { reading } from './reading.js';
import { StoreNodes } from './store-nodes.js';
import type { NewEvent, StoredEvent } from './stored-event.js';
import { metadataStreamOf } from './stream-removal.js';
import { withStoreTimeout } from './store-timeout.js';

export type { Delivery } from './all-subscription.js';
export type { AllRange } from './all-range.js';
export type { ExpectedRevision } from './append-message.js';
export type { Appended } from './batch-answer.js';

export interface ReadStreamOptions {
  /** The first revision to give; without it the stream's start, or backwards its end. */
  readonly from?: number;
  readonly backwards?: boolean;
  readonly maxCount?: number;
}

export interface SubscribeOptions {
  /** A commit position that was seen: what lies after it is given. */
  readonly after: bigint | 'start' | 'end';
  /** Only streams whose names begin with one of these. */
  readonly prefixes: readonly string[];
  /** Only these types, whatever their streams: the server looks at one of the two. */
  readonly types?: readonly string[];
  /**
   * Gives the store's own events of those streams as well: deletions, changes of their metadata.
   */
  readonly withStoreEvents?: boolean;
  readonly signal?: AbortSignal;
}

/** Under the service's promise of 3 s to say that the store is away. */
const APPEND_TIMEOUT_MS = 2_500;
const CLOSE_TIMEOUT_MS = 1_000;
/** A checkpoint comes at least every so many times 32 events that are not asked for. */
const CHECKPOINT_INTERVAL = 32;

export class EventStore {
  private readonly nodes: StoreNodes;
  private readonly appends: AppendChannel;
  private readonly reads: ReadConnection;

  private constructor(connectionString: string) {
    this.nodes = new StoreNodes(connectionString);
    this.appends = new AppendChannel(this.nodes);
    this.reads = new ReadConnection(this.nodes);
  }

  /** Connects lazily: an absent server shows at the first call. @throws ConnectionStringError */
  static connect(connectionString: string): EventStore {
    return new EventStore(connectionString);
  }

  /**
   * Appends all events or none; durable when this resolves.
   * @throws ConflictError when the stream is not at `expectedRevision`.
   * @throws AppendRefusedError when the store will not have them.
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
   * The events of a stream that are left in the log; none for an absent one.
   * @throws StoreUnavailableError, IncompleteHistoryError for a stream that was deleted for good
   */
  async *readStream(stream: string, options: ReadStreamOptions = {}): AsyncIterable<StoredEvent> {
    const { from, backwards = false, maxCount = Number.MAX_SAFE_INTEGER } = options;
    const place = from ?? (backwards ? 'end' : 'start');
    const request = streamReadRequest({ stream, from: place, backwards, maxCount });
    try {
      for await (const answers of this.answers(request, `read of ${stream}`)) {
        for (const record of recordsOf(answers)) yield storedEventOf(record);
      }
    } catch (error) {
      throw error instanceof StreamDeletedError ? new DeletedStreamError(stream, error) : error;
    }
  }

  /** As `readAllInBatches`, one by one. */
  async *readAll(range: AllRange = {}): AsyncIterable<StoredEvent> {
    for await (const batch of this.readAllInBatches(range)) yield* batch;
  }

  /**
   * The log from after a position to where it ends now, system events left out, in batches as they
   * arrive. @throws StoreUnavailableError
   */
  async *readAllInBatches(range: AllRange = {}): AsyncIterable<readonly StoredEvent[]> {
    for await (const answers of this.answers(rangeRequest(range), 'read of $all')) {
      const events = eventsWithin(range, answers);
      if (events.length > 0) yield events;
    }
  }

  /**
   * The log from after a position and then what is appended to it, for as long as the consumer
   * asks. It ends by throwing (an end that the server brings about is a fault) or by `signal`.
   * @throws StoreUnavailableError
   */
  subscribeToAll(options: SubscribeOptions): AsyncIterable<Delivery> {
    const { after, prefixes, types, withStoreEvents = false, signal } = options;
    const own = withStoreEvents ? prefixes.map(metadataStreamOf) : [];
    const request = allSubscriptionRequest({
      after,
      filterOn: types === undefined ? 'stream name' : 'event type',
      prefixes: types ?? [...prefixes, ...own],
      checkpointInterval: CHECKPOINT_INTERVAL,
    });
    return deliveries(() => this.open(request), withStoreEvents, signal);
  }

  /**
   * The commit position of the last event in the log, 0 for an empty one. @throws
   * StoreUnavailableError
   */
  async headPosition(): Promise<bigint> {
    const request = allReadRequest({ from: 'end', backwards: true, maxCount: 1 });
    for await (const answers of this.answers(request, 'read of the head')) {
      for (const { position } of recordsOf(answers)) return position;
    }
    return 0n;
  }

  /**
   * Of the event at a commit position; undefined where none is there. @throws StoreUnavailableError
   */
  async eventIdAt(position: bigint): Promise<string | undefined> {
    const request = allReadRequest({ from: position, backwards: false, maxCount: 1 });
    for await (const answers of this.answers(request, 'read of one event')) {
      for (const record of recordsOf(answers)) {
        return record.position === position ? record.id : undefined;
      }
    }
    return undefined;
  }

  /**
   * The id of the log's very first event, which tells it from other logs; undefined for an empty
   * one.
   */
  async firstEventId(): Promise<string | undefined> {
    const request = allReadRequest({ from: 'start', backwards: false, maxCount: 1 });
    for await (const answers of this.answers(request, 'read of the start')) {
      for (const { id } of recordsOf(answers)) return id;
    }
    return undefined;
  }

  /** Ends what is under way; a store that is away does not hold this up for long. */
  async close(): Promise<void> {
    const ends = [this.appends.close(), this.reads.close(), this.nodes.close()];
    const closing = Promise.all(ends);
    try {
      await withStoreTimeout(closing, CLOSE_TIMEOUT_MS, 'the end of the connections');
    } catch (error) {
      if (!(error instanceof StoreUnavailableError)) throw error;
    }
  }

  private answers(request: ReadRequest, doing: string): AsyncIterable<readonly ReadAnswer[]> {
    return reading(() => this.open(request), doing);
  }

  private open(request: ReadRequest): Promise<ReadCall<ReadAnswer>> {
    return this.reads.open(request, readAnswer);
  }
}
