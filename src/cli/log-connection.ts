// Connects a command to the log: the configured server, the server that runs on the same data
// folder, or else an embedded node that the command starts.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../service/config.js';
import { LogInUseError, startEmbeddedNode } from 'embedded-eventstoredb';
import type { StoreAccess } from '../event-store/store-access.js';
import { StoreNodes } from '../event-store/store-nodes.js';
import { demandTrust } from '../event-store/store-trust.js';
import { makeDataFolder } from '../service/data-folder.js';
import { type Endpoint, removeEndpoint } from '../service/endpoint-file.js';
import { narrowFiles } from '../service/private-files.js';
import { isRunning } from '../replay/holder.js';
import { retrying } from '../waiting/retrying.js';
import { logFolder } from './log-folder.js';
import { ServedNodes } from './served-nodes.js';

export interface LogConnection {
  /** Where it is now: the node of a server that starts again may have another port. */
  readonly connectionString: string;
  readonly nodes: StoreAccess;
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
    await demandTrust(config.eventStoreUrl);
    return ownConnection(config.eventStoreUrl, () => Promise.resolve());
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
    return ownConnection(node.connectionString, () => node.stop());
  } catch (error) {
    if (!(error instanceof LogInUseError)) throw error;
    // Only the holder of the log writes the file, so its content is current.
    const find = async () => (await readEndpoint(config.dataDir))?.connectionString;
    const found = await find();
    if (found === undefined) throw error;
    return new ServedConnection(new ServedNodes(found, find));
  }
}

function ownConnection(connectionString: string, close: () => Promise<void>): LogConnection {
  return { connectionString, nodes: new StoreNodes(connectionString), isServed: false, close };
}

class ServedConnection implements LogConnection {
  readonly isServed = true;

  constructor(readonly nodes: ServedNodes) {}

  get connectionString(): string {
    return this.nodes.connectionString;
  }

  /** The server keeps its node running. */
  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** The address of the server on this data folder; undefined when none runs. */
export async function servedAt({ dataDir }: Config): Promise<string | undefined> {
  return (await readEndpoint(dataDir))?.url ?? undefined;
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
