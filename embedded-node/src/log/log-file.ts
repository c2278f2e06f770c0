// Opens the log's file: for one process at a time, without silent repairs or overwriting. A file
// that is not a sound log is refused before anything is written to it.
import { randomUUID } from 'node:crypto';
import { linkSync, rmSync, statSync, type Stats } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { makeFolder, obstacleTo, syncToDisk } from './disk.js';
import { isCheckedAtOpen, numberIn } from './log-contents.js';
import { isDamage } from './log-damage.js';
import { APPLICATION_ID, FORMAT_VERSION, LOG_FILE_NAME, SCHEMA } from './log-format.js';
import { differenceOfSchema } from './log-schema.js';
import { upgradeLog } from './log-upgrade.js';
import { brokenWal } from './wal-frames.js';
import { readWitness, witnessPath } from './witness.js';
import { DamageFound, LogDamageError, LogFileError, LogInUseError } from '../errors.js';
import { type Report, toStandardError } from '../report.js';

/** SQLite's page cache: small, because the operating system caches the file anyway. */
const PAGE_CACHE_KIB = 4 * 1024;

/** The path of a data folder's log. */
export function logPath(dataDir: string): string {
  return join(dataDir, LOG_FILE_NAME);
}

/**
 * Opens or creates the log of a data folder; without a folder the log is in memory.
 *
 * @throws LogInUseError, LogFileError
 */
export function openLogFile(dataDir?: string, report?: Report): DatabaseSync {
  if (dataDir === undefined) {
    const memory = new DatabaseSync(':memory:');
    memory.exec(SCHEMA);
    return memory;
  }
  const path = logPath(dataDir);
  try {
    makeFolder(dataDir);
    if (statOf(path) === undefined) create(path);
  } catch (error) {
    throw openError(error, path);
  }
  return openExistingLog(path, report);
}

/**
 * Upgrades a log of an older format first.
 *
 * @throws LogInUseError, LogFileError, also when the file does not exist
 */
export function openExistingLog(path: string, report: Report = toStandardError): DatabaseSync {
  let file = ownLogFile(path);
  try {
    const version = numberOf(file, 'user_version');
    if (version < FORMAT_VERSION) {
      const formats = `format ${version} to ${FORMAT_VERSION}`;
      report(`${path} is upgraded from ${formats}, which may take a while`, 'upgrade');
      const kept = upgradeLog(file, path, version);
      report(`${path} is upgraded; the old file is kept as ${kept}`, 'upgrade');
      file.close();
      file = ownLogFile(path);
    }
    prepare(file, path);
    return file;
  } catch (error) {
    file.close();
    throw openError(error, path);
  }
}

/**
 * Opens an existing log and locks it against other processes, without changing it.
 *
 * @throws LogInUseError, LogFileError
 */
export function ownLogFile(path: string): DatabaseSync {
  let file: DatabaseSync | undefined;
  try {
    const before = statOfLog(path);
    // Closing a database moves its WAL into the file, even when the owner found damage. So a
    // read-only connection inspects a WAL that a crash left behind first.
    const wal = statOf(`${path}-wal`);
    const hasWal = wal !== undefined && wal.size > 0;
    if (hasWal) inspectReadOnly(path);
    file = new DatabaseSync(path);
    // SQLite holds an operating-system lock from the first access until the process ends, so a
    // crash leaves no lock behind.
    file.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE; COMMIT');
    // A scavenge may have replaced the file; then the lock is on the old file.
    if (statOf(path)?.ino !== before.ino) throw new LogInUseError(`${path} is being replaced`);
    inspect(file, path);
    if (!hasWal) demandLength(file, path, before);
    // The owner needs no shared memory; this file is left from the inspection of the WAL.
    rmSync(`${path}-shm`, { force: true });
    return file;
  } catch (error) {
    file?.close();
    throw openError(error, path);
  }
}

/** Translates an error of the file system or of SQLite. */
export function openError(error: unknown, path: string): unknown {
  if (error instanceof DamageFound) return damaged(path, error.message, error);
  if (!isSystemError(error)) return error;
  const sqliteCode = Number(error.errcode ?? 0) % 256;
  if (sqliteCode === SQLITE_BUSY) return new LogInUseError(`${path} is in use by another process`);
  if (sqliteCode === SQLITE_NOTADB) return new LogFileError(`${path} is not a log`);
  if (isDamage(error)) return damaged(path, error.message, error);
  const obstacle = error.errcode === undefined ? undefined : obstacleTo(path);
  const reason = obstacle === undefined ? error.message : `${error.message} (${obstacle})`;
  return new LogFileError(`${path} cannot be opened: ${reason}`, { cause: error });
}

/** As `openError`, for an error after the file was opened; only SQLite's errors are translated. */
export function damageError(error: unknown, path: string): unknown {
  if (error instanceof LogDamageError) {
    return new LogFileError(`${error.message}. ${waysOn(path)}`, { cause: error });
  }
  return isSystemError(error) && error.errcode !== undefined ? openError(error, path) : error;
}

interface SystemError {
  readonly code: unknown;
  readonly message: string;
  /** SQLite's own code, if the error is from SQLite. */
  readonly errcode?: unknown;
}

/** Checked by shape: platform errors may come from another realm with other classes. */
function isSystemError(error: unknown): error is SystemError {
  return typeof error === 'object' && error !== null && 'code' in error && 'message' in error;
}

const SQLITE_BUSY = 5;
const SQLITE_NOTADB = 26;

/** Creates the whole file or nothing: a kill leaves no partial log. */
function create(path: string): void {
  const unborn = `${path}.${randomUUID()}`;
  try {
    const file = new DatabaseSync(unborn);
    file.exec(SCHEMA);
    file.close();
    linkSync(unborn, path);
    syncToDisk(dirname(path));
  } catch (error) {
    // Another process may have created the log at the same time.
    if (statOf(path) === undefined) throw error;
  } finally {
    rmSync(unborn, { force: true });
  }
}

function statOfLog(path: string): Stats {
  const stats = statSync(path);
  if (!stats.isFile()) throw new LogFileError(`${path} is not a file`);
  if (stats.size === 0) throw new LogFileError(`${path} is empty, which no log ever is`);
  return stats;
}

function inspectReadOnly(path: string): void {
  const file = new DatabaseSync(path, { readOnly: true });
  try {
    // From here on no other process writes; a process that is already writing makes this fail.
    file.exec('PRAGMA busy_timeout = 0; BEGIN; SELECT count(*) FROM sqlite_schema');
    const broken = brokenWal(`${path}-wal`);
    if (broken !== undefined) throw damaged(path, `in its WAL ${broken}`);
    inspect(file, path);
  } finally {
    file.close();
  }
}

function inspect(file: DatabaseSync, path: string): void {
  const version = numberOf(file, 'user_version');
  if (numberOf(file, 'application_id') !== APPLICATION_ID) {
    throw new LogFileError(`${path} is not a log`);
  }
  if (version > FORMAT_VERSION) {
    throw new LogFileError(`${path} was written by a newer version (format ${version})`);
  }
  if (isCheckedAtOpen(file)) refuseDamaged(file, path);
  if (version === FORMAT_VERSION) {
    refuseOtherForm(file, path);
    refuseLoss(file, path);
  }
}

/** Checks properties that every log of the current format has. */
function refuseOtherForm(file: DatabaseSync, path: string): void {
  const difference = differenceOfSchema(file);
  if (difference !== undefined) throw damaged(path, difference);
  // A log never frees a page: SQLite would write new events over pages that it considers free.
  const isOurs =
    numberOf(file, 'freelist_count') === 0 &&
    numberOf(file, 'auto_vacuum') === 0 &&
    file.prepare('PRAGMA encoding').get()?.['encoding'] === 'UTF-8';
  if (!isOurs) throw damaged(path, 'its header was changed');
}

/** All acknowledged events must exist after a crash. */
function refuseLoss(file: DatabaseSync, path: string): void {
  const acknowledged = readWitness(path);
  if (acknowledged === undefined) return;
  const { position, sum } = acknowledged;
  const end = numberIn(file, 'SELECT coalesce(max(pos), 0) AS n FROM events');
  if (end < position) {
    throw damaged(
      path,
      `it ends at position ${end}, and writes up to ${position} were acknowledged ` +
        `(if it is a backup that was put in place, remove ${witnessPath(path)})`,
    );
  }
  const row = file.prepare('SELECT sum FROM events WHERE pos = ?').get(position);
  if (row !== undefined && row['sum'] !== sum) {
    throw damaged(path, `at position ${position} it has another event than was acknowledged`);
  }
}

/** Without a WAL the file has the length in its header. */
function demandLength(file: DatabaseSync, path: string, { size }: Stats): void {
  if (numberOf(file, 'page_count') * numberOf(file, 'page_size') !== size) {
    throw damaged(path, `its length of ${size} bytes is not the one in its header`);
  }
}

function damaged(path: string, what: string, cause?: unknown): LogFileError {
  return new LogFileError(`${path} is damaged: ${what}. ${waysOn(path)}`, { cause, damage: what });
}

function waysOn(path: string): string {
  const folder = dirname(path);
  return (
    `To see what is lost: cartograph embedded-node verify --data ${folder}. ` +
    `To go on: restore a backup, or cartograph embedded-node repair --data ${folder} --to POSITION`
  );
}

function refuseDamaged(file: DatabaseSync, path: string): void {
  const finding = file.prepare('PRAGMA quick_check(1)').get()?.['quick_check'];
  if (finding !== 'ok') throw damaged(path, String(finding));
}

function prepare(file: DatabaseSync, path: string): void {
  file.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
    PRAGMA cache_size = -${PAGE_CACHE_KIB}`);
  // Some builds open a WAL file with NORMAL, which loses acknowledged commits in a power failure.
  if (numberOf(file, 'synchronous') !== 2) throw new LogFileError(`${path} cannot be made durable`);
}

function numberOf(file: DatabaseSync, pragma: string): number {
  return Number(file.prepare(`PRAGMA ${pragma}`).get()?.[pragma]);
}

function statOf(path: string): Stats | undefined {
  return statSync(path, { throwIfNoEntry: false });
}
