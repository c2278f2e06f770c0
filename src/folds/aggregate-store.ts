// Loads and caches folded state. Each state includes its processed commands, so a repeated command
// is recognised at any time.
import { LRUCache } from 'lru-cache';
import type { Codec } from '../domain/codec.js';
import type { Decider, Recorded } from '../domain/decider.js';
import { type ProcessedCommand, ProcessedCommands } from './processed-commands.js';
import type { EventStore } from '../event-store/event-store.js';
import { type Fold, type Folded, foldOn, nothingFolded } from './folding.js';
import { BATCH } from './snapshots/snapshots.js';
import type { EventMetadata, StoredEvent } from '../event-store/stored-event.js';
import { removalFrom } from '../event-store/stream-beginning.js';
import type { Removal } from '../event-store/stream-removal.js';
import { isTakenAt, StreamFolds } from './stream-folds.js';

export type { ProcessedCommand } from './processed-commands.js';

/** A decider with its codec and fold hash. */
export interface Aggregate<State, Command, Event, Rejection> extends Fold<State, Event> {
  readonly decider: Decider<State, Command, Event, Rejection>;
  readonly codec: Codec<Event>;
}

/** The metadata of appended events that the cache needs. */
type ProcessedMetadata = Pick<EventMetadata, 'commandId' | 'commandHash'> & {
  readonly chain: string | undefined;
};

/**
 * How new the state has to be. `fresh`: as the log has it now. `cached`: from this process's cache,
 * which may be behind the log; on a miss, fresh. `assumeEmpty`: from the cache; on a miss, the
 * state of an absent stream, for callers that know the stream is new.
 */
export type LoadOption = 'fresh' | 'cached' | 'assumeEmpty';

export interface Loaded<State> extends Folded<State> {
  readonly commands: ProcessedCommands;
  /** Estimated size of the state, in bytes. */
  readonly bytes: number;
}

/** Estimated memory of a cached stream, in bytes: a base, and a maximum for each event. */
const WEIGHT = { stream: 1_000, event: 150 };
/** Ratio of a state's memory to its JSON. */
const MEMORY_PER_JSON = 2;
const DEFAULT_CACHE_BYTES = 128 * 1024 * 1024;
/** Beyond it, the longest unused is read from its metadata again when it is loaded. */
const MAX_TRUNCATED = 100_000;

export interface AggregateStoreOptions {
  readonly cacheBytes?: number;
  /** Default: folds without snapshots. */
  readonly folds?: StreamFolds;
}

export class AggregateStore {
  private readonly cache: LRUCache<string, Loaded<unknown>>;
  private readonly folds: StreamFolds;
  /**
   * Streams whose events the store takes away, now or later. They are never cached: each command
   * reads what is left, and learns if that is not all.
   */
  private readonly truncated = new LRUCache<string, true>({
    maxSize: MAX_TRUNCATED,
    sizeCalculation: () => 1,
  });

  constructor(
    private readonly store: Pick<EventStore, 'readStream'>,
    {
      cacheBytes = DEFAULT_CACHE_BYTES,
      folds = new StreamFolds(store),
    }: AggregateStoreOptions = {},
  ) {
    this.folds = folds;
    this.cache = new LRUCache({
      maxSize: cacheBytes,
      sizeCalculation: ({ bytes, commands }) => WEIGHT.stream + bytes + commands.bytes,
    });
  }

  /** The state that satisfies a load option without a read; undefined when the log must be read. */
  known<State>(
    aggregate: Pick<Fold<State, never>, 'decider'>,
    stream: string,
    load: LoadOption,
  ): Loaded<State> | undefined {
    if (load === 'fresh') return undefined;
    const cached = this.peek<State>(stream);
    if (cached !== undefined || load === 'cached') return cached;
    return { ...nothingFolded(aggregate), commands: new ProcessedCommands(), bytes: 0 };
  }

  /** The cached state, if there is one; it may be behind the log. */
  peek<State>(stream: string): Loaded<State> | undefined {
    return this.cache.get(stream) as Loaded<State> | undefined;
  }

  /**
   * The current state: the cached state plus the events appended since. If the log does not have
   * the last cached event, the cached state is dropped and the stream is folded again.
   */
  async fresh<State, Command, Event, Rejection>(
    aggregate: Aggregate<State, Command, Event, Rejection>,
    stream: string,
  ): Promise<Loaded<State>> {
    const cached = this.peek<State>(stream);
    const read = cached && (await this.readOn(aggregate, stream, cached));
    if (cached !== undefined && read !== undefined) {
      return this.moveOn(aggregate, stream, cached, read);
    }
    this.forget(stream);
    const loaded = await this.load(aggregate, stream);
    this.keep(stream, loaded);
    return loaded;
  }

  /** Undefined when the log does not have the last event of the cached state. */
  private async readOn<State, Command, Event, Rejection>(
    aggregate: Aggregate<State, Command, Event, Rejection>,
    stream: string,
    cached: Loaded<State>,
  ): Promise<Folded<State> | undefined> {
    let folded: Folded<State> = cached;
    let isConfirmed = false;
    for await (const stored of this.store.readStream(stream, { from: cached.revision })) {
      if (!isConfirmed) {
        if (!isTakenAt(cached, stored)) return undefined;
        isConfirmed = true;
        continue;
      }
      folded = foldOn(aggregate, folded, stored);
      cached.commands.note(stored.revision, stored.metadata);
    }
    return isConfirmed ? folded : undefined;
  }

  /**
   * The state right after one revision. It reads the log, for repeated commands, which are rare.
   */
  async atRevision<State, Command, Event, Rejection>(
    aggregate: Aggregate<State, Command, Event, Rejection>,
    stream: string,
    revision: number,
  ): Promise<State> {
    return (await this.foldedTo(aggregate, stream, revision)).state;
  }

  /** The fold up to a revision; its own revision is smaller when the stream ends before that. */
  foldedTo<State, Command, Event, Rejection>(
    aggregate: Aggregate<State, Command, Event, Rejection>,
    stream: string,
    revision: number,
  ): Promise<Folded<State>> {
    return this.folds.upTo(aggregate, stream, { revision });
  }

  /** The result of a processed command; undefined when this state does not include it. */
  async processed(
    stream: string,
    { commands }: Loaded<unknown>,
    commandId: string,
  ): Promise<ProcessedCommand | undefined> {
    const remembered = commands.remembered(commandId);
    if (remembered !== undefined) return remembered;
    for (const revision of commands.suspects(commandId)) {
      for await (const { metadata } of this.store.readStream(stream, {
        from: revision,
        maxCount: 1,
      })) {
        if (metadata.commandId === commandId) return { revision, hash: metadata.commandHash };
      }
    }
    return undefined;
  }

  /** Folds acknowledged events onto the state that their decision used. */
  advance<State, Command, Event, Rejection>(
    aggregate: Aggregate<State, Command, Event, Rejection>,
    stream: string,
    before: Loaded<State>,
    events: readonly Recorded<Event>[],
    metadata: ProcessedMetadata,
  ): Loaded<State> {
    const last = events.at(-1);
    if (last === undefined) return before;
    for (const { revision } of events) before.commands.note(revision, metadata);
    return this.moveOn(aggregate, stream, before, {
      state: events.reduce(aggregate.decider.evolve, before.state),
      revision: last.revision,
      foldedRevision: last.revision,
      eventId: last.id,
      chain: metadata.chain,
      occurredBy: Math.max(before.occurredBy, last.occurredAt),
      // The append's response does not include the recorded time; only events read from the log do.
      recordedBy: before.recordedBy,
    });
  }

  /** Everything that is cached, by stream: to compare it with the log. */
  entries(): IterableIterator<[string, Loaded<unknown>]> {
    return this.cache.entries() as IterableIterator<[string, Loaded<unknown>]>;
  }

  forget(stream: string): void {
    this.cache.delete(stream);
  }

  forgetAll(): void {
    this.cache.clear();
  }

  /** The stream's metadata has changed, or the stream was deleted. */
  noteRemoval(stream: string, removal: Removal | undefined): void {
    if (removal === undefined) this.truncated.delete(stream);
    else this.truncated.set(stream, true);
    this.forget(stream);
  }

  private async load<State, Command, Event, Rejection>(
    aggregate: Aggregate<State, Command, Event, Rejection>,
    stream: string,
  ): Promise<Loaded<State>> {
    let commands = new ProcessedCommands();
    const folded = await this.folds.upTo(
      aggregate,
      stream,
      {},
      {
        begins: (after) => {
          const marks = this.marksUpTo(aggregate, stream, after);
          if (marks === undefined) return false;
          commands = new ProcessedCommands(marks);
          return true;
        },
        folds: ({ revision, metadata }: StoredEvent) => commands.note(revision, metadata),
      },
    );
    if (folded.revision >= 0 && (await removalFrom(this.store, stream)) !== undefined) {
      this.truncated.set(stream, true);
    }
    return { ...folded, commands, bytes: sizeOf(folded.state) };
  }

  private marksUpTo(
    { foldHash }: { readonly foldHash: string },
    stream: string,
    revision: number,
  ): Uint32Array | undefined {
    if (revision < 0) return new Uint32Array();
    return this.folds.snapshots.marksUpTo(foldHash, stream, revision);
  }

  private moveOn<State, Command, Event, Rejection>(
    aggregate: Aggregate<State, Command, Event, Rejection>,
    stream: string,
    before: Loaded<State>,
    folded: Folded<State>,
  ): Loaded<State> {
    const { commands } = before;
    const isNewBatch = batchOf(folded) > batchOf(before);
    // A state grows at most with its events, so between measurements their number estimates its
    // size.
    const grown = before.bytes + (folded.revision - before.revision) * WEIGHT.event;
    const after = { ...folded, commands, bytes: isNewBatch ? sizeOf(folded.state) : grown };
    this.keep(stream, after);
    if (isNewBatch) this.folds.takeSnapshots(aggregate, stream, folded.revision);
    return after;
  }

  private keep(stream: string, loaded: Loaded<unknown>): void {
    // An absent stream is not cached, because anyone can request streams that do not exist.
    if (loaded.revision >= 0 && !this.truncated.has(stream)) this.cache.set(stream, loaded);
  }
}

function batchOf({ revision }: Folded<unknown>): number {
  return Math.floor((revision + 1) / BATCH);
}

function sizeOf(state: unknown): number {
  return JSON.stringify(state).length * MEMORY_PER_JSON;
}
