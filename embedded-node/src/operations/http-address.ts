// Where a running node's HTTP can be reached, and the secret by which it knows who may read its
// data folder: both lie in a file there that only its owner can read.
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface HttpAddress {
  /** As http://HOST:PORT. */
  readonly url: string;
  /** For what only the owner of the data may ask. */
  readonly token: string;
  /** The node's certificate, where it speaks TLS. */
  readonly certificate?: string;
}

const pathIn = (dataDir: string) => join(dataDir, 'http.json');

/** Only by the node that owns the log. */
export function writeHttpAddress(dataDir: string, address: HttpAddress): void {
  const path = pathIn(dataDir);
  // The mode counts only for a file that is made.
  rmSync(path, { force: true });
  writeFileSync(path, `${JSON.stringify(address)}\n`, { mode: 0o600 });
}

export function removeHttpAddress(dataDir: string): void {
  rmSync(pathIn(dataDir), { force: true });
}

/**
 * Undefined where there is none. True only as long as the log is in use: a crash leaves it there.
 */
export function readHttpAddress(dataDir: string): HttpAddress | undefined {
  const path = pathIn(dataDir);
  if (!existsSync(path)) return undefined;
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as HttpAddress;
  } catch (error) {
    // Half of it: the node is about to write the rest.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
