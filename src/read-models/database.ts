// The port to the database of the read models. SQLite and Postgres share one SQL text. Where they
// differ, a method or a field of `Dialect` covers it and says why.
import type { KeySearch } from './key-search.js';
import type { ColumnType, Row, TableDefinition } from './table.js';
import type { WordSearch } from './word-search.js';

/**
 * A stored value, the same in both databases: booleans are 1 and 0, instants are milliseconds since
 * 1970, positions are decimal text, JSON is text. The adapters convert their driver's values.
 */
export type Value = string | number | null;

export interface Dialect {
  /** Column types. Postgres text gets byte order, which is SQLite's default. */
  readonly types: Readonly<Record<ColumnType | 'boolean', string>>;
  /** Follows the columns of a new table: SQLite checks types only in a STRICT table. */
  readonly tableOptions: string;
  /** The column of each row's sum; absent where the database proves its own pages. */
  readonly rowSum?: string;
  /** Suffix of a SELECT that locks its rows. SQLite needs none: its transactions lock the file. */
  readonly forUpdate: string;
  /** Each database has its own index of words. */
  readonly wordSearch: WordSearch;
  /** Each database has its own index of the keys in lists. */
  readonly keySearch: KeySearch;
}

export interface Statements {
  readonly dialect: Dialect;
  /** @param sql one statement, with `$1`, `$2`, … for the parameters */
  query<Found>(sql: string, params?: readonly Value[]): Promise<readonly Found[]>;
  /** Returns the number of changed rows. */
  execute(sql: string, params?: readonly Value[]): Promise<number>;
  /** Empty for a missing table. Each database has its own catalogue of tables. */
  columnsOf(table: string): Promise<readonly string[]>;
  /** SQLite looks up one key at a time; Postgres takes all keys in one message. */
  rowsByKey<Found>(table: string, key: string, keys: readonly string[]): Promise<readonly Found[]>;
  /** Adds or replaces rows: SQLite one at a time, Postgres all in one statement. */
  putRows(table: string, definition: TableDefinition, rows: readonly Row[]): Promise<void>;
  /** SQLite one at a time, Postgres all in one statement. */
  removeRows(table: string, key: string, keys: readonly string[]): Promise<void>;
}

/**
 * The methods throw ReadModelsUnavailableError, ReadModelsFullError, MissingTableError and
 * MissingColumnError; other errors are the driver's.
 */
export interface ReadOnlyDatabase extends Statements {
  /**
   * A number that changes with every commit, of whatever thread or process. Absent where the
   * database does not tell.
   */
  commitMark?(): number;
  /**
   * Absent where nobody can take writing away.
   *
   * @throws ReadModelsUnavailableError while it only reads
   */
  proveWritable?(): Promise<void>;
  /** The room on its disk. Absent where the disk is another machine's. */
  freeBytes?(): Promise<number>;
  close(): Promise<void>;
}

export interface Database extends ReadOnlyDatabase {
  /**
   * Commits the statements of `work`, or nothing when it throws. `work` must use only the given
   * statements: SQLite queues all others until it ends.
   */
  transaction<Result>(work: (statements: Statements) => Promise<Result>): Promise<Result>;
  /** A transaction that changes tables. In Postgres only one instance at a time may run one. */
  restructure(work: (statements: Statements) => Promise<void>): Promise<void>;
}
