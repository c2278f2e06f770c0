// Finds the tables of the live generations, which a promotion changes while queries run.
import { systemTime, type Time } from '../waiting/time.js';
import type { ReadOnlyDatabase, Value } from './database.js';
import { tableName } from './table.js';
import {
  MissingColumnError,
  MissingTableError,
  ReadModelsUnavailableError,
} from './unavailable.js';

/** Time until a promotion reaches queries, in milliseconds. */
const TABLE_KNOWN_MS = 50;

interface KnownTable {
  readonly table: string;
  readonly until: number;
  /** The database's mark before the table was looked up. */
  readonly mark: number | undefined;
}

/** Asks one read model; the statement gets the table of its live generation. */
export type AskTable = <Found>(
  sql: (table: string) => string,
  params: readonly Value[],
) => Promise<readonly Found[]>;

export class LiveTables {
  private readonly tables = new Map<string, KnownTable>();

  constructor(
    readonly database: ReadOnlyDatabase,
    private readonly time: Pick<Time, 'monotonicMs'> = systemTime,
  ) {}

  /**
   * Rows of a read model's live generation; none when there is no live generation.
   *
   * @param mark the database's mark, of now: the generation is then the one that is live now, not
   * the one that was live a few milliseconds ago
   */
  ask<Found>(
    name: string,
    sql: (table: string) => string,
    params: readonly Value[],
    mark?: number,
  ): Promise<readonly Found[]> {
    const read = ([table = '']: readonly string[]) =>
      this.database.query<Found>(sql(table), params);
    return this.reading([name], read, mark);
  }

  /**
   * As `ask`, in one statement on several read models.
   *
   * @param sql gets the tables in the order of `names`
   * @throws ReadModelsUnavailableError also when the rows are from a build without these columns
   */
  async askAll<Found>(
    names: readonly string[],
    sql: (...tables: readonly string[]) => string,
    params: readonly Value[],
  ): Promise<readonly Found[]> {
    try {
      return await this.reading(names, (tables) =>
        this.database.query<Found>(sql(...tables), params),
      );
    } catch (error) {
      throw error instanceof MissingColumnError ? new ReadModelsUnavailableError(error) : error;
    }
  }

  /** Reads the tables of live generations; no rows when one of them has no live generation. */
  async reading<Found>(
    names: readonly string[],
    read: (tables: readonly string[]) => Promise<readonly Found[]>,
    mark?: number,
  ): Promise<readonly Found[]> {
    const tables = await this.tablesOf(names, (name) => this.knownTable(name, mark), mark);
    if (tables === undefined) return [];
    try {
      return await read(tables);
    } catch (error) {
      // The table was dropped after the lookup: after a promotion, old generations are dropped
      // after a while.
      if (!(error instanceof MissingTableError)) throw error;
      const next = await this.tablesOf(names, () => undefined);
      return next === undefined ? [] : read(next);
    }
  }

  private async tablesOf(
    names: readonly string[],
    known: (name: string) => string | undefined,
    mark?: number,
  ): Promise<readonly string[] | undefined> {
    const tables: string[] = [];
    for (const name of names) {
      const table = known(name) ?? (await this.liveTable(name, mark));
      if (table === undefined) return undefined;
      tables.push(table);
    }
    return tables;
  }

  private knownTable(name: string, mark: number | undefined): string | undefined {
    const known = this.tables.get(name);
    if (mark !== undefined) return known?.mark === mark ? known.table : undefined;
    const isFresh = known !== undefined && known.until > this.time.monotonicMs();
    return isFresh ? known.table : undefined;
  }

  /**
   * Cached for a few milliseconds; for that long after a promotion, the previous generation
   * answers those who give no mark.
   */
  private async liveTable(name: string, mark: number | undefined): Promise<string | undefined> {
    const [live] = await this.database.query<{ generation: number }>(
      "SELECT generation FROM read_model_generation WHERE name = $1 AND status = 'LIVE'",
      [name],
    );
    if (live === undefined) return undefined;
    const table = tableName({ name, generation: live.generation });
    this.tables.set(name, { table, mark, until: this.time.monotonicMs() + TABLE_KNOWN_MS });
    return table;
  }
}
