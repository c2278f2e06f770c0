// The computed content of a data folder: read models, snapshots and the checkpoints of
// reactions. One service at a time computes it, from one log.
import { reasonOf } from '../errors/reason-of.js';
import { lockFile, SQLITE_BUSY } from '../files/file-lock.js';
import { isThere, obstacleAt, putAside } from '../files/put-aside.js';
import { sqliteCodeOf } from '../files/sqlite-code.js';
import { writeWhole } from '../files/write-whole.js';
import { constants, existsSync, rmSync, statSync } from 'node:fs';
import { access, mkdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Another service uses this folder. */
export class DataFolderInUseError extends Error {
  override readonly name = 'DataFolderInUseError';
}

/** The folder, or a file in it, cannot be created. */
export class DataFolderError extends Error {
  override readonly name = 'DataFolderError';
}

/** @throws DataFolderError */
export async function makeDataFolder(dataDir: string): Promise<void> {
  try {
    await makeFolder(dataDir);
    await access(dataDir, constants.W_OK);
  } catch (error) {
    const reason = reasonOf(error);
    throw new DataFolderError(`DATA_DIR cannot be used: ${reason}`);
  }
}

/**
 * Creates the folder and its parents. Node's own recursive mkdir never returns when the system
 * rejects a name in an existing folder, such as /proc/name.
 */
async function makeFolder(path: string): Promise<void> {
  if (isFolder(path)) return;
  if (dirname(path) !== path) await makeFolder(dirname(path));
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (error) {
    // Another process may have created it at the same time.
    if (!isFolder(path)) throw error;
  }
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    // A link to nothing, or in a circle.
    return false;
  }
}

const isFolder = (path: string) =>
  statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

const databases = ['read-models.sqlite', 'snapshots.sqlite', 'reactions.sqlite'];
const positions = [
  'order-placement.position',
  'order-fulfilment.position',
  'erasure.position',
  'mail.position',
];
const small = [...positions, 'log-id'].flatMap((name) => [name, `${name}.new`]);
const computed = [
  ...databases.flatMap((name) => [name, `${name}-wal`, `${name}-shm`]),
  ...positions,
];
const OTHER_LOGS = 'other-logs';
const LOG_ID = 'log-id';
/** The id of an event. Hexadecimal digits, but too few, are of a file that was cut. */
const LOG_ID_FORM = /^(?![\da-f-]{1,35}$)[\w-]{1,64}$/;
/** https://www.sqlite.org/rescode.html */
const SQLITE_CANTOPEN = 14;
const SQLITE_NOTADB = 26;

/**
 * Locks the folder against other services. Returns a function that unlocks it.
 *
 * @throws DataFolderInUseError, DataFolderError
 */
export function ownDataFolder(dataDir: string): () => void {
  const path = join(dataDir, 'serving.lock');
  // A file, even one that may not be opened, can be held by a service of another user.
  if (isThere(path) && !isFile(path)) putAside(path);
  try {
    return lockFile(path);
  } catch (error) {
    if (sqliteCodeOf(error) === SQLITE_BUSY) {
      throw new DataFolderInUseError(`${dataDir} is in use by another service`);
    }
    if (sqliteCodeOf(error) === SQLITE_CANTOPEN) {
      throw new DataFolderError(`${path} cannot be opened: ${reasonOf(error)}`);
    }
    if (sqliteCodeOf(error) !== SQLITE_NOTADB) throw error;
    // The file has no content, and a holder of the lock would have been detected before this.
    rmSync(path);
    return lockFile(path);
  }
}

export interface PutAsidePath {
  readonly path: string;
  readonly putAsideAs: string;
  readonly reason: string;
}

/**
 * Moves aside what lies in the place of a file that the service makes itself: a folder, a link to
 * nothing, a file that it may not use. Only for the owner of the folder. The read models and the
 * parked events see to their own files, since more follows from the loss of those.
 */
export function clearDataFolder(dataDir: string): PutAsidePath[] {
  const files = ['snapshots.sqlite', ...small].flatMap((name) => {
    const path = join(dataDir, name);
    const reason = obstacleAt(path);
    return reason === undefined ? [] : [{ path, reason }];
  });
  const others = join(dataDir, OTHER_LOGS);
  const isInTheWay = isThere(others) && !isFolder(others);
  if (isInTheWay) files.push({ path: others, reason: 'it is no folder' });
  return files.map((found) => ({ ...found, putAsideAs: putAside(found.path) }));
}

/**
 * Moves aside what was computed from another log, and restores what was moved aside for this log:
 * the live generation of a read model is recorded nowhere else.
 *
 * @param logId identifies the log; undefined for an empty one
 * @returns whether the folder belonged to another log
 */
export async function turnToLog(dataDir: string, logId: string | undefined): Promise<boolean> {
  const noted = await readIfThere(join(dataDir, LOG_ID));
  // The id becomes a folder name, so anything but an event id is ignored.
  const known = noted !== undefined && LOG_ID_FORM.test(noted) ? noted : undefined;
  // A folder without a recorded id counts as this log's.
  const isOfAnother = known !== undefined && known !== logId;
  if (isOfAnother) {
    await moveComputed(dataDir, join(dataDir, OTHER_LOGS, known));
    // After the files: a crash before this leaves the rest to the next start.
    await rm(join(dataDir, LOG_ID));
  }
  if (logId !== undefined) await moveComputed(join(dataDir, OTHER_LOGS, logId), dataDir);
  return isOfAnother;
}

async function moveComputed(from: string, to: string): Promise<void> {
  for (const name of computed) {
    if (!existsSync(join(from, name))) continue;
    await mkdir(to, { recursive: true });
    await rename(join(from, name), join(to, name));
  }
}

/** An empty log has no id and nothing computed from it. */
export async function noteLog(dataDir: string, logId: string | undefined): Promise<void> {
  if (logId !== undefined) await writeWhole(join(dataDir, LOG_ID), logId);
}

async function readIfThere(path: string): Promise<string | undefined> {
  return existsSync(path) ? readFile(path, 'utf8') : undefined;
}
