// The Postgres adapter: a connection pool with timeouts on every operation.
import type pg from 'pg';
import type { Database, Dialect, ReadOnlyDatabase, Statements } from './database.js';
import { postgresKeySearch } from './key-search.js';
import { translated } from './postgres-errors.js';
import { CLOSE_MS, openClient, openPool, type PoolLimits } from './postgres-session.js';
import type { ColumnType, Row, TableDefinition } from './table.js';
import { storedValue } from './stored-rows.js';
import { ReadModelsUnavailableError } from './unavailable.js';
import { systemTime, type Time } from '../waiting/time.js';
import { withTimeout } from '../waiting/with-timeout.js';
import { postgresWordSearch } from './word-search.js';

/** Keys of advisory locks: for changes of tables, for the projector, for the relay to Kafka. */
export const LOCKS = {
  structure: 0x43_47_01,
  projector: 0x43_47_02,
  relay: 0x43_47_03,
} as const;

const dialect: Dialect = {
  // JSON is stored as written (`json`, not `jsonb`): no query reads inside it.
  types: { text: 'TEXT COLLATE "C"', integer: 'BIGINT', json: 'JSON', boolean: 'BOOLEAN' },
  tableOptions: '',
  forUpdate: 'FOR UPDATE',
  wordSearch: postgresWordSearch,
  keySearch: postgresKeySearch,
};

const ARRAY_TYPES: Record<ColumnType, string> = { text: 'text', integer: 'bigint', json: 'text' };

/** What a pool, and a connection, take statements by. */
interface Queryable {
  query<Found extends pg.QueryResultRow>(
    sql: string,
    params: unknown[],
  ): Promise<pg.QueryResult<Found>>;
}

/** A connection takes one statement at a time, so those that come meanwhile wait for their turn. */
class InTurn implements Queryable {
  private last: Promise<unknown> = Promise.resolve();

  constructor(private readonly client: pg.Client) {}

  query<Found extends pg.QueryResultRow>(
    sql: string,
    params: unknown[],
  ): Promise<pg.QueryResult<Found>> {
    const answer = this.last.then(() => this.client.query<Found>(sql, params));
    this.last = answer.catch(ignored);
    return answer;
  }
}

/**
 * A pool's timeouts are of the connection and of the answer, each: the caller has one for both. Its
 * next statements do not wait again, for a while.
 */
class WithinTime implements Queryable {
  private restUntil = -Infinity;

  constructor(
    private readonly pool: Queryable,
    private readonly answerMs: number,
    private readonly restMs: number,
    private readonly time: Time = systemTime,
  ) {}

  async query<Found extends pg.QueryResultRow>(
    sql: string,
    params: unknown[],
  ): Promise<pg.QueryResult<Found>> {
    const { answerMs, time } = this;
    const late = () => new ReadModelsUnavailableError(new Error(`no answer in ${answerMs} ms`));
    if (time.monotonicMs() < this.restUntil) throw late();
    // After our own timer has started: the pool's end at the same time, and would be the first.
    const answer = Promise.resolve().then(() => this.pool.query<Found>(sql, params));
    const resting = () => {
      this.restUntil = time.monotonicMs() + this.restMs;
      return late();
    };
    return withTimeout(answer, answerMs, resting, time);
  }
}

/** Statements on a connection in a transaction, or on any connection of a pool. */
class PostgresStatements implements Statements {
  readonly dialect = dialect;

  constructor(private readonly connection: Queryable) {}

  async query<Found>(sql: string, params: readonly unknown[] = []): Promise<readonly Found[]> {
    const { rows } = await translated(this.connection.query<Found & object>(sql, [...params]));
    return rows;
  }

  async execute(sql: string, params: readonly unknown[] = []): Promise<number> {
    return (await translated(this.connection.query(sql, [...params]))).rowCount ?? 0;
  }

  async columnsOf(table: string): Promise<readonly string[]> {
    const found = await this.query<{ attname: string }>(
      `SELECT attname FROM pg_attribute
       WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped ORDER BY attnum`,
      [table],
    );
    return found.map(({ attname }) => attname);
  }

  rowsByKey<Found>(table: string, key: string, keys: readonly string[]): Promise<readonly Found[]> {
    return this.query(`SELECT * FROM ${table} WHERE ${key} = ANY($1::text[])`, [keys]);
  }

  async putRows(
    table: string,
    { key, columns }: TableDefinition,
    rows: readonly Row[],
  ): Promise<void> {
    const names = Object.keys(columns);
    const types = Object.values(columns);
    const arrays = types.map((type, index) => `$${index + 1}::${ARRAY_TYPES[type]}[]`);
    const values = names.map((name) => (columns[name] === 'json' ? `${name}::json` : name));
    const updates = names
      .filter((name) => name !== key)
      .map((name) => `${name} = excluded.${name}`);
    await this.execute(
      `INSERT INTO ${table} (${names.join(', ')})
       SELECT ${values.join(', ')} FROM unnest(${arrays.join(', ')}) AS given (${names.join(', ')})
       ON CONFLICT (${key}) DO UPDATE SET ${updates.join(', ')}`,
      Object.entries(columns).map(([name, type]) =>
        rows.map((row) => storedValue(row[name], type)),
      ),
    );
  }

  async removeRows(table: string, key: string, keys: readonly string[]): Promise<void> {
    await this.execute(`DELETE FROM ${table} WHERE ${key} = ANY($1::text[])`, [keys]);
  }
}

/** On a separate connection, for callers that know nothing of each other. */
export function statementsOn(client: pg.Client): Statements {
  return new PostgresStatements(new InTurn(client));
}

export class PostgresDatabase extends PostgresStatements implements Database {
  private readonly clients = new Set<pg.PoolClient>();

  private constructor(
    private readonly pool: pg.Pool,
    { answerMs, restMs = 0 }: PoolLimits,
  ) {
    super(answerMs === undefined ? pool : new WithinTime(pool, answerMs, restMs));
    pool.on('connect', (client) => this.clients.add(client));
    pool.on('remove', (client) => this.clients.delete(client));
  }

  static open(connectionString: string, limits: PoolLimits): PostgresDatabase {
    return new PostgresDatabase(openPool(connectionString, limits), limits);
  }

  /** Each caller gets a separate transaction on its own connection. */
  async transaction<Result>(work: (statements: Statements) => Promise<Result>): Promise<Result> {
    const client = await translated(this.pool.connect());
    // A broken connection emits an error on the client in addition to failing the query.
    client.on('error', ignored);
    let failure: unknown;
    try {
      const statements = new PostgresStatements(client);
      await statements.execute('BEGIN');
      const result = await work(statements);
      await statements.execute('COMMIT');
      return result;
    } catch (error) {
      failure = error;
      await client.query('ROLLBACK').catch(ignored);
      throw error;
    } finally {
      client.off('error', ignored);
      client.release(failure instanceof ReadModelsUnavailableError);
    }
  }

  restructure(work: (statements: Statements) => Promise<void>): Promise<void> {
    return this.transaction(async (statements) => {
      await statements.query('SELECT pg_advisory_xact_lock($1)', [LOCKS.structure]);
      await work(statements);
    });
  }

  /** A standby, and `default_transaction_read_only` of server, database or role. */
  async proveWritable(): Promise<void> {
    const sql = "SELECT current_setting('transaction_read_only') AS only_reads";
    const [row] = await this.query<{ only_reads: string }>(sql);
    if (row?.only_reads === 'on')
      throw new ReadModelsUnavailableError(new Error('it is read-only'));
  }

  /** Statements under way have a moment to end; then their connections are broken. */
  async close(): Promise<void> {
    const late = setTimeout(() => this.breakOff(), CLOSE_MS);
    try {
      await this.pool.end();
    } finally {
      clearTimeout(late);
    }
  }

  private breakOff(): void {
    for (const client of this.clients) void client.end().catch(ignored);
  }
}

/** A snapshot: all reads see one moment, regardless of concurrent writes. */
export class PostgresSnapshot extends PostgresStatements implements ReadOnlyDatabase {
  private constructor(private readonly client: pg.Client) {
    super(client);
  }

  static async open(connectionString: string): Promise<PostgresSnapshot> {
    const client = await openClient(connectionString);
    await translated(client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY'));
    // A comparison may take longer than other statements may.
    await translated(
      client.query(
        'SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0',
      ),
    );
    return new PostgresSnapshot(client);
  }

  close(): Promise<void> {
    return this.client.end();
  }
}

function ignored(): void {}
