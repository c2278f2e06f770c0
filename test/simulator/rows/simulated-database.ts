// The database of the read models as one instance has it: the real SQL on SQLite in memory, with the
// faults of a database, and the time that a commit takes.
import type { Database, Statements, Value } from '../../../src/read-models/database.js';
import { SqliteDatabase } from '../../../src/read-models/sqlite.js';
import { type Row, type TableDefinition, tableName } from '../../../src/read-models/table.js';
import {
  ReadModelsFullError,
  ReadModelsUnavailableError,
} from '../../../src/read-models/unavailable.js';
import type { Randomness } from '../randomness.js';
import type { Life, Schedule } from '../schedule.js';
import type { RowPlace, WrittenRows } from './row-place.js';

/** How often, from 0 to 1. */
export interface RowFaultRates {
  /** A commit is done, and nobody is told: the connection broke. */
  readonly commitAnswerLost: number;
}

export interface SimulatedDatabaseOptions {
  readonly place: RowPlace;
  readonly life: Life;
  readonly schedule: Schedule;
  readonly randomness: Randomness;
  readonly rates: RowFaultRates;
  readonly onFault: (fault: keyof RowFaultRates) => void;
  /** Whether the answer to a change outside of a transaction may get lost, too. */
  readonly losesAnswers?: boolean;
}

const CHECKPOINT = 'UPDATE read_model_generation SET checkpoint';
/** How long a query may take at times, and a commit always, in milliseconds. */
const MOST_MS = 3;
const SLOW_QUERY = 0.1;

export class SimulatedDatabase implements Database {
  readonly dialect;
  private readonly sqlite: SqliteDatabase;

  constructor(private readonly options: SimulatedDatabaseOptions) {
    this.sqlite = SqliteDatabase.on(options.place.file);
    this.dialect = this.sqlite.dialect;
  }

  query<Found>(sql: string, params?: readonly Value[]): Promise<readonly Found[]> {
    return this.asked(() => this.sqlite.query<Found>(sql, params));
  }

  execute(sql: string, params: readonly Value[] = []): Promise<number> {
    return this.asked(async () => {
      if (sql === NOTIFY) {
        this.tell(String(params[0]));
        return 0;
      }
      this.demandRoom();
      const changed = await this.sqlite.execute(sql, params);
      if (this.options.losesAnswers === true) await this.answered(true);
      return changed;
    });
  }

  columnsOf(table: string): Promise<readonly string[]> {
    return this.asked(() => this.sqlite.columnsOf(table));
  }

  rowsByKey<Found>(table: string, key: string, keys: readonly string[]): Promise<readonly Found[]> {
    return this.asked(() => this.sqlite.rowsByKey<Found>(table, key, keys));
  }

  putRows(table: string, definition: TableDefinition, rows: readonly Row[]): Promise<void> {
    return this.asked(() => this.sqlite.putRows(table, definition, rows));
  }

  removeRows(table: string, key: string, keys: readonly string[]): Promise<void> {
    return this.asked(() => this.sqlite.removeRows(table, key, keys));
  }

  async transaction<Result>(work: (statements: Statements) => Promise<Result>): Promise<Result> {
    const { place, life } = this.options;
    this.demandThere();
    await place.take(life);
    const written = new Map<string, WrittenRows>();
    const moved = new Set<string>();
    const told: string[] = [];
    try {
      this.demandThere();
      const result = await this.sqlite.transaction(async (statements) => {
        const done = await work(noting(statements, written, moved, told));
        this.demandThere();
        if (written.size > 0 || moved.size > 0) this.demandRoom();
        return done;
      });
      await place.committed(written, moved);
      for (const payload of told) this.tell(payload);
      await this.answered(written.size > 0);
      return result;
    } finally {
      place.release(life);
    }
  }

  restructure(work: (statements: Statements) => Promise<void>): Promise<void> {
    return this.transaction(work);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  private async asked<Result>(ask: () => Promise<Result>): Promise<Result> {
    const { place, life, randomness } = this.options;
    this.demandThere();
    if (randomness.chance(SLOW_QUERY)) await this.pause('query');
    await place.whenFree(life);
    this.demandThere();
    return ask();
  }

  /** The commit is done; the answer takes a while, or never comes. */
  private async answered(hasWritten: boolean): Promise<void> {
    const { place, randomness, rates, onFault } = this.options;
    if (!hasWritten) return;
    await this.pause('commit');
    if (!place.isShared || !randomness.chance(rates.commitAnswerLost)) return;
    onFault('commitAnswerLost');
    throw new ReadModelsUnavailableError(new Error('The connection broke after a commit'));
  }

  private pause(label: string): Promise<void> {
    const { schedule, life, randomness } = this.options;
    return new Promise((resolve) => {
      schedule.after(randomness.below(MOST_MS + 1), life, label, resolve);
    });
  }

  /** Other instances hear of a commit a little later, one after the other. */
  private tell(payload: string): void {
    const { place, schedule } = this.options;
    for (const [life, listener] of place.followers) {
      schedule.after(1, life, 'told of a commit', () => listener(payload));
    }
  }

  private demandThere(): void {
    if (!this.options.place.isAway) return;
    throw new ReadModelsUnavailableError(new Error('The database does not answer'));
  }

  private demandRoom(): void {
    if (this.options.place.isFull) throw new ReadModelsFullError(new Error('No room is left'));
  }
}

/** The same statements, with what they write noted. */
function noting(
  statements: Statements,
  written: Map<string, WrittenRows>,
  moved: Set<string>,
  told: string[],
): Statements {
  const note = (table: string, definition: TableDefinition, keys: readonly string[]) => {
    const rows = written.get(table) ?? { definition, keys: new Set<string>() };
    for (const key of keys) rows.keys.add(key);
    written.set(table, rows);
  };
  return {
    dialect: statements.dialect,
    query: (sql, params) => statements.query(sql, params),
    columnsOf: (table) => statements.columnsOf(table),
    rowsByKey: (table, key, keys) => statements.rowsByKey(table, key, keys),
    removeRows: (table, key, keys) => statements.removeRows(table, key, keys),
    execute: (sql, params = []) => {
      if (sql === NOTIFY) {
        told.push(String(params[0]));
        return Promise.resolve(0);
      }
      if (sql.startsWith(CHECKPOINT)) moved.add(tableOf(params));
      return statements.execute(sql, params);
    },
    putRows: (table, definition, rows) => {
      note(
        table,
        definition,
        rows.map((row) => String(row[definition.key])),
      );
      return statements.putRows(table, definition, rows);
    },
  };
}

/** Of the simulated role alone: others hear of it, in a transaction once that has committed. */
export const NOTIFY = 'NOTIFY';

function tableOf([name, generation]: readonly Value[]): string {
  return tableName({ name: String(name), generation: Number(generation) });
}
