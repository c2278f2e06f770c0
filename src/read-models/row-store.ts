// What a projector and a replay need of the database that holds their rows: everything that is
// changed in one batch, rows and checkpoints alike, commits together or not at all.
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
  beatHolder,
  isHeldBy,
  lockHolder,
  removeHolder,
  type ReplayHolder,
  writeHolder,
} from './replay-holder.js';
import { type LoadsRows, RowReader } from './row-reader.js';
import { readSkipped, recordSkipped, type SkippedEvent } from './skipped-events.js';
import { createTable, type GenerationChange, loadRows, writeRows } from './stored-rows.js';
import { type Generation, type Registry, type TableDefinition, tableName } from './table.js';

/** What was left to fold. */
export interface CaughtUp {
  readonly changes: readonly GenerationChange[];
  readonly skipped: readonly SkippedEvent[];
}

export class RowStore extends RowReader {
  constructor(
    private readonly database: Database,
    private readonly role: ProjectorRole = soleProjector,
  ) {
    super(database);
  }

  registry(): Promise<Registry> {
    return readRegistry(this.database);
  }

  /**
   * Puts a new generation on record and makes its empty table. One that another instance has made
   * meanwhile is left as it is.
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

  /** Records by which code a generation was filled, where that is not on record. */
  recordFold(generation: Generation, foldHash: string): Promise<void> {
    return recordFold(this.database, generation, foldHash);
  }

  /** Takes a generation off the record, and its table away. The LIVE one is left alone. */
  drop({ name, generation }: Generation): Promise<void> {
    return this.locked(async (statements) => {
      const removed = await statements.execute(
        "DELETE FROM read_model_generation WHERE name = $1 AND generation = $2 AND status <> 'LIVE'",
        [name, generation],
      );
      if (removed === 0) return;
      await statements.execute(`DROP TABLE ${tableName({ name, generation })}`);
      await moveEpoch(statements);
    });
  }

  /**
   * Rows, skips, the checkpoint of every generation named and the event that it stands on, in one
   * transaction. False, with nothing written, when the registry is not at `epoch` any more.
   * @throws RoleLostError when another instance projects by now
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

  /** The last event that the projector has applied; null before the first. */
  standsOn(): Promise<LogPlace | null> {
    return readPlace(this.database);
  }

  /**
   * Takes all rows, skips and checkpoints away: they are of a log that is not there any more. The
   * generations that are kept are filled anew from its start; all others go.
   */
  startOver(kept: readonly Generation[]): Promise<void> {
    return this.locked((statements) => startOver(statements, kept));
  }

  /**
   * Rows, skips and checkpoint of generations that are BUILDING, in one transaction. False, with
   * nothing written, when it is not `holder` who replays any more.
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
   * Lets `catchUp` fold what generations that are BUILDING still lack up to the projector's
   * checkpoint, which cannot move meanwhile, and makes them STANDBY with that. `catchUp` reads with
   * the rows that it is given: all other callers wait until it ends. False, with nothing written,
   * when it is not `holder` who replays any more.
   */
  join(
    building: readonly Generation[],
    holder: ReplayHolder,
    catchUp: (checkpoint: bigint, rows: LoadsRows) => Promise<CaughtUp>,
  ): Promise<boolean> {
    // The projector waits for the registry until this ends.
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

  /** All of them in one transaction: each becomes LIVE, and what was LIVE of its name STANDBY. */
  promote(promotions: readonly Promotion[], at: number): Promise<void> {
    return this.locked(async (statements) => {
      for (const promotion of promotions) await promoteGeneration(statements, promotion, at);
      await moveEpoch(statements);
    });
  }

  /** Holds the generations of a read model where they are, or lets them go on. */
  setPaused(name: string, isPaused: boolean): Promise<void> {
    return this.locked(async (statements) => {
      await setPaused(statements, name, isPaused);
      await moveEpoch(statements);
    });
  }

  skipped(): Promise<readonly SkippedEvent[]> {
    return readSkipped(this.database);
  }

  /** Makes `holder` the one who replays; answers who it is instead, when he is alive. */
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

  beatReplay(holder: ReplayHolder, at: number): Promise<void> {
    return beatHolder(this.database, holder, at);
  }

  releaseReplay(holder: ReplayHolder): Promise<void> {
    return removeHolder(this.database, holder);
  }

  /** See `ProjectorRole.hold`. */
  holdRole(signal: AbortSignal): Promise<AbortSignal> {
    return this.role.hold(signal);
  }

  /** See `ProjectorRole.follow`. */
  follow(listener: (told: Told) => void): Promise<void> {
    return this.role.follow(listener);
  }

  override async close(): Promise<void> {
    await this.role.close();
    await super.close();
  }

  /** A transaction that no commit of the projector can overlap. */
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
