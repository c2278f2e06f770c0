// The file of the log: opened by one process at a time, never silently repaired, never overwritten.
import { existsSync, mkdirSync, openSync, readSync, closeSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** Another process owns the data folder. */
export class LogInUseError extends Error {
  override readonly name = 'LogInUseError';
}

/** The file is not a log, is damaged, or was written by a newer version; it was left untouched. */
export class LogFileError extends Error {
  override readonly name = 'LogFileError';
}

const FILE_NAME = 'log.sqlite';
/** "CLOG" in SQLite's application_id, so that a file that is some other database is not taken for a log. */
const APPLICATION_ID = 0x43_4c_4f_47;
const FORMAT_VERSION = 1;
const MAGIC = Buffer.from('SQLite format 3\0');

const SCHEMA = `
  CREATE TABLE streams (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
  CREATE TABLE events (
    pos INTEGER PRIMARY KEY,
    sid INTEGER NOT NULL REFERENCES streams (id),
    rev INTEGER NOT NULL,
    eid TEXT NOT NULL,
    type TEXT NOT NULL,
    json INTEGER NOT NULL,
    created INTEGER NOT NULL,
    data BLOB NOT NULL,
    meta BLOB NOT NULL,
    UNIQUE (sid, rev)
  ) STRICT;
  CREATE TABLE projected (position INTEGER NOT NULL) STRICT;
  INSERT INTO projected (position) VALUES (0);
  CREATE TRIGGER events_are_never_changed BEFORE UPDATE ON events
    BEGIN SELECT RAISE(ABORT, 'an event is never changed'); END;
  CREATE TRIGGER events_are_never_deleted BEFORE DELETE ON events
    BEGIN SELECT RAISE(ABORT, 'an event is never deleted'); END;
  PRAGMA application_id = ${APPLICATION_ID};
  PRAGMA user_version = ${FORMAT_VERSION};
`;

/**
 * Opens the log of a data folder, or makes it; without a folder the log is in memory.
 * @throws LogInUseError, LogFileError
 */
export function openLogFile(dataDir?: string): DatabaseSync {
  if (dataDir === undefined) {
    const memory = new DatabaseSync(':memory:');
    memory.exec(SCHEMA);
    return memory;
  }
  mkdirSync(dataDir, { recursive: true });
  const path = join(dataDir, FILE_NAME);
  refuseForeignFile(path);
  let file: DatabaseSync | undefined;
  try {
    file = new DatabaseSync(path);
    prepare(file, path);
    return file;
  } catch (error) {
    file?.close();
    throw openError(error, path);
  }
}

function prepare(file: DatabaseSync, path: string): void {
  // SQLite holds the operating system's lock on the file from the first access until the process
  // ends, however it ends: a lock that no crash leaves behind.
  file.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE');
  const version = numberOf(file, 'user_version');
  const application = numberOf(file, 'application_id');
  if (version === 0 && application === 0 && tableCount(file) === 0) file.exec(SCHEMA);
  else if (application !== APPLICATION_ID) throw new LogFileError(`${path} is not a log`);
  else if (version > FORMAT_VERSION) {
    throw new LogFileError(`${path} was written by a newer version (format ${version})`);
  }
  file.exec('COMMIT');
  file.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -65536');
  // Some builds open a WAL file at NORMAL, which loses acknowledged commits with the power.
  if (numberOf(file, 'synchronous') !== 2) throw new LogFileError(`${path} cannot be made durable`);
}

function refuseForeignFile(path: string): void {
  if (!existsSync(path)) return;
  const head = Buffer.alloc(MAGIC.length);
  const descriptor = openSync(path, 'r');
  const length = readSync(descriptor, head);
  closeSync(descriptor);
  if (length > 0 && !head.equals(MAGIC)) throw new LogFileError(`${path} is not a log`);
}

function numberOf(file: DatabaseSync, pragma: string): number {
  return Number(file.prepare(`PRAGMA ${pragma}`).get()?.[pragma]);
}

function tableCount(file: DatabaseSync): number {
  return Number(file.prepare('SELECT count(*) AS tables FROM sqlite_schema').get()?.['tables']);
}

const SQLITE_BUSY = 5;

function openError(error: unknown, path: string): unknown {
  if (!(error instanceof Error) || !('errcode' in error)) return error;
  if (Number(error.errcode) % 256 === SQLITE_BUSY) {
    return new LogInUseError(`${path} is in use by another process`);
  }
  return new LogFileError(`${path} cannot be opened: ${error.message}`);
}
