// The embedded node as a process with its own folder, and the no-op beside it.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventStoreDBClient } from '@eventstore/db-client';
import { cartographScript } from '../../cartograph-process.js';
import { type ServerProcess, startServer } from '../../server-process.js';

export interface Servers {
  /** As HOST:PORT. */
  readonly node: ServerProcess;
  readonly noop: ServerProcess;
}

export function newDataDir(): string {
  return mkdtempSync(join(tmpdir(), 'cartograph-bench-'));
}

export async function startNode(
  dataDir: string,
  ...flags: readonly string[]
): Promise<ServerProcess> {
  const args = ['embedded-node', '--port', '0', '--data', dataDir, ...flags];
  return startServer(cartographScript, args);
}

/** It sends `backlog` events to each subscriber at once. */
export function startNoop(backlog = 0): Promise<ServerProcess> {
  return startServer('dist/bench/noop/event-store-server.js', [], { BACKLOG: String(backlog) });
}

/** Runs on a node with an empty log, and removes it afterwards. */
export async function withServers<Result>(
  use: (servers: Servers) => Promise<Result>,
  backlog = 0,
): Promise<Result> {
  const dataDir = newDataDir();
  const started: ServerProcess[] = [];
  try {
    const node = await startNode(dataDir);
    started.push(node);
    const noop = await startNoop(backlog);
    started.push(noop);
    return await use({ node, noop });
  } finally {
    await Promise.all(started.map((server) => server.stop()));
    rmSync(dataDir, { recursive: true, force: true });
  }
}

export async function withClient<Result>(
  { address }: ServerProcess,
  use: (client: EventStoreDBClient) => Promise<Result>,
): Promise<Result> {
  const client = EventStoreDBClient.connectionString`esdb://${address}?tls=false`;
  try {
    return await use(client);
  } finally {
    await client.dispose();
  }
}
