// The database operations of projectors and replays: all rows and checkpoints of a batch commit
// together or not at all.
import type { Database, Statements } from './database.js';
import {
  insertGeneration,
  lockRegistry,
  makeStandby,
  moveEpoch,
  projectedTo,
  promoteGeneration,
  type Promotion,
  readGenerations,
  readRegistry,
  recordFold,
  setCheckpoint,
  setPaused,
} from './generations.js';
import { type LogPlace, readPlace, startOver, writePlace } from './log-place.js';
import { type ProjectorRole, RoleLostError, soleProjector, type Told } from './projector-role.js';
import {
  askHolderToStop,
  beatHolder,
  isHeldBy,
  lockHolder,
  removeHolder,
  type ReplayHolder,
  writeHolder,
} from './replay-holder.js';
import { addEnded, type ReplayRecord, ReplayRecords } from './replay-records.js';
import { type LoadsRows, RowReader } from './row-reader.js';
import { readSkipped, recordSkipped, type SkippedEvent } from './skipped-events.js';
import {
  createTable,
  dropTable,
  type GenerationChange,
  loadRows,
  writeRows,
} from './stored-rows.js';
import type { Generation, Registry, TableDefinition } from './table.js';
import { ReadModelsFullError } from './unavailable.js';

/** The result of folding the remaining events. */
export interface CaughtUp {
  readonly changes: readonly GenerationChange[];
  readonly skipped: readonly SkippedEvent[];
}

export class RowStore extends RowReader {
  readonly replayRecords: ReplayRecords;

  constructor(
    private readonly database: Database,
    private readonly role: ProjectorRole = soleProjector,
  ) {
    super(database);
    this.replayRecords = new ReplayRecords(database);
  }

  registry(): Promise<Registry> {
    return readRegistry(this.database);
  }

  /**
   * Registers a new generation and creates its empty table. If another instance has done so, it
   * stays as it is.
   */
  create(generation: Generation, table: TableDefinition): Promise<void> {
    return this.locked(async (statements) => {
      const { name } = generation;
      const known = await readGenerations(statements);
      if (known.some((one) => one.name === name && one.generation === generation.generation))
        return;
      await createTable(statements, generation, table);
      await insertGeneration(statements, generation);
      await moveEpoch(statements);
    });
  }

  /** Records the fold hash of a generation that has none. */
  recordFold(generation: Generation, foldHash: string): Promise<void> {
    return recordFold(this.database, generation, foldHash);
  }

  /** Removes a generation and its table; does nothing to the LIVE one. */
  drop({ name, generation }: Generation): Promise<void> {
    return this.locked(async (statements) => {
      const removed = await statements.execute(
        "DELETE FROM read_model_generation WHERE name = $1 AND generation = $2 AND status <> 'LIVE'",
        [name, generation],
      );
      if (removed === 0) return;
      await dropTable(statements, { name, generation });
      await moveEpoch(statements);
    });
  }

  /**
   * Commits rows, skips, the checkpoint of each given generation and its last event in one
   * transaction. Returns false and writes nothing when the registry has left `epoch`.
   *
   * @throws RoleLostError when another instance projects now
   */
  commit(
    changes: readonly GenerationChange[],
    checkpoint: bigint,
    skipped: readonly SkippedEvent[],
    epoch: number,
    standsOn?: LogPlace,
  ): Promise<boolean> {
    const { role } = this;
    return this.database.transaction(async (statements) => {
      const registry = await lockRegistry(statements);
      if (role.term !== undefined && registry.term !== role.term) throw new RoleLostError();
      if (registry.epoch !== epoch) return false;
      await writeAll(statements, { changes, skipped }, checkpoint);
      if (standsOn !== undefined) await writePlace(statements, standsOn);
      await role.tell(statements, toldOf(changes, checkpoint));
      return true;
    });
  }

  /** @throws ReadModelsFullError when less of the disk is free */
  async demandRoom(bytes: number): Promise<void> {
    const free = (await this.database.freeBytes?.()) ?? Infinity;
    if (free >= bytes) return;
    const mebibytes = Math.ceil(bytes / 2 ** 20);
    const message = `The disk of the read models has less than ${mebibytes} MiB left`;
    throw new ReadModelsFullError(undefined, message);
  }

  /** The last event that the projector applied; null before the first. */
  standsOn(): Promise<LogPlace | null> {
    return readPlace(this.database);
  }

  /**
   * Removes all rows, skips and checkpoints after the log was replaced. The kept generations are
   * filled again from the log's start; all others are dropped.
   */
  startOver(kept: readonly Generation[]): Promise<void> {
    return this.locked((statements) => startOver(statements, kept));
  }

  /**
   * Commits rows, skips and the checkpoint of BUILDING generations in one transaction. Returns
   * false and writes nothing when `holder` no longer holds the replay lock.
   */
  fill(
    changes: readonly GenerationChange[],
    checkpoint: bigint,
    skipped: readonly SkippedEvent[],
    holder: ReplayHolder,
  ): Promise<boolean> {
    return this.database.transaction(async (statements) => {
      if (!(await isHeldBy(statements, holder))) return false;
      await writeAll(statements, { changes, skipped }, checkpoint);
      return true;
    });
  }

  /**
   * Makes BUILDING generations STANDBY: `catchUp` folds the events that they lack up to the
   * projector's checkpoint, which cannot move during the transaction. `catchUp` must use only the
   * given reader; all other callers wait. Returns false and writes nothing when `holder` no longer
   * holds the replay lock.
   */
  join(
    building: readonly Generation[],
    holder: ReplayHolder,
    catchUp: (checkpoint: bigint, rows: LoadsRows) => Promise<CaughtUp>,
  ): Promise<boolean> {
    // The projector waits for the registry lock until this ends.
    return this.locked(async (statements) => {
      if (!(await isHeldBy(statements, holder))) return false;
      const checkpoint = projectedTo(await readGenerations(statements));
      const load: LoadsRows['load'] = (...what) => loadRows(statements, ...what);
      await writeAll(statements, await catchUp(checkpoint, { load }), checkpoint);
      for (const generation of building) await makeStandby(statements, generation);
      await moveEpoch(statements);
      return true;
    });
  }

  /**
   * In one transaction, each generation becomes LIVE and the previous LIVE one of its name STANDBY.
   * The record is added with it; where one with its id is there, nothing changes: then false.
   */
  promote(promotions: readonly Promotion[], at: number, record?: ReplayRecord): Promise<boolean> {
    return this.locked(async (statements) => {
      if (record !== undefined && !(await addEnded(statements, record))) return false;
      for (const promotion of promotions) await promoteGeneration(statements, promotion, at);
      await moveEpoch(statements);
      return true;
    });
  }

  /** Pauses or resumes the generations of a read model. */
  setPaused(name: string, isPaused: boolean): Promise<void> {
    return this.locked(async (statements) => {
      await setPaused(statements, name, isPaused);
      await moveEpoch(statements);
    });
  }

  skipped(): Promise<readonly SkippedEvent[]> {
    return readSkipped(this.database);
  }

  /** Makes `holder` the replay's holder. Returns the current holder instead, if it is alive. */
  claimReplay(
    holder: ReplayHolder,
    isAlive: (other: ReplayHolder) => boolean,
  ): Promise<ReplayHolder | null> {
    return this.locked(async (statements) => {
      const found = await lockHolder(statements);
      if (found !== null && isAlive(found)) return found;
      await writeHolder(statements, holder);
      return null;
    });
  }

  /** Resolves with whether a caller has asked the replay to stop. */
  beatReplay(holder: ReplayHolder, at: number): Promise<boolean> {
    return beatHolder(this.database, holder, at);
  }

  /** Asks the running replay to stop, wherever it runs; false when none does. */
  askReplayToStop(isAlive: (holder: ReplayHolder) => boolean): Promise<boolean> {
    return this.locked(async (statements) => {
      const found = await lockHolder(statements);
      if (found === null || !isAlive(found)) return false;
      await askHolderToStop(statements);
      return true;
    });
  }

  releaseReplay(holder: ReplayHolder): Promise<void> {
    return removeHolder(this.database, holder);
  }

  /** See `ProjectorRole.hold`. */
  holdRole(signal: AbortSignal): Promise<AbortSignal> {
    return this.role.hold(signal);
  }

  /** Notifies the other instances between commits. */
  tell(told: Told): Promise<void> {
    return this.role.tell(this.database, told);
  }

  /** See `ProjectorRole.follow`. */
  follow(listener: (told: Told) => void): Promise<void> {
    return this.role.follow(listener);
  }

  override async close(): Promise<void> {
    await this.role.close();
    await super.close();
  }

  /** A transaction that excludes the projector's commits. */
  private locked<Result>(work: (statements: Statements) => Promise<Result>): Promise<Result> {
    return this.database.transaction(async (statements) => {
      await lockRegistry(statements);
      return work(statements);
    });
  }
}

async function writeAll(
  statements: Statements,
  { changes, skipped }: CaughtUp,
  checkpoint: bigint,
): Promise<void> {
  for (const change of changes) {
    await writeRows(statements, change);
    await setCheckpoint(statements, change.generation, checkpoint);
  }
  for (const event of skipped) await recordSkipped(statements, event);
}

function toldOf(changes: readonly GenerationChange[], checkpoint: bigint): Told {
  const changed = changes
    .filter(({ generation, rows }) => generation.status === 'LIVE' && rows.size > 0)
    .map(({ generation }) => generation.name);
  return { position: checkpoint, changed };
}
