// What a projector and a replay need of the database that holds their rows: everything that is
// changed in one batch, rows and checkpoints alike, commits together or not at all.
import type { Comparison } from './comparison.js';
import type { Generation, Registry, Row, TableDefinition } from './table.js';

export interface GenerationChange {
  readonly generation: Generation;
  readonly table: TableDefinition;
  /** By key; null removes the row. */
  readonly rows: ReadonlyMap<string, Row | null>;
}

/**
 * UNKNOWN_TYPE: nothing that this build folds. NOT_UNDERSTOOD: of a known type, but of newer code or
 * malformed. NOT_APPLIED: a projection threw at it. TRUNCATED, DELETED: the store takes events of the
 * stream away.
 */
export type SkipKind = 'UNKNOWN_TYPE' | 'NOT_UNDERSTOOD' | 'NOT_APPLIED' | 'TRUNCATED' | 'DELETED';

/** An event that a projection passed over, so that somebody can look into it. */
export interface SkippedEvent {
  /** Of the read model; `*` for an event that none of them could read. */
  readonly name: string;
  readonly kind: SkipKind;
  readonly position: bigint;
  readonly stream: string;
  readonly revision: number;
  readonly type: string;
  readonly reason: string;
}

/** An event in the log: the position alone may be another event's after a backup was brought back. */
export interface LogPlace {
  readonly position: bigint;
  readonly eventId: string;
}

/** What was left to fold. */
export interface CaughtUp {
  readonly changes: readonly GenerationChange[];
  readonly skipped: readonly SkippedEvent[];
}

/** Which generation is to be in front of the queries. */
export type Promotion = Pick<Generation, 'name' | 'generation'>;

/** Who replays; a replay that stops beating is dead. It is one by its process, host and start. */
export interface ReplayHolder {
  readonly pid: number;
  readonly host: string;
  /** In milliseconds since 1970. */
  readonly startedAt: number;
  readonly beatAt: number;
}

/** What whoever projects tells the others after a commit. */
export interface Told {
  /** Of the last event applied. */
  readonly position: bigint;
  /** Read models of which the served rows changed. */
  readonly changed: readonly string[];
}

export interface RowStore {
  registry(): Promise<Registry>;
  /** All generations on record. */
  generations(): Promise<readonly Generation[]>;
  /** Puts a new generation on record and makes its empty table. */
  create(generation: Generation, table: TableDefinition): Promise<void>;
  /** Records by which code a generation was filled, where that is not on record. */
  recordFold(generation: Generation, foldHash: string): Promise<void>;
  /** Takes a generation off the record, and its table away. The LIVE one is left alone. */
  drop(generation: Generation): Promise<void>;
  load(
    generation: Generation,
    table: TableDefinition,
    keys: readonly string[],
  ): Promise<Map<string, Row>>;
  /**
   * Rows, skips, the checkpoint of every generation named and the event that it stands on, in one
   * transaction. False, with nothing
   * written, when the registry is not at `epoch` any more.
   */
  commit(
    changes: readonly GenerationChange[],
    checkpoint: bigint,
    skipped: readonly SkippedEvent[],
    epoch: number,
    standsOn?: LogPlace,
  ): Promise<boolean>;
  /** The last event that the projector has applied; null before the first. */
  standsOn(): Promise<LogPlace | null>;
  /**
   * Takes all rows, skips and checkpoints away: they are of a log that is not there any more. The
   * generations that are kept are filled anew from its start; all others go.
   */
  startOver(kept: readonly Generation[]): Promise<void>;
  /**
   * Rows, skips and checkpoint of generations that are BUILDING, in one transaction. False, with
   * nothing written, when it is not `holder` who replays any more.
   */
  fill(
    changes: readonly GenerationChange[],
    checkpoint: bigint,
    skipped: readonly SkippedEvent[],
    holder: ReplayHolder,
  ): Promise<boolean>;
  /**
   * Lets `catchUp` fold what generations that are BUILDING still lack up to the projector's
   * checkpoint, which cannot move meanwhile, and makes them STANDBY with that. False, with nothing
   * written, when it is not `holder` who replays any more.
   */
  join(
    building: readonly Generation[],
    holder: ReplayHolder,
    catchUp: (checkpoint: bigint) => Promise<CaughtUp>,
  ): Promise<boolean>;
  /** All of them in one transaction: each becomes LIVE, and what was LIVE of its name STANDBY. */
  promote(promotions: readonly Promotion[], at: number): Promise<void>;
  /** Holds the generations of a read model where they are, or lets them go on. */
  setPaused(name: string, isPaused: boolean): Promise<void>;
  skipped(): Promise<readonly SkippedEvent[]>;
  /** Makes `holder` the one who replays; answers who it is instead, when he is alive. */
  claimReplay(
    holder: ReplayHolder,
    isAlive: (other: ReplayHolder) => boolean,
  ): Promise<ReplayHolder | null>;
  beatReplay(holder: ReplayHolder, at: number): Promise<void>;
  releaseReplay(holder: ReplayHolder): Promise<void>;
  /**
   * Resolves when this is the one instance that projects, with a signal that says when it no longer
   * is. @throws the signal's reason when it is told to wait no longer
   */
  holdRole(signal: AbortSignal): Promise<AbortSignal>;
  /** Calls back after each commit of the instance that projects, also when it is another one. */
  follow(listener: (told: Told) => void): Promise<void>;
  /** All rows of a generation in the order of their key, for comparing. */
  rows(generation: Generation, table: TableDefinition): AsyncIterable<Row>;
  /**
   * Two generations of one read model, row by row; from one moment where this is a snapshot. Null where
   * one of them does not have the columns of `table`.
   */
  compare(one: Generation, other: Generation, table: TableDefinition): Promise<Comparison | null>;
  close(): Promise<void>;
}

/** Where the projector is: the furthest of what it keeps up to date. */
export function projectedTo(generations: readonly Generation[]): bigint {
  return generations
    .filter(({ status }) => status !== 'BUILDING')
    .reduce((furthest, { checkpoint }) => (checkpoint > furthest ? checkpoint : furthest), -1n);
}
