// The file of the snapshots, which may be damaged, full, locked, or gone from one moment to the
// next: work on it is done or it is not, and never fails anybody. A file that fails is thrown away.
import { reasonOf } from '../../errors/reason-of.js';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { DamagedSnapshotError } from './checksum.js';
import { FORMAT, SCHEMA, SnapshotTables } from './snapshot-tables.js';

/** A file that failed is not tried again before this: a disk that is full stays so for a while. */
const PAUSE_MS = 60_000;
/** Another process holds it only for a moment; whoever cannot wait goes without. */
const BUSY_MS = 20;
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

  /** @param onFault told once of each fault, which this has then got over */
  constructor(
    private readonly path: string,
    private readonly onFault: (fault: unknown) => void,
    private readonly clock: () => number,
  ) {}

  /** What the work gives, or `otherwise` if it cannot be done now. */
  attempt<Result>(work: (tables: SnapshotTables) => Result, otherwise: Result): Result {
    if (this.isClosed || this.clock() < this.pausedUntil) return otherwise;
    try {
      this.open ??= openFile(this.path);
      return work(this.open.tables);
    } catch (fault) {
      if (!isContention(fault)) this.throwAway(fault);
      return otherwise;
    }
  }

  close(): void {
    this.isClosed = true;
    this.release();
  }

  private throwAway(fault: unknown): void {
    this.pausedUntil = this.clock() + PAUSE_MS;
    try {
      this.release();
      const report = isDamage(fault) ? putAside(this.path, fault) : fault;
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

function openFile(path: string): OpenFile {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  // What a deleted file left beside it would be taken for the newest of the one that is made now.
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

/** Of a file without tables it is 0. */
function formatOf(database: DatabaseSync): unknown {
  return database.prepare('PRAGMA user_version').get()?.['user_version'];
}

/** Gives the report. A damaged file is kept for whoever asks what damaged it. */
function putAside(path: string, fault: unknown): Error {
  const aside = `${path}.damaged`;
  rmSync(aside, { recursive: true, force: true });
  if (existsSync(path)) renameSync(path, aside);
  const reason = reasonOf(fault);
  return new Error(`${path} cannot be used and is put aside as ${aside}: ${reason}`, {
    cause: fault,
  });
}

function remove(path: string): void {
  for (const file of [path, `${path}-wal`, `${path}-shm`]) rmSync(file, { force: true });
}

function isContention(fault: unknown): boolean {
  return [SQLITE_BUSY, SQLITE_LOCKED].includes(sqliteCodeOf(fault));
}

/** Anything else, such as a full disk, needs the room. */
function isDamage(fault: unknown): boolean {
  const isOurs = fault instanceof DamagedSnapshotError;
  return isOurs || [SQLITE_CORRUPT, SQLITE_NOTADB].includes(sqliteCodeOf(fault));
}

/** 0 for what is no fault of SQLite's. */
function sqliteCodeOf(fault: unknown): number {
  if (typeof fault !== 'object' || fault === null || !('errcode' in fault)) return 0;
  // The low byte is the kind; the rest says where it came up.
  return Number(fault.errcode) & 0xff;
}
