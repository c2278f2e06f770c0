// Rows of the read models in SQLite, for the projector that fills them.
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import type { GenerationChange, RowStore, SkippedEvent } from '../row-store.js';
import { type Generation, type Row, type TableDefinition, tableName } from '../table.js';
import { openForReading, openForWriting } from './database.js';
import { readGenerations } from './generations.js';

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

  generations(): Promise<Generation[]> {
    return Promise.resolve(readGenerations(this.database));
  }

  create(generation: Generation, table: TableDefinition): Promise<void> {
    const name = tableName(generation);
    const columns = Object.entries(table.columns).map(
      ([column, type]) =>
        `${column} ${SQL_TYPES[type]}${column === table.key ? ' PRIMARY KEY' : ''}`,
    );
    const indexes = (table.indexes ?? []).map(
      (list) => `CREATE INDEX ${name}_${list.join('_')} ON ${name} (${list.join(', ')});`,
    );
    this.transaction(() => {
      this.database.exec(
        `CREATE TABLE ${name} (${columns.join(', ')}) STRICT; ${indexes.join(' ')}`,
      );
      this.statement(
        'INSERT INTO read_model_generation (name, generation, version, status, checkpoint) VALUES (?, ?, ?, ?, ?)',
      ).run(
        generation.name,
        generation.generation,
        generation.version,
        generation.status,
        String(generation.checkpoint),
      );
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
  ): Promise<void> {
    this.transaction(() => {
      for (const change of changes) {
        this.write(change);
        this.statement(
          'UPDATE read_model_generation SET checkpoint = ? WHERE name = ? AND generation = ?',
        ).run(String(checkpoint), change.generation.name, change.generation.generation);
      }
      for (const event of skipped) this.recordSkip(event);
    });
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

  private write({ generation, table, rows }: GenerationChange): void {
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

  private transaction(work: () => void): void {
    this.database.exec('BEGIN IMMEDIATE');
    try {
      work();
      this.database.exec('COMMIT');
    } catch (error) {
      if (this.database.isTransaction) this.database.exec('ROLLBACK');
      throw error;
    }
  }
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
