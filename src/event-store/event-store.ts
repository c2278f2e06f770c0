// The official client, wrapped once. Reads and subscriptions have a connection of their own: HTTP/2
// allows about a hundred streams a connection, and an append must never wait behind a reader.
import {
  BACKWARDS,
  END,
  EventStoreDBClient,
  FORWARDS,
  START,
  StreamDeletedError,
  StreamNotFoundError,
  eventTypeFilter,
  streamNameFilter,
  type AllStreamResolvedEvent,
  type ResolvedEvent,
} from '@eventstore/db-client';
import { AllSubscription, type Delivery } from './all-subscription.js';
import { AppendChannel } from './append-channel.js';
import type { ExpectedRevision } from './append-message.js';
import type { Appended } from './batch-append.js';
import { fromRecorded } from './client-events.js';
import { disconnect } from './client-internals.js';
import { StoreUnavailableError } from './errors.js';
import { reading } from './reading.js';
import type { NewEvent, StoredEvent } from './stored-event.js';
import { within } from './within.js';

export type { Delivery } from './all-subscription.js';
export type { ExpectedRevision } from './append-message.js';
export type { Appended } from './batch-append.js';

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
  readonly signal?: AbortSignal;
}

/** Under the service's promise of 3 s to say that the store is away. */
const APPEND_TIMEOUT_MS = 2_500;
const CLOSE_TIMEOUT_MS = 1_000;
/** A checkpoint comes at least every so many times 32 events that are not asked for. */
const CHECKPOINT_INTERVAL = 32;

export class EventStore {
  private readonly appends: AppendChannel;
  private readonly reads: EventStoreDBClient;

  private constructor(connectionString: string) {
    const connect = () => EventStoreDBClient.connectionString(connectionString);
    this.appends = new AppendChannel(connect);
    this.reads = connect();
  }

  /** Connects lazily: an absent server shows at the first call. */
  static connect(connectionString: string): EventStore {
    return new EventStore(connectionString);
  }

  /**
   * Appends all events or none; durable when this resolves.
   * @throws ConflictError when the stream is not at `expectedRevision`.
   * @throws AppendRefusedError when the store will not have them, such as a deleted stream.
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

  /** The events of a stream; none for an absent or deleted one. @throws StoreUnavailableError */
  async *readStream(stream: string, options: ReadStreamOptions = {}): AsyncIterable<StoredEvent> {
    const { from, backwards = false, maxCount } = options;
    const open = () =>
      this.reads.readStream(stream, {
        direction: backwards ? BACKWARDS : FORWARDS,
        fromRevision: from === undefined ? (backwards ? END : START) : BigInt(from),
        ...(maxCount !== undefined && { maxCount }),
      });
    try {
      for await (const { event } of reading<ResolvedEvent>(open, `read of ${stream}`)) {
        if (event) yield fromRecorded(event);
      }
    } catch (error) {
      if (error instanceof StreamNotFoundError || error instanceof StreamDeletedError) return;
      throw error;
    }
  }

  /**
   * The log from after a position to where it ends now, system events left out.
   * @throws StoreUnavailableError
   */
  async *readAll({
    after,
    prefixes,
  }: {
    readonly after?: bigint;
    readonly prefixes?: readonly string[];
  } = {}): AsyncIterable<StoredEvent> {
    const open = () =>
      this.reads.readAll({
        direction: FORWARDS,
        fromPosition: after === undefined ? START : { commit: after, prepare: after },
      });
    for await (const { event } of reading<AllStreamResolvedEvent>(open, 'read of $all')) {
      if (event === undefined || event.type.startsWith('$') || event.streamId.startsWith('$')) {
        continue;
      }
      if (prefixes && !prefixes.some((prefix) => event.streamId.startsWith(prefix))) continue;
      // A read gives the event at its start position again, which was seen.
      if (after !== undefined && event.position.commit <= after) continue;
      yield fromRecorded(event, event.position.commit);
    }
  }

  /**
   * The log from after a position and then what is appended to it, for as long as the consumer
   * asks. It ends by throwing (an end that the server brings about is a fault) or by `signal`.
   * @throws StoreUnavailableError
   */
  async *subscribeToAll(options: SubscribeOptions): AsyncIterable<Delivery> {
    const { after, prefixes, types, signal } = options;
    const fromPosition =
      after === 'start' ? START : after === 'end' ? END : { commit: after, prepare: after };
    const subscribed: AllSubscription = new AllSubscription(
      this.reads.subscribeToAll({
        fromPosition,
        filter: (types === undefined ? streamNameFilter : eventTypeFilter)({
          prefixes: [...(types ?? prefixes)],
          checkpointInterval: CHECKPOINT_INTERVAL,
          checkpointReached: (_, { commit }) => subscribed.checkpointReached(commit),
        }),
      }),
    );
    yield* subscribed.deliveries(signal);
  }

  /** The commit position of the last event in the log, 0 for an empty one. @throws StoreUnavailableError */
  async headPosition(): Promise<bigint> {
    const open = () => this.reads.readAll({ direction: BACKWARDS, fromPosition: END, maxCount: 1 });
    for await (const { event } of reading<AllStreamResolvedEvent>(open, 'read of the head')) {
      if (event) return event.position.commit;
    }
    return 0n;
  }

  /** Ends what is under way; a store that is away does not hold this up for long. */
  async close(): Promise<void> {
    const closing = Promise.all([this.appends.close(), disconnect(this.reads)]);
    try {
      await within(closing, CLOSE_TIMEOUT_MS, 'the end of the connections');
    } catch (error) {
      if (!(error instanceof StoreUnavailableError)) throw error;
    }
  }
}
