// What a data folder holds that was computed from a log: read models, snapshots, and how far order
// placement is. One service at a time computes it, and it is of one log.
import { reasonOf } from '../errors/reason-of.js';
import { constants, existsSync, rmSync, statSync } from 'node:fs';
import { access, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** Another service computes in this folder. */
export class DataFolderInUseError extends Error {
  override readonly name = 'DataFolderInUseError';
}

/** No folder can be made there, or nothing in it. */
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
 * With those above it. Node's own recursive mkdir never returns where the system refuses a name in
 * a folder that exists, such as /proc/name.
 */
async function makeFolder(path: string): Promise<void> {
  if (isFolder(path)) return;
  if (dirname(path) !== path) await makeFolder(dirname(path));
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (error) {
    // Another process may have made it meanwhile.
    if (!isFolder(path)) throw error;
  }
}

const isFolder = (path: string) =>
  statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

const databases = ['read-models.sqlite', 'snapshots.sqlite'];
const computed = [
  ...databases.flatMap((name) => [name, `${name}-wal`, `${name}-shm`]),
  'order-placement.position',
];
const OTHER_LOGS = 'other-logs';
const LOG_ID = 'log-id';
/** https://www.sqlite.org/rescode.html#busy */
const SQLITE_BUSY = 5;
const SQLITE_NOTADB = 26;

/**
 * Keeps every other service out of the folder and answers how to let them in again.
 * @throws DataFolderInUseError
 */
export function ownDataFolder(dataDir: string): () => void {
  const path = join(dataDir, 'serving.lock');
  try {
    return locked(path);
  } catch (error) {
    if (hasCode(error, SQLITE_BUSY)) {
      throw new DataFolderInUseError(`${dataDir} is in use by another service`);
    }
    if (!hasCode(error, SQLITE_NOTADB)) throw error;
    // It holds nothing, and whoever held it would have been met first.
    rmSync(path);
    return locked(path);
  }
}

function locked(path: string): () => void {
  const lock = new DatabaseSync(path);
  try {
    // The operating system's lock, which ends with the process, however that ends.
    lock.exec('PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    throw error;
  }
  return () => lock.close();
}

function hasCode(error: unknown, code: number): boolean {
  return (
    typeof error === 'object' && error !== null && 'errcode' in error && error.errcode === code
  );
}

/**
 * Puts away what was computed from another log than this one, and takes back what was put away of
 * this one: which generation of a read model serves is told nowhere else.
 * @param logId what tells this log from others; undefined for an empty one
 * @returns whether the folder was of another log
 */
export async function turnToLog(dataDir: string, logId: string | undefined): Promise<boolean> {
  const noted = await readIfThere(join(dataDir, LOG_ID));
  // It names a folder: anything else than an event's id is as good as nothing.
  const known = noted !== undefined && /^[\w-]{1,64}$/.test(noted) ? noted : undefined;
  // A folder in which none is noted yet is taken for one of this log.
  const isOfAnother = known !== undefined && known !== logId;
  if (isOfAnother) {
    await moveComputed(dataDir, join(dataDir, OTHER_LOGS, known));
    // After the files, so that a crash leaves the rest of them to the next start.
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

/** An empty log has nothing that could be noted, nor anything that was computed from it. */
export async function noteLog(dataDir: string, logId: string | undefined): Promise<void> {
  if (logId !== undefined) await writeFile(join(dataDir, LOG_ID), logId);
}

async function readIfThere(path: string): Promise<string | undefined> {
  return existsSync(path) ? readFile(path, 'utf8') : undefined;
}
