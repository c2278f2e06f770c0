// Connects a command to the log: the configured server, the server that runs on the same data
// folder, or else an embedded node that the command starts.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../service/config.js';
import { LogInUseError, startEmbeddedNode } from 'embedded-eventstoredb';
import { makeDataFolder } from '../service/data-folder.js';
import { type Endpoint, removeEndpoint } from '../service/endpoint-file.js';
import { narrowFiles } from '../service/private-files.js';
import { isRunning } from '../replay/holder.js';
import { retrying } from '../waiting/retrying.js';
import { logFolder } from './log-folder.js';

export interface LogConnection {
  readonly connectionString: string;
  /** Whether a server on the same data folder follows this log. */
  readonly isServed: boolean;
  close(): Promise<void>;
}

/** Maximum wait for a server that holds the log to publish its address. */
const WAIT_MS = 10_000;
const PAUSE_MS = { least: 100, most: 100 };

/** @throws LogInUseError when another process holds the log and does not publish its address */
export async function connectToLog(config: Config): Promise<LogConnection> {
  if (config.eventStoreUrl !== undefined) {
    const connectionString = config.eventStoreUrl;
    return { connectionString, isServed: false, close: () => Promise.resolve() };
  }
  await makeDataFolder(config.dataDir);
  await narrowFiles(config.dataDir);
  return retrying(() => startOrJoin(config), {
    retryIf: (error) => error instanceof LogInUseError,
    pauseMs: PAUSE_MS,
    withinMs: WAIT_MS,
  });
}

async function startOrJoin(config: Config): Promise<LogConnection> {
  try {
    const node = await startEmbeddedNode({ dataDir: logFolder(config) });
    // An endpoint file of a crashed server is no longer valid.
    await removeEndpoint(config.dataDir);
    const { connectionString } = node;
    return { connectionString, isServed: false, close: () => node.stop() };
  } catch (error) {
    if (!(error instanceof LogInUseError)) throw error;
    // Only the holder of the log writes the file, so its content is current.
    const endpoint = await readEndpoint(config.dataDir);
    if (endpoint === undefined) throw error;
    const { connectionString } = endpoint;
    return { connectionString, isServed: true, close: () => Promise.resolve() };
  }
}

async function readEndpoint(dataDir: string): Promise<Endpoint | undefined> {
  try {
    const text = await readFile(join(dataDir, 'endpoint.json'), 'utf8');
    const endpoint = JSON.parse(text) as Endpoint;
    // A file that a crash left behind names a process that has ended.
    return isRunning(endpoint.pid) ? endpoint : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
