// Tells other commands on the same data folder where the running server's log can be reached.
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface Endpoint {
  readonly pid: number;
  readonly connectionString: string;
  /** Null until the service can answer. */
  readonly url: string | null;
}

const pathIn = (dataDir: string) => join(dataDir, 'endpoint.json');

/** Only written by whoever holds the log, so that two processes never write it at once. */
export async function writeEndpoint(dataDir: string, endpoint: Endpoint): Promise<void> {
  await writeFile(pathIn(dataDir), `${JSON.stringify(endpoint)}\n`, { mode: 0o600 });
}

export async function removeEndpoint(dataDir: string): Promise<void> {
  await rm(pathIn(dataDir), { force: true });
}
