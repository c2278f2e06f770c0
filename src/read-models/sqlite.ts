// The SQLite adapter. A power failure may lose its newest commits, unlike the log's: rows and
// checkpoint are lost together and are projected again, so a commit need not wait for the disk.
import { mkdirSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import type { Database, Dialect, ReadOnlyDatabase, Statements, Value } from './database.js';
import { sqliteKeySearch } from './key-search.js';
import { ROW_SUM, sumOfRow } from './row-sums.js';
import type { Row, TableDefinition } from './table.js';
import { storedValues } from './stored-rows.js';
import {
  MissingColumnError,
  MissingTableError,
  ReadModelsFullError,
  ReadModelsUnavailableError,
} from './unavailable.js';
import { sqliteWordSearch } from './word-search.js';

export const FILE_NAME = 'read-models.sqlite';
const BUSY_MS = 5_000;
/** Limits the cache: generations come and go, and so do the statements with their table names. */
const MAX_PREPARED = 200;

const dialect: Dialect = {
  types: { text: 'TEXT', integer: 'INTEGER', json: 'TEXT', boolean: 'INTEGER' },
  tableOptions: 'STRICT',
  rowSum: ROW_SUM,
  forUpdate: '',
  wordSearch: sqliteWordSearch,
  keySearch: sqliteKeySearch,
};

class SqliteStatements implements Statements {
  readonly dialect = dialect;

  constructor(
    protected readonly file: PreparedFile,
    /** Runs the work at once, or when the connection is free. */
    private readonly run: <Result>(work: () => Result) => Promise<Result>,
  ) {}

  query<Found>(sql: string, params: readonly Value[] = []): Promise<readonly Found[]> {
    return this.run(() => this.file.all(sql, params) as Found[]);
  }

  execute(sql: string, params: readonly Value[] = []): Promise<number> {
    return this.run(() => this.file.change(sql, params));
  }

  async columnsOf(table: string): Promise<readonly string[]> {
    const sql = 'SELECT name FROM pragma_table_info($1)';
    return (await this.query<{ name: string }>(sql, [table])).map(({ name }) => name);
  }

  rowsByKey<Found>(table: string, key: string, keys: readonly string[]): Promise<Found[]> {
    const sql = `SELECT * FROM ${table} WHERE ${key} = $1`;
    return this.run(() => keys.flatMap((one) => this.file.all(sql, [one]) as Found[]));
  }

  putRows(table: string, definition: TableDefinition, rows: readonly Row[]): Promise<void> {
    const columns = Object.keys(definition.columns);
    const names = [...columns, ROW_SUM];
    const places = names.map((_name, index) => `$${index + 1}`);
    const updates = names.map((name) => `${name} = excluded.${name}`);
    // An upsert keeps the row's number, by which the index of words finds it.
    const sql = `INSERT INTO ${table} (${names.join(', ')}) VALUES (${places.join(', ')})
      ON CONFLICT (${definition.key}) DO UPDATE SET ${updates.join(', ')}`;
    return this.run(() => {
      for (const row of rows) {
        const values = storedValues(row, definition);
        const sum = sumOfRow(values.map((value, index) => [columns[index] ?? '', value]));
        this.file.change(sql, [...values, sum]);
      }
    });
  }

  removeRows(table: string, key: string, keys: readonly string[]): Promise<void> {
    const sql = `DELETE FROM ${table} WHERE ${key} = $1`;
    return this.run(() => {
      for (const one of keys) this.file.change(sql, [one]);
    });
  }
}

/**
 * A transaction gets the only connection to itself, because SQLite would run another caller's
 * statement as part of it. Other statements and transactions wait until it ends.
 */
export class SqliteDatabase extends SqliteStatements implements Database {
  protected constructor(
    file: PreparedFile,
    private readonly turns: Turns,
  ) {
    super(file, (work) => turns.whenFree(work));
  }

  /**
   * For the single writer of a thread; creates the file if it does not exist. A second one in the
   * same thread would block on the first one's transaction for ever.
   */
  static open(dataDir: string): SqliteDatabase {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    const database = new DatabaseSync(join(dataDir, FILE_NAME));
    database.exec(`PRAGMA busy_timeout = ${BUSY_MS}`);
    // WAL lets readers continue beside the writer.
    set(database, 'journal_mode', 'wal');
    // 1 is NORMAL: commits do not wait for the disk. The checkpoint at 16 MiB writes rows that many
    // batches changed only once.
    set(database, 'synchronous', 1);
    set(database, 'wal_autocheckpoint', 4_096);
    return SqliteDatabase.on(database);
  }

  /** For reading the file beside its writer. */
  static openForReading(dataDir: string): ReadOnlyDatabase {
    return new SqliteReader(new PreparedFile(readingConnection(dataDir)), new Turns());
  }

  /** A snapshot: all reads see one moment, regardless of concurrent writes. */
  static openSnapshot(dataDir: string): ReadOnlyDatabase {
    const database = readingConnection(dataDir);
    database.exec('BEGIN');
    return SqliteDatabase.on(database);
  }

  /** On a connection of the caller's own. */
  static on(database: DatabaseSync): SqliteDatabase {
    return new SqliteDatabase(new PreparedFile(database), new Turns());
  }

  transaction<Result>(work: (statements: Statements) => Promise<Result>): Promise<Result> {
    return this.turns.alone(async () => {
      // IMMEDIATE takes the write lock first: a transaction that reads first could not write after
      // another writer.
      this.file.change('BEGIN IMMEDIATE');
      try {
        const result = await work(new SqliteStatements(this.file, promised));
        this.file.change('COMMIT');
        return result;
      } catch (error) {
        this.file.rollBack();
        throw error;
      }
    });
  }

  restructure(work: (statements: Statements) => Promise<void>): Promise<void> {
    return this.transaction(work);
  }

  async freeBytes(): Promise<number> {
    const { folder } = this.file;
    if (folder === undefined) return Infinity;
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  }

  close(): Promise<void> {
    return this.turns.whenFree(() => this.file.close());
  }
}

/** A connection that never writes, so that all commits are those of others. */
class SqliteReader extends SqliteDatabase {
  // https://www.sqlite.org/pragma.html#pragma_data_version
  commitMark(): number {
    const [found] = this.file.all('PRAGMA data_version', []) as { data_version: number }[];
    if (found === undefined) throw new Error('SQLite tells no data_version');
    return found.data_version;
  }
}

/** Gives the connection to one transaction, or else to everyone. */
class Turns {
  private ended: Promise<void> | undefined;

  async whenFree<Result>(work: () => Result): Promise<Result> {
    while (this.ended !== undefined) await this.ended;
    return work();
  }

  async alone<Result>(work: () => Promise<Result>): Promise<Result> {
    while (this.ended !== undefined) await this.ended;
    let end = () => {};
    this.ended = new Promise((resolve) => (end = resolve));
    try {
      return await work();
    } finally {
      this.ended = undefined;
      end();
    }
  }
}

interface PreparedStatement {
  readonly statement: StatementSync;
  /** For each placeholder, the index of its parameter, from 0. */
  readonly order: readonly number[];
}

/** A connection that prepares each statement once and translates errors to the port's. */
class PreparedFile {
  private readonly prepared = new Map<string, PreparedStatement>();

  constructor(private readonly database: DatabaseSync) {}

  /** Undefined for a database in memory. */
  get folder(): string | undefined {
    const path = this.database.location();
    return path === null ? undefined : dirname(path);
  }

  all(sql: string, params: readonly Value[]): unknown[] {
    try {
      const { statement, order } = this.prepare(sql);
      return statement.all(...bound(params, order));
    } catch (error) {
      throw translateSqliteError(error);
    }
  }

  change(sql: string, params: readonly Value[] = []): number {
    try {
      const { statement, order } = this.prepare(sql);
      return Number(statement.run(...bound(params, order)).changes);
    } catch (error) {
      throw translateSqliteError(error);
    }
  }

  rollBack(): void {
    if (this.database.isTransaction) this.database.exec('ROLLBACK');
  }

  close(): void {
    this.database.close();
  }

  /** node:sqlite takes `$1` only by name; positional `?` parameters are faster. */
  private prepare(sql: string): PreparedStatement {
    const known = this.prepared.get(sql);
    if (known !== undefined) return known;
    const order: number[] = [];
    const text = sql.replace(/\$(\d+)/g, (_match, number: string) => {
      order.push(Number(number) - 1);
      return '?';
    });
    const prepared = { statement: this.database.prepare(text), order };
    if (this.prepared.size >= MAX_PREPARED) this.prepared.clear();
    this.prepared.set(sql, prepared);
    return prepared;
  }
}

function bound(params: readonly Value[], order: readonly number[]): SQLInputValue[] {
  return order.map((index) => {
    const value = params[index];
    if (value === undefined) throw new TypeError(`Parameter $${index + 1} is missing`);
    return value;
  });
}

function readingConnection(dataDir: string): DatabaseSync {
  const database = new DatabaseSync(join(dataDir, FILE_NAME), { readOnly: true });
  database.exec(`PRAGMA busy_timeout = ${BUSY_MS}; PRAGMA cache_size = -32768`);
  return database;
}

/** SQLite does not report a setting that it did not change. */
function set(database: DatabaseSync, setting: string, value: string | number): void {
  database.exec(`PRAGMA ${setting} = ${value}`);
  const found = database.prepare(`PRAGMA ${setting}`).get()?.[setting];
  if (found !== value) throw new Error(`SQLite keeps ${setting} at ${String(found)}`);
}

/** Runs SQLite's synchronous work at once; an error rejects the promise. */
function promised<Result>(work: () => Result): Promise<Result> {
  return new Promise((resolve) => resolve(work()));
}

/** The service stops, and has closed the file under those who still ask. */
const CLOSED = 'ERR_INVALID_STATE';

/** Disk full; a write refused by a quota or limit; no room for the index of the WAL. */
const NO_ROOM = [13, 778, 4874] as readonly unknown[];

/** https://www.sqlite.org/rescode.html; only the message identifies a missing table or column. */
function translateSqliteError(error: unknown): unknown {
  if (Error.isError(error) && 'code' in error && error.code === CLOSED) {
    return new ReadModelsUnavailableError(error);
  }
  if (typeof error !== 'object' || error === null || !('errcode' in error)) return error;
  if (NO_ROOM.includes(error.errcode)) return new ReadModelsFullError(error);
  const message = 'message' in error ? String(error.message) : '';
  if (message.startsWith('no such table')) return new MissingTableError(error);
  if (message.startsWith('no such column')) return new MissingColumnError(message, error);
  return error;
}
