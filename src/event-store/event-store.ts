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
  streamNameFilter,
  type AllStreamResolvedEvent,
  type ResolvedEvent,
} from '@eventstore/db-client';
import { AppendChannel, type Appended, type ExpectedRevision } from './append-channel.js';
import { fromRecorded } from './client-events.js';
import { StoreUnavailableError } from './errors.js';
import type { NewEvent, StoredEvent } from './stored-event.js';
import { within } from './within.js';

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
  readonly signal?: AbortSignal;
}

export type Delivery =
  { readonly event: StoredEvent } | { readonly caughtUp: true } | { readonly checkpoint: bigint };

/** Under the service's promise of 3 s to say that the store is away. */
const APPEND_TIMEOUT_MS = 2_500;
const READ_TIMEOUT_MS = 2_500;

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
    const read = this.reads.readStream(stream, {
      direction: backwards ? BACKWARDS : FORWARDS,
      fromRevision: from === undefined ? (backwards ? END : START) : BigInt(from),
      ...(maxCount !== undefined && { maxCount }),
    });
    try {
      for await (const { event } of withStallTimer<ResolvedEvent>(read, `read of ${stream}`)) {
        if (event) yield fromRecorded(event);
      }
    } catch (error) {
      if (error instanceof StreamNotFoundError || error instanceof StreamDeletedError) return;
      throw error;
    }
  }

  /** The log from after a position to where it ends now, system events left out. */
  async *readAll({
    after,
    prefixes,
  }: {
    readonly after?: bigint;
    readonly prefixes?: readonly string[];
  } = {}): AsyncIterable<StoredEvent> {
    const read = this.reads.readAll({
      direction: FORWARDS,
      fromPosition: after === undefined ? START : { commit: after, prepare: after },
    });
    for await (const resolved of withStallTimer<AllStreamResolvedEvent>(read, 'read of $all')) {
      const { event } = resolved;
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
   */
  async *subscribeToAll({ after, prefixes, signal }: SubscribeOptions): AsyncIterable<Delivery> {
    const hints = new HintQueue();
    const subscription = this.reads.subscribeToAll({
      fromPosition:
        after === 'start' ? START : after === 'end' ? END : { commit: after, prepare: after },
      filter: streamNameFilter({
        prefixes: [...prefixes],
        checkpointInterval: 32,
        // It must not throw: the client would stop delivering without saying so.
        checkpointReached: (_subscription, { commit }) => hints.push({ checkpoint: commit }),
      }),
    });
    subscription.on('caughtUp', () => hints.push({ caughtUp: true }));
    const stop = () => void subscription.unsubscribe();
    signal?.addEventListener('abort', stop, { once: true });
    try {
      const events: AsyncIterator<AllStreamResolvedEvent, undefined> =
        subscription[Symbol.asyncIterator]();
      let next = events.next();
      while (signal?.aborted !== true) {
        await Promise.race([next, hints.arrival()]);
        // A hint speaks of what was sent before it, and some of that may still be buffered here.
        if (hints.size > 0 && subscription.readableLength === 0 && !(await isSettled(next))) {
          yield* hints.take();
          continue;
        }
        const given = await next;
        if (given.done === true) break;
        next = events.next();
        const { event } = given.value;
        if (event) yield { event: fromRecorded(event, event.position.commit) };
      }
    } finally {
      signal?.removeEventListener('abort', stop);
      await subscription.unsubscribe();
    }
    if (!signal?.aborted) throw new StoreUnavailableError('the subscription was ended');
  }

  /** The commit position of the last event in the log, 0 for an empty one. @throws StoreUnavailableError */
  async headPosition(): Promise<bigint> {
    const read = this.reads.readAll({ direction: BACKWARDS, fromPosition: END, maxCount: 1 });
    for await (const { event } of withStallTimer<AllStreamResolvedEvent>(
      read,
      'read of the head',
    )) {
      if (event) return event.position.commit;
    }
    return 0n;
  }

  async close(): Promise<void> {
    await Promise.all([this.appends.close(), this.reads.dispose()]);
  }
}

/** Fails a read that gives nothing for a while; how long the consumer takes does not count. */
async function* withStallTimer<T>(
  read: AsyncIterable<T> & { cancel(): Promise<void> },
  doing: string,
): AsyncIterable<T> {
  const iterator = read[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await within(iterator.next(), READ_TIMEOUT_MS, doing);
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    await read.cancel();
  }
}

/** What the client tells by callbacks, kept until what was sent before it has been given. */
class HintQueue {
  private waiting: Delivery[] = [];
  private wake: () => void = () => undefined;

  get size(): number {
    return this.waiting.length;
  }

  push(hint: Delivery): void {
    this.waiting.push(hint);
    this.wake();
  }

  /** Resolves once there is a hint. */
  arrival(): Promise<void> {
    return new Promise((resolve) => {
      this.wake = resolve;
      if (this.waiting.length > 0) resolve();
    });
  }

  take(): Delivery[] {
    return this.waiting.splice(0);
  }
}

const PENDING = Symbol('pending');

async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  return (await Promise.race([promise, Promise.resolve(PENDING)])) !== PENDING;
}
