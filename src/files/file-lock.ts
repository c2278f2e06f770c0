// A lock of the operating system on a file: it ends with the process, however that ends.
import { DatabaseSync } from 'node:sqlite';

/** https://www.sqlite.org/rescode.html#busy */
export const SQLITE_BUSY = 5;

/**
 * @returns a function that unlocks it
 * @throws SQLite's error: SQLITE_BUSY while another process, or another call, holds it
 */
export function lockFile(path: string): () => void {
  const lock = new DatabaseSync(path);
  try {
    lock.exec('PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    throw error;
  }
  return () => lock.close();
}
