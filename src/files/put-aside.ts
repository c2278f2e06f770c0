// Files that can be made again, and what lies in their place and cannot be used: it is moved aside,
// for analysis, and never deleted.
import { accessSync, constants, lstatSync, renameSync, type Stats, statSync } from 'node:fs';

/** The system's words for that nothing is there, or only a link in a circle. */
const NOTHING: ReadonlySet<unknown> = new Set(['ENOENT', 'ENOTDIR', 'ELOOP']);

/** What SQLite keeps beside a database. */
const COMPANIONS = ['-wal', '-shm', '-journal'];

/** Why nothing can be kept at this path; undefined for a usable file, or where nothing is. */
export function obstacleAt(path: string): string | undefined {
  for (const end of ['', ...COMPANIONS]) {
    const obstacle = obstacleIn(path + end);
    if (obstacle !== undefined) return end === '' ? obstacle : `its ${end} file: ${obstacle}`;
  }
  return undefined;
}

function obstacleIn(path: string): string | undefined {
  const found = statsOf(() => lstatSync(path));
  if (found === undefined) return undefined;
  const target = found.isSymbolicLink() ? statsOf(() => statSync(path)) : found;
  if (target === undefined) return 'it is a link to nothing';
  if (target.isDirectory()) return 'it is a folder';
  if (!target.isFile()) return 'it is no file';
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
    return undefined;
  } catch {
    return 'it may not be read and written';
  }
}

/** Moves it, with what SQLite keeps beside it, and returns where it is now. */
export function putAside(path: string): string {
  let at = Date.now();
  while (isThere(`${path}.damaged-${at}`)) at += 1;
  const aside = `${path}.damaged-${at}`;
  for (const end of ['', ...COMPANIONS]) {
    if (isThere(path + end)) renameSync(path + end, aside + end);
  }
  return aside;
}

/** Whether anything is there, also a link to nothing. */
export function isThere(path: string): boolean {
  return statsOf(() => lstatSync(path)) !== undefined;
}

/** Undefined where nothing is, or a link goes in a circle. */
function statsOf(look: () => Stats): Stats | undefined {
  try {
    return look();
  } catch (error) {
    const isCoded = typeof error === 'object' && error !== null && 'code' in error;
    if (isCoded && NOTHING.has(error.code)) return undefined;
    throw error;
  }
}
