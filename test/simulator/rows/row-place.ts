// One database of read models, kept across kills as of its last commit: SQLite in memory. A single
// instance has it alone, as it has its file, or several share it, as they share Postgres.
import { DatabaseSync } from 'node:sqlite';
import type { ReadOnlyDatabase } from '../../../src/read-models/database.js';
import { readGenerations } from '../../../src/read-models/generations.js';
import { migrate } from '../../../src/read-models/migrations.js';
import { SqliteDatabase } from '../../../src/read-models/sqlite.js';
import { loadRows } from '../../../src/read-models/stored-rows.js';
import {
  type Generation,
  type Row,
  type TableDefinition,
  tableName,
} from '../../../src/read-models/table.js';
import type { Life, Schedule } from '../schedule.js';
import type { RowsCommitted } from '../laws/law.js';

interface Waiting {
  readonly life: Life;
  readonly resume: () => void;
}

/** What one transaction has written, by table. */
export interface WrittenRows {
  readonly definition: TableDefinition;
  readonly keys: Set<string>;
}

export interface PlaceOptions {
  readonly isShared: boolean;
  /** What it holds at first; nothing unless given. */
  readonly image: Uint8Array | undefined;
}

export type CommitListener = (commit: RowsCommitted) => void;

export class RowPlace {
  /** On the one connection; only for whoever holds the place, or for looking while nobody does. */
  readonly file: DatabaseSync = new DatabaseSync(':memory:');
  private readonly looking = SqliteDatabase.on(this.file);
  private holder: Life | undefined;
  private readonly waiting: Waiting[] = [];
  /** Until when nothing can be read or written, in virtual milliseconds. */
  awayUntil = 0;
  /** Until when nothing can be written. */
  fullUntil = 0;
  /** Whose projector may commit here, where several share it. */
  projecting: Life | undefined;
  readonly followers = new Map<Life, (payload: string) => void>();
  /** Who claims what is to be sent, by name. */
  readonly claimLocks = new Map<string, { readonly life: Life; readonly lose: () => void }>();

  private constructor(
    readonly name: string,
    readonly isShared: boolean,
    private readonly schedule: Schedule,
    private readonly onCommit: CommitListener,
  ) {}

  static async open(
    name: string,
    { isShared, image }: PlaceOptions,
    schedule: Schedule,
    onCommit: CommitListener,
  ): Promise<RowPlace> {
    const place = new RowPlace(name, isShared, schedule, onCommit);
    if (image !== undefined) place.file.deserialize(image);
    await migrate(place.looking);
    return place;
  }

  get isAway(): boolean {
    return this.awayUntil > this.schedule.nowMs;
  }

  get isFull(): boolean {
    return this.fullUntil > this.schedule.nowMs;
  }

  /** Resolves when the life may use the connection, which it then holds. */
  async take(life: Life): Promise<void> {
    while (this.holder !== undefined) await this.free(life);
    this.holder = life;
  }

  /** Resolves when nobody holds the connection. */
  async whenFree(life: Life): Promise<void> {
    while (this.holder !== undefined) await this.free(life);
  }

  release(life: Life): void {
    if (this.holder !== life) return;
    this.holder = undefined;
    for (const { life: other, resume } of this.waiting.splice(0)) {
      this.schedule.after(0, other, 'rows are free', resume);
    }
  }

  /**
   * For reading, all of one moment: nobody else uses the rows until it is closed.
   */
  async snapshot(life: Life): Promise<ReadOnlyDatabase> {
    await this.take(life);
    return Object.assign(SqliteDatabase.on(this.file), {
      close: () => {
        this.release(life);
        return Promise.resolve();
      },
    });
  }

  /** The life was killed: what it had not committed is gone, and so is its role. */
  abandon(life: Life): void {
    if (this.holder === life && this.file.isTransaction) this.file.exec('ROLLBACK');
    if (this.projecting === life) this.projecting = undefined;
    this.followers.delete(life);
    for (const [name, lock] of this.claimLocks) {
      if (lock.life === life) this.claimLocks.delete(name);
    }
    this.release(life);
  }

  /** The connections that held them broke; all of them unless it is those of one life. */
  loseClaimLocks(life?: Life): void {
    for (const lock of [...this.claimLocks.values()]) {
      if (life === undefined || lock.life === life) lock.lose();
    }
  }

  /** Right after a commit: tells what it left, of every generation that it moved or wrote to. */
  async committed(
    written: ReadonlyMap<string, WrittenRows>,
    moved: ReadonlySet<string>,
  ): Promise<void> {
    if (written.size === 0 && moved.size === 0) return;
    const generations = await readGenerations(this.looking);
    for (const generation of generations) {
      const table = written.get(tableName(generation));
      if (table === undefined && !moved.has(tableName(generation))) continue;
      const rows = table ? await this.rowsOf(generation, table) : new Map<string, Row>();
      this.onCommit({ place: this.name, generation, rows, isAll: false });
    }
  }

  generations(): Promise<readonly Generation[]> {
    return readGenerations(this.looking);
  }

  close(): void {
    this.file.close();
  }

  private rowsOf(generation: Generation, { definition, keys }: WrittenRows) {
    return loadRows(this.looking, generation, definition, [...keys]);
  }

  private free(life: Life): Promise<void> {
    return new Promise((resume) => this.waiting.push({ life, resume }));
  }
}
