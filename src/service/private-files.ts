// Keeps what a data folder holds from other users of the machine: it names customers and has keys.
import { chmod, lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

const ownerOnly = 0o077;

/** What the program makes in a data folder. Whatever else lies there is not its to change. */
const made =
  /^(log|keys|outbox|reports|other-logs|log-id|endpoint\.json|serving\.lock.*|(read-models|snapshots)\.sqlite.*|.*\.position(\.new)?)$/;

/** From now on, whatever the caller's umask was, new files are for their owner alone. */
export function makeFilesPrivate(): void {
  process.umask(ownerOnly);
}

/**
 * Takes the rights of others away from what an earlier version, or another umask, had left wider.
 * @returns the paths that are not this user's to change, and still open to others
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
  // Root may change what is another's, but that is not what root was asked for.
  if (process.getuid === undefined || found.uid !== process.getuid()) return false;
  await ifThere(chmod(path, found.mode & 0o700));
  return true;
}

/** A file of a running service may go while it is looked at. */
async function ifThere<Result>(asked: Promise<Result>): Promise<Result | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
