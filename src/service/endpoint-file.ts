// Records where the running server's log is, for other commands on the same data folder.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeWhole } from '../files/write-whole.js';

export interface Endpoint {
  readonly pid: number;
  readonly connectionString: string;
  /** Null until the service is ready. */
  readonly url: string | null;
}

const pathIn = (dataDir: string) => join(dataDir, 'endpoint.json');

/** Only the owner of the log writes it, so two processes never write it at once. */
export async function writeEndpoint(dataDir: string, endpoint: Endpoint): Promise<void> {
  await writeWhole(pathIn(dataDir), `${JSON.stringify(endpoint)}\n`);
}

export async function removeEndpoint(dataDir: string): Promise<void> {
  // Also a folder of that name: it says nothing that is true.
  await rm(pathIn(dataDir), { force: true, recursive: true });
}
