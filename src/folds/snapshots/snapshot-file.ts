// The file of the snapshots, which may be damaged, full, locked, or gone from one moment to the next:
// work on it is done or it is not, and never fails anybody. A file that fails is thrown away.
import { existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { FORMAT, SCHEMA, SnapshotTables } from './snapshot-tables.js';

/** A file that failed is not tried again before this: a disk that is full stays so for a while. */
const PAUSE_MS = 60_000;
/** Another process holds it only for a moment; whoever cannot wait goes without. */
const BUSY_MS = 20;
const SQLITE_BUSY = 5;
const SQLITE_LOCKED = 6;

interface OpenFile {
  readonly database: DatabaseSync;
  readonly tables: SnapshotTables;
  readonly inode: bigint;
}

export class SnapshotFile {
  private open: OpenFile | undefined;
  private pausedUntil = -Infinity;
  private isClosed = false;
  private lastReported = '';

  /** @param onFault told once of each fault, which this has then got over */
  constructor(
    private readonly path: string,
    private readonly onFault: (fault: unknown) => void,
  ) {}

  /** What the work gives, or `otherwise` if it cannot be done now. */
  attempt<Result>(work: (tables: SnapshotTables) => Result, otherwise: Result): Result {
    if (this.isClosed || performance.now() < this.pausedUntil) return otherwise;
    try {
      this.open ??= openFile(this.path);
      return work(this.open.tables);
    } catch (fault) {
      if (!isContention(fault)) this.throwAway(fault);
      return otherwise;
    }
  }

  /** Work that would be lost on a file that somebody has deleted: it is done on the one that is there. */
  attemptToKeep(work: (tables: SnapshotTables) => void): void {
    if (this.open !== undefined && this.open.inode !== inodeOf(this.path)) this.release();
    this.attempt(work, undefined);
  }

  close(): void {
    this.isClosed = true;
    this.release();
  }

  private throwAway(fault: unknown): void {
    this.pausedUntil = performance.now() + PAUSE_MS;
    try {
      this.release();
      const putAsideAs = `${this.path}.damaged`;
      rmSync(putAsideAs, { recursive: true, force: true });
      if (existsSync(this.path)) renameSync(this.path, putAsideAs);
      remove(this.path);
      const reason = fault instanceof Error ? fault.message : String(fault);
      const message = `${this.path} cannot be used and is put aside as ${putAsideAs}: ${reason}`;
      this.report(new Error(message, { cause: fault }));
    } catch (failure) {
      this.report(
        new AggregateError([fault, failure], `${this.path} can be neither used nor removed`),
      );
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

function openFile(path: string): OpenFile {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  // What a deleted file left beside it would be taken for the newest of the one that is made now.
  if (inodeOf(path) === undefined) remove(path);
  const database = new DatabaseSync(path);
  try {
    database.exec(`PRAGMA busy_timeout = ${BUSY_MS}; PRAGMA journal_mode = WAL`);
    // The power may take all of it: every snapshot is sealed, and the log is there to be folded again.
    database.exec('PRAGMA synchronous = OFF; PRAGMA cell_size_check = ON');
    if (formatOf(database) !== FORMAT) database.exec(SCHEMA);
    const inode = inodeOf(path);
    if (inode === undefined) throw new Error(`${path} was deleted while it was opened`);
    return { database, tables: new SnapshotTables(database), inode };
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Of a file without tables it is 0. */
function formatOf(database: DatabaseSync): unknown {
  return database.prepare('PRAGMA user_version').get()?.['user_version'];
}

function remove(path: string): void {
  for (const file of [path, `${path}-wal`, `${path}-shm`]) rmSync(file, { force: true });
}

function inodeOf(path: string): bigint | undefined {
  return statSync(path, { bigint: true, throwIfNoEntry: false })?.ino;
}

function isContention(fault: unknown): boolean {
  if (typeof fault !== 'object' || fault === null || !('errcode' in fault)) return false;
  // The low byte is the kind; the rest says where it came up.
  const kind = Number(fault.errcode) & 0xff;
  return kind === SQLITE_BUSY || kind === SQLITE_LOCKED;
}
