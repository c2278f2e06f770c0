// Folded state, loaded once and kept while there is room. It remembers which commands have been
// carried out, so that a repeated one is recognised whenever it comes.
import { LRUCache } from 'lru-cache';
import type { Codec } from '../domain/codec.js';
import type { Decider, Recorded } from '../domain/decider.js';
import { type ProcessedCommand, ProcessedCommands } from './processed-commands.js';
import type { EventStore } from '../event-store/event-store.js';
import { type Fold, type Folded, foldOn, nothingFolded } from './folding.js';
import { BATCH } from './snapshots/snapshots.js';
import type { EventMetadata, StoredEvent } from '../event-store/stored-event.js';
import { isTakenAt, StreamFolds } from './stream-folds.js';

export type { ProcessedCommand } from './processed-commands.js';

/** A decider together with how its events are stored. */
export interface Aggregate<State, Command, Event, Rejection> extends Fold<State, Event> {
  readonly decider: Decider<State, Command, Event, Rejection>;
  readonly codec: Codec<Event>;
}

/** What of the metadata of appended events is remembered. */
type ProcessedMetadata = Pick<EventMetadata, 'commandId' | 'commandHash'> & {
  readonly chain: string | undefined;
};

/**
 * How new a state has to be. `fresh`: as the log has it now. `cached`: as this process knows it,
 * which may be behind the log; else fresh. `assumeEmpty`: as cached; where nothing is cached, that
 * of an absent stream, for callers who have reason to think so.
 */
export type LoadOption = 'fresh' | 'cached' | 'assumeEmpty';

export interface Loaded<State> extends Folded<State> {
  readonly commands: ProcessedCommands;
  /** An estimate of the state's size, in bytes. */
  readonly bytes: number;
}

/** Estimates, in bytes, of what a cached stream takes: by itself, and for each event at most. */
const WEIGHT = { stream: 1_000, event: 150 };
/** Of a state in memory, to its JSON. */
const MEMORY_PER_JSON = 2;
const DEFAULT_CACHE_BYTES = 128 * 1024 * 1024;

export interface AggregateStoreOptions {
  readonly cacheBytes?: number;
  /** By default they know no snapshots. */
  readonly folds?: StreamFolds;
}

export class AggregateStore {
  private readonly cache: LRUCache<string, Loaded<unknown>>;
  private readonly folds: StreamFolds;

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

  /**
   * The state that a load option settles for without reading the log; undefined if it has to be
   * read.
   */
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

  /** The state as it is cached, if it is; it may be behind the log. */
  peek<State>(stream: string): Loaded<State> | undefined {
    return this.cache.get(stream) as Loaded<State> | undefined;
  }

  /**
   * The state as the log has it now: what is cached, and all that was appended since. Where the log
   * does not have the event at which the cached state ends, that state is dropped.
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

  /** Undefined when the log has another event, or none, where the cached state ends. */
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
   * The state as it was right after one revision. Reads the log: for repeated commands, which are
   * rare.
   */
  async atRevision<State, Command, Event, Rejection>(
    aggregate: Aggregate<State, Command, Event, Rejection>,
    stream: string,
    revision: number,
  ): Promise<State> {
    return (await this.folds.upTo(aggregate, stream, { revision })).state;
  }

  /**
   * What a command did when it was carried out; undefined if it was not, as far as this state goes.
   */
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

  /**
   * Folds events that the store has just acknowledged onto the state on which they were decided.
   */
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
      // When the store wrote them it did not say. Snapshots are made of what it gives back.
      recordedBy: before.recordedBy,
    });
  }

  forget(stream: string): void {
    this.cache.delete(stream);
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
    // A state grows at most with its events, so their number stands for its size in between.
    const grown = before.bytes + (folded.revision - before.revision) * WEIGHT.event;
    const after = { ...folded, commands, bytes: isNewBatch ? sizeOf(folded.state) : grown };
    this.keep(stream, after);
    if (isNewBatch) this.folds.takeSnapshots(aggregate, stream, folded.revision);
    return after;
  }

  private keep(stream: string, loaded: Loaded<unknown>): void {
    // An absent stream is not worth a place: anybody can ask for streams that never were.
    if (loaded.revision >= 0) this.cache.set(stream, loaded);
  }
}

function batchOf({ revision }: Folded<unknown>): number {
  return Math.floor((revision + 1) / BATCH);
}

function sizeOf(state: unknown): number {
  return JSON.stringify(state).length * MEMORY_PER_JSON;
}
