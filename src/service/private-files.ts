// Protects a data folder's content from other users of the machine: it names customers and contains
// keys.
import { chmod, lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

const ownerOnly = 0o077;

/** The files that the program creates in a data folder. It leaves all others alone. */
const made =
  /^(log|keys|outbox|reports|other-logs|log-id(\.new)?|endpoint\.json(\.new)?|serving\.lock.*|(read-models|snapshots)\.sqlite.*|.*\.position(\.new)?)$/;

/** Makes new files private to their owner, regardless of the caller's umask. */
export function makeFilesPrivate(): void {
  process.umask(ownerOnly);
}

/**
 * Removes other users' rights from files of an earlier version or another umask.
 *
 * @returns the paths that belong to another user and are still open to others
 */
export async function narrowFiles(dataDir: string): Promise<string[]> {
  const names = (await readdir(dataDir)).filter((name) => made.test(name));
  if (names.length === 0) return [];
  const paths = await Promise.all(names.map((name) => treeUnder(join(dataDir, name))));
  const stillOpen: string[] = [];
  for (const path of [dataDir, ...paths.flat()]) {
    if (!(await narrow(path))) stillOpen.push(path);
  }
  return stillOpen;
}

async function treeUnder(path: string): Promise<string[]> {
  const found = await ifThere(lstat(path));
  if (found?.isDirectory() !== true) return [path];
  const names = await readdir(path);
  return [path, ...(await Promise.all(names.map((name) => treeUnder(join(path, name))))).flat()];
}

async function narrow(path: string): Promise<boolean> {
  const found = await ifThere(lstat(path));
  if (found === undefined || found.isSymbolicLink() || (found.mode & ownerOnly) === 0) return true;
  // Root could change other users' files, but must not do so here.
  if (process.getuid === undefined || found.uid !== process.getuid()) return false;
  await ifThere(chmod(path, found.mode & 0o700));
  return true;
}

/** A running service may delete a file during the check. */
async function ifThere<Result>(asked: Promise<Result>): Promise<Result | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
