// The address of a running node's HTTP port and a secret that proves access to its data folder.
// Both are in a file there that only its owner can read.
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface HttpAddress {
  /** For example http://HOST:PORT. */
  readonly url: string;
  /** Authorises requests that only the owner of the data may make. */
  readonly token: string;
  /** The node's certificate, if it uses TLS. */
  readonly certificate?: string;
}

const pathIn = (dataDir: string) => join(dataDir, 'http.json');

/** Only the node that owns the log calls this. */
export function writeHttpAddress(dataDir: string, address: HttpAddress): void {
  const path = pathIn(dataDir);
  // The mode applies only to a newly created file.
  rmSync(path, { force: true });
  writeFileSync(path, `${JSON.stringify(address)}\n`, { mode: 0o600 });
}

export function removeHttpAddress(dataDir: string): void {
  rmSync(pathIn(dataDir), { force: true });
}

/**
 * Undefined when there is none. Valid only while the log is in use: a crash leaves the file behind.
 */
export function readHttpAddress(dataDir: string): HttpAddress | undefined {
  const path = pathIn(dataDir);
  if (!existsSync(path)) return undefined;
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as HttpAddress;
  } catch (error) {
    // Half of the file: the node is about to write the rest.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
