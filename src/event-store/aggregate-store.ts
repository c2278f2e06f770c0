// Folded state, loaded from the log once and kept while there is room. It remembers which commands
// have been carried out, so that a repeated one is recognised whenever it comes.
import { LRUCache } from 'lru-cache';
import type { Codec } from '../domain/codec.js';
import type { Decider, Recorded } from '../domain/decider.js';
import type { EventStore } from './event-store.js';
import { recorded } from './recorded.js';
import type { EventMetadata, StoredEvent } from './stored-event.js';

/** A decider together with how its events are stored. */
export interface Aggregate<State, Command, Event, Rejection> {
  readonly decider: Decider<State, Command, Event, Rejection>;
  readonly codec: Codec<Event>;
  /** Tells this fold from any other; see fold-hash.ts. */
  readonly foldHash: string;
}

/** What of the metadata of appended events is remembered. */
type CarriedMetadata = Pick<EventMetadata, 'commandId' | 'commandHash'> & {
  readonly chain: string | undefined;
};

/** What a command left behind. */
export interface CarriedOut {
  /** Of its last event. */
  readonly revision: number;
  readonly hash: string | undefined;
}

export interface Loaded<State> {
  readonly state: State;
  /** Of the last event folded; −1 for an absent stream. */
  readonly revision: number;
  /** Of the last event, in milliseconds since 1970; 0 for an absent stream. */
  readonly lastOccurredAt: number;
  /** Of the last event; undefined where the stream has no hash chain yet. */
  readonly chain: string | undefined;
  readonly commands: ReadonlyMap<string, CarriedOut>;
}

interface Cached extends Loaded<unknown> {
  readonly commands: Map<string, CarriedOut>;
}

/** Estimates, in bytes, of what a cached stream takes: by itself, for each event, for each command. */
const WEIGHT = { stream: 1_000, event: 150, command: 250 };
const DEFAULT_CACHE_BYTES = 128 * 1024 * 1024;

export class AggregateStore {
  private readonly cache: LRUCache<string, Cached>;

  constructor(
    private readonly store: EventStore,
    { cacheBytes = DEFAULT_CACHE_BYTES }: { readonly cacheBytes?: number } = {},
  ) {
    this.cache = new LRUCache({ maxSize: cacheBytes, sizeCalculation: weightOf });
  }

  /** The state of a stream that is not there. */
  absent<State, Command, Event, Rejection>(
    aggregate: Aggregate<State, Command, Event, Rejection>,
  ): Loaded<State> {
    return emptyOf(aggregate);
  }

  /** The state as it is cached, if it is; it may be behind the log. */
  peek<State>(stream: string): Loaded<State> | undefined {
    return this.cache.get(stream) as Loaded<State> | undefined;
  }

  /** The state as the log has it now: what is cached, and all that was appended since. */
  async fresh<State, Command, Event, Rejection>(
    aggregate: Aggregate<State, Command, Event, Rejection>,
    stream: string,
  ): Promise<Loaded<State>> {
    const cached = this.peek<State>(stream) as (Loaded<State> & Cached) | undefined;
    let folded = cached ?? emptyOf(aggregate);
    const from = folded.revision + 1;
    for await (const stored of this.store.readStream(stream, { from })) {
      folded = fold(aggregate, folded, stored);
    }
    this.keep(stream, folded);
    return folded;
  }

  /** The state as it was right after one revision. Reads the log: for repeated commands, which are rare. */
  async atRevision<State, Command, Event, Rejection>(
    aggregate: Aggregate<State, Command, Event, Rejection>,
    stream: string,
    revision: number,
  ): Promise<State> {
    let { state } = emptyOf(aggregate);
    for await (const stored of this.store.readStream(stream, { maxCount: revision + 1 })) {
      state = aggregate.decider.evolve(state, recorded(aggregate.codec, stored));
    }
    return state;
  }

  /** Folds events that the store has just acknowledged onto the state on which they were decided. */
  advance<State, Command, Event, Rejection>(
    aggregate: Aggregate<State, Command, Event, Rejection>,
    stream: string,
    before: Loaded<State>,
    events: readonly Recorded<Event>[],
    metadata: CarriedMetadata,
  ): Loaded<State> {
    const last = events.at(-1);
    if (last === undefined) return before;
    const state = events.reduce(aggregate.decider.evolve, before.state);
    const commands = before.commands as Map<string, CarriedOut>;
    remember(commands, metadata, last.revision);
    const { revision, occurredAt: lastOccurredAt } = last;
    const after = { state, revision, lastOccurredAt, chain: metadata.chain, commands };
    this.keep(stream, after);
    return after;
  }

  forget(stream: string): void {
    this.cache.delete(stream);
  }

  private keep(stream: string, loaded: Cached): void {
    // An absent stream is not worth a place: anybody can ask for streams that never were.
    if (loaded.revision >= 0) this.cache.set(stream, loaded);
  }
}

/** A state grows at most with its events, so their number stands for its size. */
function weightOf({ revision, commands }: Cached): number {
  return WEIGHT.stream + (revision + 1) * WEIGHT.event + commands.size * WEIGHT.command;
}

function emptyOf<State>({
  decider,
}: {
  readonly decider: { readonly initial: State };
}): Loaded<State> & Cached {
  const nothing = { revision: -1, lastOccurredAt: 0, chain: undefined };
  return { ...nothing, state: decider.initial, commands: new Map() };
}

function fold<State, Command, Event, Rejection>(
  { decider, codec }: Aggregate<State, Command, Event, Rejection>,
  before: Loaded<State> & Cached,
  stored: StoredEvent,
): Loaded<State> & Cached {
  const { state, commands } = before;
  const event = recorded(codec, stored);
  remember(commands, stored.metadata, stored.revision);
  return {
    state: decider.evolve(state, event),
    revision: stored.revision,
    lastOccurredAt: event.occurredAt,
    chain: stored.metadata.chain ?? before.chain,
    commands,
  };
}

function remember(
  commands: Map<string, CarriedOut>,
  { commandId, commandHash: hash }: Pick<EventMetadata, 'commandId' | 'commandHash'>,
  revision: number,
): void {
  if (commandId !== undefined) commands.set(commandId, { revision, hash });
}
