// The port to the database of the read models. One SQL text serves SQLite and Postgres; where they
// really differ, there is a method or a word of `Dialect`, and it says why.
import type { ColumnType, Row, TableDefinition } from './table.js';

/**
 * A stored value, the same in both databases: booleans are 1 and 0, instants milliseconds since
 * 1970, positions decimal text, JSON its text. The adapters convert what their driver gives
 * differently.
 */
export type Value = string | number | null;

export interface Dialect {
  /** Of columns. In Postgres, text is ordered by its bytes, as SQLite orders it anyway. */
  readonly types: Readonly<Record<ColumnType | 'boolean', string>>;
  /** After the columns of a new table: SQLite only checks the types of a STRICT one. */
  readonly tableOptions: string;
  /** Ends a SELECT that locks its rows. SQLite needs none: its transactions lock the file. */
  readonly forUpdate: string;
}

export interface Statements {
  readonly dialect: Dialect;
  /** @param sql one statement, with `$1`, `$2`, … for the parameters */
  query<Found>(sql: string, params?: readonly Value[]): Promise<readonly Found[]>;
  /** Returns the number of rows that changed. */
  execute(sql: string, params?: readonly Value[]): Promise<number>;
  /** Empty where there is no such table. Each database has its own catalogue of tables. */
  columnsOf(table: string): Promise<readonly string[]>;
  /** SQLite looks up key by key; Postgres takes all keys in one message. */
  rowsByKey<Found>(table: string, key: string, keys: readonly string[]): Promise<readonly Found[]>;
  /** Adds or replaces rows: in SQLite one by one, in Postgres all in one statement. */
  putRows(table: string, definition: TableDefinition, rows: readonly Row[]): Promise<void>;
  /** In SQLite one by one, in Postgres all in one statement. */
  removeRows(table: string, key: string, keys: readonly string[]): Promise<void>;
}

/**
 * Its methods throw ReadModelsUnavailableError, ReadModelsFullError, MissingTableError and
 * MissingColumnError; other errors are the driver's.
 */
export interface ReadOnlyDatabase extends Statements {
  close(): Promise<void>;
}

export interface Database extends ReadOnlyDatabase {
  /**
   * Commits what `work` does with the statements that it is given, or nothing when it throws.
   * `work` must not use the database itself: SQLite holds all other statements back until it ends.
   */
  transaction<Result>(work: (statements: Statements) => Promise<Result>): Promise<Result>;
  /** A transaction for new tables. Postgres lets only one instance at a time change tables. */
  restructure(work: (statements: Statements) => Promise<void>): Promise<void>;
}
