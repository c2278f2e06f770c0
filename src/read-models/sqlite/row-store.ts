// Rows of the read models in SQLite, for the projector that fills them.
import type { DatabaseSync, SQLInputValue, SQLOutputValue, StatementSync } from 'node:sqlite';
import {
  type GenerationChange,
  projectedTo,
  type Promotion,
  type ReplayHolder,
  type RowStore,
  type SkippedEvent,
} from '../row-store.js';
import {
  type Generation,
  type Registry,
  type Row,
  type TableDefinition,
  tableName,
} from '../table.js';
import { openForReading, openForWriting } from './database.js';
import {
  insertGeneration,
  moveEpoch,
  promoteGeneration,
  readEpoch,
  readGenerations,
  readRegistry,
} from './generations.js';

const SQL_TYPES = { text: 'TEXT', integer: 'INTEGER', json: 'TEXT' } as const;

export class SqliteRowStore implements RowStore {
  private readonly prepared = new Map<string, StatementSync>();

  private constructor(private readonly database: DatabaseSync) {}

  static open(dataDir: string): SqliteRowStore {
    return new SqliteRowStore(openForWriting(dataDir));
  }

  /** For comparing: all that is read comes from one moment, whatever is written meanwhile. */
  static openSnapshot(dataDir: string): SqliteRowStore {
    const database = openForReading(dataDir);
    database.exec('BEGIN');
    return new SqliteRowStore(database);
  }

  registry(): Promise<Registry> {
    return Promise.resolve(readRegistry(this.database));
  }

  generations(): Promise<readonly Generation[]> {
    return Promise.resolve(readGenerations(this.database));
  }

  create(generation: Generation, table: TableDefinition): Promise<void> {
    this.transaction(() => {
      this.database.exec(tableStatements(generation, table));
      insertGeneration(this.database, generation);
      moveEpoch(this.database);
    });
    return Promise.resolve();
  }

  drop({ name, generation }: Generation): Promise<void> {
    this.prepared.clear();
    this.transaction(() => {
      const { changes } = this.database
        .prepare(
          "DELETE FROM read_model_generation WHERE name = ? AND generation = ? AND status <> 'LIVE'",
        )
        .run(name, generation);
      if (changes === 0) return;
      this.database.exec(`DROP TABLE ${tableName({ name, generation })}`);
      moveEpoch(this.database);
    });
    return Promise.resolve();
  }

  load(
    generation: Generation,
    table: TableDefinition,
    keys: readonly string[],
  ): Promise<Map<string, Row>> {
    const select = this.statement(`SELECT * FROM ${tableName(generation)} WHERE ${table.key} = ?`);
    const rows = new Map<string, Row>();
    for (const key of keys) {
      const stored = select.get(key);
      if (stored !== undefined) rows.set(key, decoded(stored, table));
    }
    return Promise.resolve(rows);
  }

  commit(
    changes: readonly GenerationChange[],
    checkpoint: bigint,
    skipped: readonly SkippedEvent[],
    epoch: number,
  ): Promise<boolean> {
    const isCurrent = this.transaction(() => {
      if (readEpoch(this.database) !== epoch) return false;
      for (const change of changes) this.write(change, checkpoint);
      for (const event of skipped) this.recordSkip(event);
      return true;
    });
    return Promise.resolve(isCurrent);
  }

  fill(changes: readonly GenerationChange[], checkpoint: bigint): Promise<void> {
    this.transaction(() => {
      for (const change of changes) this.write(change, checkpoint);
    });
    return Promise.resolve();
  }

  async join(
    building: readonly Generation[],
    catchUp: (checkpoint: bigint) => Promise<readonly GenerationChange[]>,
  ): Promise<void> {
    // The projector, which writes to the same file, waits for this transaction.
    this.database.exec('BEGIN IMMEDIATE');
    try {
      const checkpoint = projectedTo(readGenerations(this.database));
      for (const change of await catchUp(checkpoint)) this.write(change, checkpoint);
      const join = this.database.prepare(
        `UPDATE read_model_generation SET status = 'STANDBY', checkpoint = ?
         WHERE name = ? AND generation = ? AND status = 'BUILDING'`,
      );
      for (const { name, generation } of building) join.run(String(checkpoint), name, generation);
      moveEpoch(this.database);
      this.database.exec('COMMIT');
    } catch (error) {
      if (this.database.isTransaction) this.database.exec('ROLLBACK');
      throw error;
    }
  }

  promote(promotions: readonly Promotion[], at: number): Promise<void> {
    this.transaction(() => {
      for (const promotion of promotions) promoteGeneration(this.database, promotion, at);
      moveEpoch(this.database);
    });
    return Promise.resolve();
  }

  setPaused(name: string, isPaused: boolean): Promise<void> {
    this.transaction(() => {
      this.database
        .prepare('UPDATE read_model_generation SET is_paused = ? WHERE name = ?')
        .run(isPaused ? 1 : 0, name);
      moveEpoch(this.database);
    });
    return Promise.resolve();
  }

  skipped(): Promise<readonly SkippedEvent[]> {
    const rows = this.database.prepare('SELECT * FROM skipped_event').all();
    return Promise.resolve(rows.map(skippedEvent).sort(byPosition));
  }

  claimReplay(
    holder: ReplayHolder,
    isAlive: (other: ReplayHolder) => boolean,
  ): Promise<ReplayHolder | null> {
    const other = this.transaction(() => {
      const row = this.database.prepare('SELECT * FROM replay_holder').get();
      const found = row === undefined ? null : replayHolder(row);
      if (found !== null && isAlive(found)) return found;
      const { pid, host, startedAt, beatAt } = holder;
      this.database
        .prepare('INSERT OR REPLACE INTO replay_holder VALUES (1, ?, ?, ?, ?)')
        .run(pid, host, startedAt, beatAt);
      return null;
    });
    return Promise.resolve(other);
  }

  beatReplay({ pid, host }: ReplayHolder, at: number): Promise<void> {
    this.database
      .prepare('UPDATE replay_holder SET beat_at = ? WHERE pid = ? AND host = ?')
      .run(at, pid, host);
    return Promise.resolve();
  }

  releaseReplay({ pid, host }: ReplayHolder): Promise<void> {
    this.database.prepare('DELETE FROM replay_holder WHERE pid = ? AND host = ?').run(pid, host);
    return Promise.resolve();
  }

  async *rows(generation: Generation, table: TableDefinition): AsyncIterable<Row> {
    const select = this.database.prepare(
      `SELECT * FROM ${tableName(generation)} ORDER BY ${table.key}`,
    );
    for (const stored of select.iterate()) yield await Promise.resolve(decoded(stored, table));
  }

  close(): Promise<void> {
    this.database.close();
    return Promise.resolve();
  }

  private write({ generation, table, rows }: GenerationChange, checkpoint: bigint): void {
    const name = tableName(generation);
    const columns = Object.keys(table.columns);
    const upsert = this.statement(
      `INSERT OR REPLACE INTO ${name} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
    );
    const remove = this.statement(`DELETE FROM ${name} WHERE ${table.key} = ?`);
    for (const [key, row] of rows) {
      if (row === null) remove.run(key);
      else upsert.run(...encoded(row, table));
    }
    this.statement(
      'UPDATE read_model_generation SET checkpoint = ? WHERE name = ? AND generation = ?',
    ).run(String(checkpoint), generation.name, generation.generation);
  }

  private recordSkip({ name, position, stream, revision, type, reason }: SkippedEvent): void {
    this.statement(
      'INSERT OR IGNORE INTO skipped_event (name, position, stream, revision, type, reason) VALUES (?, ?, ?, ?, ?, ?)',
    ).run(name, String(position), stream, revision, type, reason);
  }

  private statement(sql: string): StatementSync {
    const known = this.prepared.get(sql);
    if (known !== undefined) return known;
    const statement = this.database.prepare(sql);
    this.prepared.set(sql, statement);
    return statement;
  }

  private transaction<Result>(work: () => Result): Result {
    this.database.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      this.database.exec('COMMIT');
      return result;
    } catch (error) {
      if (this.database.isTransaction) this.database.exec('ROLLBACK');
      throw error;
    }
  }
}

function tableStatements(generation: Generation, table: TableDefinition): string {
  const name = tableName(generation);
  const columns = Object.entries(table.columns).map(
    ([column, type]) => `${column} ${SQL_TYPES[type]}${column === table.key ? ' PRIMARY KEY' : ''}`,
  );
  const indexes = (table.indexes ?? []).map(
    (list) => `CREATE INDEX ${name}_${list.join('_')} ON ${name} (${list.join(', ')});`,
  );
  return `CREATE TABLE ${name} (${columns.join(', ')}) STRICT; ${indexes.join(' ')}`;
}

type Stored = Readonly<Record<string, SQLOutputValue>>;

function skippedEvent(row: Stored): SkippedEvent {
  return {
    name: String(row['name']),
    position: BigInt(String(row['position'])),
    stream: String(row['stream']),
    revision: Number(row['revision']),
    type: String(row['type']),
    reason: String(row['reason']),
  };
}

function byPosition(a: SkippedEvent, b: SkippedEvent): number {
  return a.position < b.position ? -1 : 1;
}

function replayHolder(row: Stored): ReplayHolder {
  return {
    pid: Number(row['pid']),
    host: String(row['host']),
    startedAt: Number(row['started_at']),
    beatAt: Number(row['beat_at']),
  };
}

function encoded(row: Row, { columns }: TableDefinition): SQLInputValue[] {
  return Object.entries(columns).map(([column, type]) => {
    const value = row[column];
    return type === 'json' ? JSON.stringify(value) : (value as SQLInputValue);
  });
}

/** A stored row with its JSON columns as values; for tables that a definition describes. */
export function decoded(stored: Record<string, unknown>, { columns }: TableDefinition): Row {
  return Object.fromEntries(
    Object.entries(columns).map(([column, type]) => {
      const value = stored[column];
      return [column, type === 'json' ? JSON.parse(String(value)) : value];
    }),
  );
}
