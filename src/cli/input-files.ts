// The files that a command reads, named by its arguments.
import { access, constants } from 'node:fs/promises';

/**
 * Before anything is made: a command that cannot begin leaves no new log behind.
 *
 * @throws the system's error for a file that cannot be read
 */
export async function demandFiles(paths: readonly string[]): Promise<void> {
  for (const path of paths) await access(path, constants.R_OK);
}
