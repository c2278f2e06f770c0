// Rows of the read models in SQLite, for the projector that fills them.
import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite';
import { type Comparison, countStatement, differingStatement } from '../comparison.js';
import {
  type CaughtUp,
  type GenerationChange,
  type LogPlace,
  projectedTo,
  type Promotion,
  type ReplayHolder,
  type RowStore,
  type SkipKind,
  type SkippedEvent,
} from '../row-store.js';
import {
  type Generation,
  type Registry,
  type Row,
  type TableDefinition,
  tableName,
} from '../table.js';
import { meant, openForReading, openForWriting, promised } from './database.js';
import {
  insertGeneration,
  makeStandby,
  moveEpoch,
  promoteGeneration,
  readEpoch,
  readGenerations,
  readRegistry,
  recordFold,
} from './generations.js';
import { readPlace, startOver, writePlace } from './log-place.js';
import { beatHolder, isHeldBy, readHolder, removeHolder, writeHolder } from './replay-holder.js';
import { decoded, encoded, tableStatements } from './stored-rows.js';

export class SqliteRowStore implements RowStore {
  private readonly prepared = new Map<string, StatementSync>();

  private constructor(private readonly database: DatabaseSync) {}

  static open(dataDir: string): SqliteRowStore {
    return SqliteRowStore.on(openForWriting(dataDir));
  }

  /** On a file that is open for writing. */
  static on(database: DatabaseSync): SqliteRowStore {
    return new SqliteRowStore(database);
  }

  /** For comparing: all that is read comes from one moment, whatever is written meanwhile. */
  static openSnapshot(dataDir: string): SqliteRowStore {
    const database = openForReading(dataDir);
    database.exec('BEGIN');
    return new SqliteRowStore(database);
  }

  registry(): Promise<Registry> {
    return promised(() => readRegistry(this.database));
  }

  generations(): Promise<readonly Generation[]> {
    return promised(() => readGenerations(this.database));
  }

  create(generation: Generation, table: TableDefinition): Promise<void> {
    return this.transaction(() => {
      this.database.exec(tableStatements(generation, table));
      insertGeneration(this.database, generation);
      moveEpoch(this.database);
    });
  }

  recordFold(generation: Generation, foldHash: string): Promise<void> {
    return this.transaction(() => recordFold(this.database, generation, foldHash));
  }

  drop({ name, generation }: Generation): Promise<void> {
    this.prepared.clear();
    return this.transaction(() => {
      const { changes } = this.database
        .prepare(
          "DELETE FROM read_model_generation WHERE name = ? AND generation = ? AND status <> 'LIVE'",
        )
        .run(name, generation);
      if (changes === 0) return;
      this.database.exec(`DROP TABLE ${tableName({ name, generation })}`);
      moveEpoch(this.database);
    });
  }

  load(
    generation: Generation,
    table: TableDefinition,
    keys: readonly string[],
  ): Promise<Map<string, Row>> {
    return promised(() => {
      const sql = `SELECT * FROM ${tableName(generation)} WHERE ${table.key} = ?`;
      const select = this.statement(sql);
      const rows = new Map<string, Row>();
      for (const key of keys) {
        const stored = select.get(key);
        if (stored !== undefined) rows.set(key, decoded(stored, table));
      }
      return rows;
    });
  }

  commit(
    changes: readonly GenerationChange[],
    checkpoint: bigint,
    skipped: readonly SkippedEvent[],
    epoch: number,
    standsOn?: LogPlace,
  ): Promise<boolean> {
    return this.transaction(() => {
      if (readEpoch(this.database) !== epoch) return false;
      for (const change of changes) this.write(change, checkpoint);
      for (const event of skipped) this.recordSkip(event);
      if (standsOn !== undefined) writePlace(this.database, standsOn);
      return true;
    });
  }

  standsOn(): Promise<LogPlace | null> {
    return promised(() => readPlace(this.database));
  }

  startOver(kept: readonly Generation[]): Promise<void> {
    this.prepared.clear();
    return this.transaction(() => startOver(this.database, kept));
  }

  fill(
    changes: readonly GenerationChange[],
    checkpoint: bigint,
    skipped: readonly SkippedEvent[],
    holder: ReplayHolder,
  ): Promise<boolean> {
    return this.transaction(() => {
      if (!isHeldBy(this.database, holder)) return false;
      for (const change of changes) this.write(change, checkpoint);
      for (const event of skipped) this.recordSkip(event);
      return true;
    });
  }

  async join(
    building: readonly Generation[],
    holder: ReplayHolder,
    catchUp: (checkpoint: bigint) => Promise<CaughtUp>,
  ): Promise<boolean> {
    // The projector, which writes to the same file, waits for this transaction.
    this.database.exec('BEGIN IMMEDIATE');
    try {
      const isHeld = isHeldBy(this.database, holder);
      if (isHeld) await this.joinHeld(building, catchUp);
      this.database.exec('COMMIT');
      return isHeld;
    } catch (error) {
      if (this.database.isTransaction) this.database.exec('ROLLBACK');
      throw meant(error);
    }
  }

  private async joinHeld(
    building: readonly Generation[],
    catchUp: (checkpoint: bigint) => Promise<CaughtUp>,
  ): Promise<void> {
    const checkpoint = projectedTo(readGenerations(this.database));
    const { changes, skipped } = await catchUp(checkpoint);
    for (const change of changes) this.write(change, checkpoint);
    for (const event of skipped) this.recordSkip(event);
    for (const generation of building) makeStandby(this.database, generation);
    moveEpoch(this.database);
  }

  promote(promotions: readonly Promotion[], at: number): Promise<void> {
    return this.transaction(() => {
      for (const promotion of promotions) promoteGeneration(this.database, promotion, at);
      moveEpoch(this.database);
    });
  }

  setPaused(name: string, isPaused: boolean): Promise<void> {
    return this.transaction(() => {
      this.database
        .prepare('UPDATE read_model_generation SET is_paused = ? WHERE name = ?')
        .run(isPaused ? 1 : 0, name);
      moveEpoch(this.database);
    });
  }

  skipped(): Promise<readonly SkippedEvent[]> {
    return promised(() =>
      this.database.prepare('SELECT * FROM skipped_event').all().map(skippedEvent).sort(byPosition),
    );
  }

  claimReplay(
    holder: ReplayHolder,
    isAlive: (other: ReplayHolder) => boolean,
  ): Promise<ReplayHolder | null> {
    return this.transaction(() => {
      const found = readHolder(this.database);
      if (found !== null && isAlive(found)) return found;
      writeHolder(this.database, holder);
      return null;
    });
  }

  beatReplay(holder: ReplayHolder, at: number): Promise<void> {
    return promised(() => beatHolder(this.database, holder, at));
  }

  releaseReplay(holder: ReplayHolder): Promise<void> {
    return promised(() => removeHolder(this.database, holder));
  }

  /** A file belongs to one service, whose projector is the only one. */
  holdRole(signal: AbortSignal): Promise<AbortSignal> {
    signal.throwIfAborted();
    return Promise.resolve(new AbortController().signal);
  }

  follow(): Promise<void> {
    return Promise.resolve();
  }

  async *rows(generation: Generation, table: TableDefinition): AsyncIterable<Row> {
    const select = this.database.prepare(
      `SELECT * FROM ${tableName(generation)} ORDER BY ${table.key}`,
    );
    for (const stored of select.iterate()) yield await Promise.resolve(decoded(stored, table));
  }

  compare(one: Generation, other: Generation, table: TableDefinition): Promise<Comparison | null> {
    return promised(() => {
      if (![one, other].every((each) => this.hasColumns(each, table))) return null;
      const counted = this.database.prepare(countStatement(one, other, table)).get();
      const differing = this.database.prepare(differingStatement(one, other, table)).all();
      return {
        rows: Number(counted?.['count']),
        differing: differing.map(({ key }) => String(key)),
      };
    });
  }

  private hasColumns(generation: Generation, { columns }: TableDefinition): boolean {
    const found = this.database.prepare(`PRAGMA table_info(${tableName(generation)})`).all();
    const names = found.map(({ name }) => name);
    return Object.keys(columns).every((column) => names.includes(column));
  }

  close(): Promise<void> {
    return promised(() => this.database.close());
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

  private recordSkip(event: SkippedEvent): void {
    const { name, position, stream, revision, type, reason, kind } = event;
    this.statement(
      'INSERT OR IGNORE INTO skipped_event (name, position, stream, revision, type, reason, kind) VALUES (?, ?, ?, ?, ?, ?, ?)',
    ).run(name, String(position), stream, revision, type, reason, kind);
  }

  private statement(sql: string): StatementSync {
    const known = this.prepared.get(sql);
    if (known !== undefined) return known;
    const statement = this.database.prepare(sql);
    this.prepared.set(sql, statement);
    return statement;
  }

  private transaction<Result>(work: () => Result): Promise<Result> {
    return promised(() => {
      this.database.exec('BEGIN IMMEDIATE');
      try {
        const result = work();
        this.database.exec('COMMIT');
        return result;
      } catch (error) {
        if (this.database.isTransaction) this.database.exec('ROLLBACK');
        throw meant(error);
      }
    });
  }
}

type Stored = Readonly<Record<string, SQLOutputValue>>;

function skippedEvent(row: Stored): SkippedEvent {
  return {
    name: String(row['name']),
    kind: row['kind'] as SkipKind,
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
