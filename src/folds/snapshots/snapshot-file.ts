// The file of the snapshots. It may be damaged, full, locked or deleted at any time. Access either
// succeeds or is skipped, and never fails the caller. A file that fails is replaced.
import { reasonOf } from '../../errors/reason-of.js';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { isThere, obstacleAt } from '../../files/put-aside.js';
import { sqliteCodeOf } from '../../files/sqlite-code.js';
import { DamagedSnapshotError } from './checksum.js';
import { FORMAT, SCHEMA, SnapshotTables } from './snapshot-tables.js';

/** Pause after a fault, for example on a full disk. */
const PAUSE_MS = 60_000;
/** Other processes hold the lock only briefly; a caller that waits longer skips the access. */
const BUSY_MS = 20;
/** Of a check, which answers for all that it did not read. */
const PATIENT_MS = 5_000;
const SQLITE_BUSY = 5;
const SQLITE_LOCKED = 6;
const SQLITE_CORRUPT = 11;
const SQLITE_NOTADB = 26;

interface OpenFile {
  readonly database: DatabaseSync;
  readonly tables: SnapshotTables;
}

export class SnapshotFile {
  private open: OpenFile | undefined;
  private pausedUntil = -Infinity;
  private isClosed = false;
  private lastReported = '';

  /**
   * @param onFault called once for each new fault, after recovery
   * @param onUnread makes the file read-only: called with what prevents a read but is no damage,
   * instead of a recovery
   */
  constructor(
    private readonly path: string,
    private readonly onFault: (fault: unknown) => void,
    private readonly clock: () => number,
    private readonly onUnread?: (fault: unknown) => void,
  ) {}

  /** The result of `work`, or `otherwise` when the file cannot be used now. */
  attempt<Result>(work: (tables: SnapshotTables) => Result, otherwise: Result): Result {
    if (this.isClosed || this.clock() < this.pausedUntil) return otherwise;
    try {
      this.open ??= this.openFile();
      return this.open === undefined ? otherwise : work(this.open.tables);
    } catch (fault) {
      const { onUnread } = this;
      if (onUnread !== undefined && this.flawOf(fault) === undefined) this.leave(fault, onUnread);
      else if (!isContention(fault)) this.throwAway(fault);
      return otherwise;
    }
  }

  close(): void {
    this.isClosed = true;
    this.release();
  }

  private openFile(): OpenFile | undefined {
    return this.onUnread === undefined ? openToWrite(this.path) : openToRead(this.path);
  }

  private leave(fault: unknown, onUnread: (fault: unknown) => void): void {
    this.close();
    onUnread(fault);
  }

  /** Why the file itself is of no use; undefined where a fault leaves it sound. */
  private flawOf(fault: unknown): string | undefined {
    return obstacleAt(this.path) ?? (isDamage(fault) ? reasonOf(fault) : undefined);
  }

  private throwAway(fault: unknown): void {
    this.pausedUntil = this.clock() + PAUSE_MS;
    try {
      this.release();
      const flaw = this.flawOf(fault);
      const report = flaw === undefined ? fault : kept(this.path, flaw, fault);
      remove(this.path);
      this.report(report);
    } catch (failure) {
      const message = `${this.path} can be neither used nor removed`;
      this.report(new AggregateError([fault, failure], message));
    }
  }

  private release(): void {
    const { open } = this;
    this.open = undefined;
    open?.database.close();
  }

  private report(fault: unknown): void {
    const message = String(fault);
    if (message === this.lastReported) return;
    this.lastReported = message;
    this.onFault(fault);
  }
}

function openToWrite(path: string): OpenFile {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const obstacle = obstacleAt(path);
  if (obstacle !== undefined) throw new Error(obstacle);
  // SQLite would take files that a deleted database left behind (its log) for those of the new one.
  if (!existsSync(path)) remove(path);
  const database = new DatabaseSync(path);
  try {
    database.exec(`PRAGMA busy_timeout = ${BUSY_MS}; PRAGMA journal_mode = WAL`);
    // A power failure may damage the file: each row has a checksum, and the log can be folded
    // again.
    database.exec('PRAGMA synchronous = OFF; PRAGMA cell_size_check = ON');
    if (formatOf(database) !== FORMAT) database.exec(SCHEMA);
    return { database, tables: new SnapshotTables(database) };
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Undefined for a file of another format, which has nothing for this build. */
function openToRead(path: string): OpenFile | undefined {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    database.exec(`PRAGMA busy_timeout = ${PATIENT_MS}; PRAGMA cell_size_check = ON`);
    if (formatOf(database) === FORMAT) return { database, tables: new SnapshotTables(database) };
  } catch (error) {
    database.close();
    throw error;
  }
  database.close();
  return undefined;
}

/** 0 for a file without tables. */
function formatOf(database: DatabaseSync): unknown {
  return database.prepare('PRAGMA user_version').get()?.['user_version'];
}

/** Moves a useless file aside for analysis, in place of an earlier one. Returns the report. */
function kept(path: string, reason: string, cause: unknown): Error {
  const aside = `${path}.damaged`;
  rmSync(aside, { recursive: true, force: true });
  if (isThere(path)) renameSync(path, aside);
  return new Error(`${path} cannot be used and is put aside as ${aside}: ${reason}`, { cause });
}

function remove(path: string): void {
  for (const file of [path, `${path}-wal`, `${path}-shm`]) {
    rmSync(file, { force: true, recursive: true });
  }
}

function isContention(fault: unknown): boolean {
  const code = sqliteCodeOf(fault);
  return code === SQLITE_BUSY || code === SQLITE_LOCKED;
}

/** Other faults, such as a full disk, need the space. */
function isDamage(fault: unknown): boolean {
  if (fault instanceof DamagedSnapshotError) return true;
  const code = sqliteCodeOf(fault);
  return code === SQLITE_CORRUPT || code === SQLITE_NOTADB;
}
