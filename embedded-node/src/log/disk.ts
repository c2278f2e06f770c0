// Makes files and names durable against a power failure.
import {
  accessSync,
  chownSync,
  closeSync,
  constants,
  fsyncSync,
  mkdirSync,
  openSync,
  statfsSync,
  statSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { reasonOf } from '../reason-of.js';

/**
 * Flushes a file, or a folder after one of its entries was created or renamed. Never call it for a
 * database that this process has open: closing any descriptor of a file releases its locks.
 */
export function syncToDisk(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Creates a folder and its parents. Node's own recursive mkdir never returns when the system
 * rejects a name in an existing folder, such as /proc/name.
 *
 * @throws the system's error
 */
export function makeFolder(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) return;
  const parent = dirname(path);
  if (parent !== path) makeFolder(parent);
  mkdirOrFind(path);
}

/** Another process may have created it at the same time. */
function mkdirOrFind(path: string): void {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) throw error;
  }
}

/**
 * Why the system lets nobody, or not this user, use the file: SQLite's own words do not tell.
 * Undefined where nothing is in the way.
 */
export function obstacleTo(path: string): string | undefined {
  const { R_OK, W_OK } = constants;
  const folder = dirname(path);
  try {
    accessSync(folder, W_OK);
    if (statSync(path, { throwIfNoEntry: false }) !== undefined) accessSync(path, R_OK | W_OK);
    return statfsSync(folder).bavail === 0 ? 'the disk is full' : undefined;
  } catch (error) {
    return reasonOf(error);
  }
}

/**
 * Gives a file that was made the owner of another one: the log that it replaces or lies beside.
 * What root makes would be of no use to the user who runs the node; nobody else can, or need.
 */
export function ownAs(made: string, other: string): void {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = statSync(other);
  if (uid !== 0) chownSync(made, uid, gid);
}
