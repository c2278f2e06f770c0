// Random histories of what clients may ask of EventStoreDB, carried out through the official client,
// with every answer as a text: two stores that keep the same rules give the same texts.
import { once } from 'node:events';
import {
  type AllStreamSubscription,
  type AppendExpectedRevision,
  type EventStoreDBClient,
  eventTypeFilter,
  type Filter,
  jsonEvent,
  type Position,
  type RecordedEvent,
  streamNameFilter,
} from '@eventstore/db-client';
import fc from 'fast-check';

const STREAMS = 4;
const TYPES = ['Added', 'Removed'] as const;

type Expected = 'any' | 'no_stream' | 'stream_exists' | number;

/** Streams, events and places are named by small numbers, so that they meet. */
export type Ask =
  | { ask: 'append'; stream: number; ids: number[]; expected: Expected }
  | { ask: 'metadata'; stream: number; maxCount?: number; truncateBefore?: number; owner?: string }
  | { ask: 'delete' | 'tombstone'; stream: number; expected: Exclude<Expected, 'stream_exists'> }
  | { ask: 'read'; stream: number; from: number; isForwards: boolean; maxCount: number }
  | { ask: 'read all'; from: number; isForwards: boolean; maxCount: number }
  | { ask: 'follow'; from: number; window: number; interval: number; filter: FilterAsked };

interface FilterAsked {
  readonly by: 'type' | 'stream' | 'regex';
  readonly number: number;
}

const stream = fc.nat(STREAMS - 1);
const small = fc.nat(7);
const revision = fc.integer({ min: 0, max: 5 });
const anyExpected = fc.oneof(
  fc.constantFrom<Expected[]>('any', 'no_stream', 'stream_exists'),
  revision,
);
const removalExpected = fc.oneof(fc.constantFrom('any' as const, 'no_stream' as const), revision);
const isForwards = fc.boolean();
const filter = fc.record({ by: fc.constantFrom('type', 'stream', 'regex'), number: stream });

const append = fc.record({
  ask: fc.constant('append' as const),
  stream,
  // Few ids, so that appends are repeated in whole and in part.
  ids: fc.uniqueArray(fc.nat(40), { maxLength: 4 }),
  expected: anyExpected,
});

const ask: fc.Arbitrary<Ask> = fc.oneof(
  { arbitrary: append, weight: 8 },
  {
    arbitrary: fc.record(
      {
        ask: fc.constant('metadata' as const),
        stream,
        maxCount: fc.integer({ min: 1, max: 4 }),
        truncateBefore: small,
        owner: fc.constantFrom('one', 'other'),
      },
      { requiredKeys: ['ask', 'stream'] },
    ),
    weight: 2,
  },
  {
    arbitrary: fc.record({
      ask: fc.constantFrom('delete' as const, 'delete' as const, 'delete' as const, 'tombstone'),
      stream,
      expected: removalExpected,
    }),
    weight: 2,
  },
  {
    arbitrary: fc.record({
      ask: fc.constant('read' as const),
      stream,
      from: small,
      isForwards,
      maxCount: fc.integer({ min: 1, max: 9 }),
    }),
    weight: 5,
  },
  {
    arbitrary: fc.record({
      ask: fc.constant('read all' as const),
      from: fc.nat(30),
      isForwards,
      maxCount: fc.integer({ min: 1, max: 30 }),
    }),
    weight: 2,
  },
  {
    arbitrary: fc.record({
      ask: fc.constant('follow' as const),
      from: fc.nat(30),
      window: fc.integer({ min: 1, max: 6 }),
      interval: fc.integer({ min: 1, max: 3 }),
      filter,
    }),
    weight: 1,
  },
);

export const histories = fc.array(ask, { minLength: 30, maxLength: 60 });

/** One store, asked step by step; all stores of a comparison are asked the same. */
export class AskedStore {
  /** Where events of this history are. */
  private readonly places: Position[] = [];
  private readonly following: Following[] = [];

  /** @param run names the streams and events of one history */
  constructor(
    private readonly client: EventStoreDBClient,
    private readonly run: number,
    private readonly begin: Position,
  ) {}

  async answer(asked: Ask): Promise<string> {
    try {
      return await this.carriedOut(asked);
    } catch (error) {
      if (!(error instanceof Error) || !('type' in error)) throw error;
      const { type, actualVersion } = error as { type?: unknown; actualVersion?: unknown };
      return `${String(type)} ${String(actualVersion)}`;
    }
  }

  /** What each subscription was given up to an event that all of them want; then they end. */
  async followed(): Promise<string[]> {
    await this.client.appendToStream(this.name('end'), jsonEvent({ type: 'End', data: {} }));
    return Promise.all(this.following.map((one) => one.toTheEnd()));
  }

  /** The whole log since the history began: what the store wrote itself as well. */
  async log(): Promise<string[]> {
    const found: string[] = [];
    for await (const { event } of this.client.readAll({ fromPosition: this.begin })) {
      if (event) found.push(inFull(event));
    }
    return found;
  }

  private async carriedOut(asked: Ask): Promise<string> {
    const { client } = this;
    switch (asked.ask) {
      case 'append':
        return this.append(asked);
      case 'metadata': {
        const { maxCount, truncateBefore, owner } = asked;
        const metadata = {
          ...(maxCount !== undefined && { maxCount }),
          ...(truncateBefore !== undefined && { truncateBefore }),
          ...(owner !== undefined && { owner }),
        };
        const set = await client.setStreamMetadata(this.name(asked.stream), metadata);
        return `metadata ${set.nextExpectedRevision}`;
      }
      case 'delete': {
        const options = { expectedRevision: inWords(asked.expected) };
        return told(await client.deleteStream(this.name(asked.stream), options as object));
      }
      case 'tombstone': {
        const options = { expectedRevision: inWords(asked.expected) };
        return told(await client.tombstoneStream(this.name(asked.stream), options as object));
      }
      case 'read': {
        const direction = asked.isForwards ? 'forwards' : 'backwards';
        const options = { direction, fromRevision: BigInt(asked.from) } as const;
        const { maxCount } = asked;
        return all(client.readStream(this.name(asked.stream), { ...options, maxCount }));
      }
      case 'read all': {
        const direction = asked.isForwards ? 'forwards' : 'backwards';
        const fromPosition = this.place(asked.from);
        return all(client.readAll({ direction, fromPosition, maxCount: asked.maxCount }));
      }
      case 'follow': {
        const following = new Following(client, this.place(asked.from), this.filterOf(asked));
        this.following.push(following);
        await following.caughtUp;
        return 'caught up';
      }
    }
  }

  private async append({ stream: number, ids, expected }: Extract<Ask, { ask: 'append' }>) {
    const events = ids.map((id) =>
      jsonEvent({ id: this.idOf(id), type: TYPES[id % TYPES.length]!, data: { id } }),
    );
    const { nextExpectedRevision, position } = await this.client.appendToStream(
      this.name(number),
      events,
      { expectedRevision: inWords(expected) },
    );
    if (position && events.length > 0) this.places.push(position);
    return `appended ${nextExpectedRevision} at ${position?.commit}`;
  }

  private name(of: number | string): string {
    return `history${this.run}-${of}`;
  }

  private idOf(id: number): string {
    const digits = (number: number) => String(number).padStart(12, '0');
    return `00000000-0000-4000-8000-${digits(this.run * 1_000 + id)}`;
  }

  private place(number: number): Position {
    return this.places[number % Math.max(1, this.places.length)] ?? this.begin;
  }

  private filterOf({ filter: asked, window, interval }: Extract<Ask, { ask: 'follow' }>) {
    const { by, number } = asked;
    const options = { maxSearchWindow: window, checkpointInterval: interval };
    if (by === 'type') {
      return (checkpointReached: Told) =>
        eventTypeFilter({
          prefixes: ['End', TYPES[number % TYPES.length]!],
          ...options,
          checkpointReached,
        });
    }
    const end = this.name('end');
    if (by === 'stream') {
      const prefixes = [end, this.name(number)];
      return (checkpointReached: Told) =>
        streamNameFilter({ prefixes, ...options, checkpointReached });
    }
    const regex = `^(${end}|${this.name('')}[${number}-9])$`;
    return (checkpointReached: Told) => streamNameFilter({ regex, ...options, checkpointReached });
  }
}

type Told = (subscription: AllStreamSubscription, position: Position) => void;

/** A subscription, with all that it was given. */
class Following {
  readonly caughtUp: Promise<unknown>;
  private readonly frames: string[] = [];
  private readonly subscription: AllStreamSubscription;
  private readonly ended: Promise<unknown>;

  constructor(
    client: EventStoreDBClient,
    fromPosition: Position,
    filterOf: (checkpointReached: Told) => Filter,
  ) {
    const filter = filterOf((_, { commit, prepare }) => {
      this.frames.push(`checkpoint ${commit} ${prepare}`);
    });
    this.subscription = client.subscribeToAll({ fromPosition, filter });
    this.caughtUp = once(this.subscription, 'caughtUp');
    this.ended = new Promise((resolve) => {
      this.subscription.on('caughtUp', () => this.frames.push('caught up'));
      this.subscription.on('data', ({ event }) => {
        if (event) this.frames.push(inFull(event));
        if (event?.type === 'End') resolve(undefined);
      });
    });
  }

  async toTheEnd(): Promise<string> {
    await this.ended;
    await this.subscription.unsubscribe();
    return this.frames.join('\n');
  }
}

function inWords(expected: Expected): AppendExpectedRevision {
  return typeof expected === 'number' ? BigInt(expected) : expected;
}

function told({ position }: { readonly position?: Position | undefined }): string {
  return `removed at ${position?.commit}`;
}

async function all(events: AsyncIterable<{ event?: RecordedEvent }>): Promise<string> {
  const found: string[] = [];
  for await (const { event } of events) if (event) found.push(inFull(event));
  return found.join('\n');
}

/** All but when it was written, and the ids that a store makes itself. */
function inFull(event: RecordedEvent): string {
  const { streamId, revision, type, isJson, position, metadata } = event;
  const id = type.startsWith('$') || type === 'End' ? 'its id' : event.id;
  const data = isJson ? JSON.stringify(event.data) : Buffer.from(event.data).toString('hex');
  const places = `${position?.commit}/${position?.prepare}`;
  return `${streamId}@${revision} ${type} ${id} ${places} ${data} ${JSON.stringify(metadata)}`;
}
