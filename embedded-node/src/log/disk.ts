// What it takes that a file or a name is still there when the power comes back.
import { closeSync, fsyncSync, openSync } from 'node:fs';

/**
 * Flushes a file, or a folder's entries after something in it was made or renamed. Never for a
 * database that this process has open: to close any descriptor of a file gives up its locks.
 */
export function syncToDisk(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
