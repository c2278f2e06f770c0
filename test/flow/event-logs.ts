// The event logs that the flow suite runs on: the embedded default, a node of its own with TLS and
// users, the servers that TEST_EVENTSTORE_URL and TEST_EVENTSTORE_CLUSTER_URL name, and a real
// server where a container engine answers. A service is told by EVENTSTORE_URL alone, and
// everything else must be the same. A server that is named may hold anything: what a test counts is
// its own.
import { afterAll, beforeAll, describe, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  namedServers,
  startRealServer,
  whyNoEngine,
} from '../../embedded-node/test/contract/real-server.js';
import { NodeProcess } from '../../embedded-node/test/kills/node-process.js';
import { EventStore } from '../../src/event-store/event-store.js';
import { loadPricing } from '../../src/pricing/pricing-module.js';
import { seedShop } from '../../src/seed/seed-shop.js';
import { createShopCommands } from '../../src/service/shop-commands.js';
import { ServiceProcess } from './service.js';
import { systemTime } from '../../src/waiting/time.js';

type Settings = Readonly<Record<string, string>>;

interface StartedLog {
  readonly settings: Settings;
  remove(): Promise<void>;
}

/** A node of its own that a test can take away; `start` brings it back. */
export interface LogElsewhere extends StartedLog {
  readonly node: NodeProcess;
}

/**
 * Starts a service on the log; one that was started in a describe shares it with the others there.
 */
export type StartService = (settings?: Settings) => Promise<ServiceProcess>;

/** The long form: FLOW_SCHEME=esdb+discover npm test -- test/flow */
const defaultScheme = process.env['FLOW_SCHEME'] ?? 'esdb';

export interface LogElsewhereOptions {
  readonly tls: boolean;
  readonly scheme?: string;
}

export async function startLogElsewhere({
  tls,
  scheme = defaultScheme,
}: LogElsewhereOptions): Promise<LogElsewhere> {
  const dataDir = await mkdtemp(join(tmpdir(), 'cartograph-log-'));
  const node = new NodeProcess({ dataDir, tls });
  await node.start();
  return {
    node,
    settings: { EVENTSTORE_URL: node.connectionString.replace('esdb', scheme) },
    remove: async () => {
      await node.kill();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

async function startRealLog(): Promise<StartedLog> {
  const { connectionString, stop } = await startRealServer();
  return { settings: { EVENTSTORE_URL: connectionString }, remove: stop };
}

/** The sample shop is put in, which a service does by itself only where it finds an empty log. */
export async function useNamedServer(connectionString: string): Promise<StartedLog> {
  const store = EventStore.connect(connectionString);
  try {
    await seedShop(createShopCommands(store, systemTime, await loadPricing(undefined)));
  } finally {
    await store.close();
  }
  return { settings: { EVENTSTORE_URL: connectionString }, remove: () => Promise.resolve() };
}

const embedded: StartedLog = { settings: {}, remove: () => Promise.resolve() };

/** Declares the suite once for each log. */
export function onEveryEventLog(suite: (start: StartService) => void): void {
  on('the embedded default', () => Promise.resolve(embedded), suite);
  on('a node of its own with TLS and users', () => startLogElsewhere({ tls: true }), suite);
  for (const { name, connectionString } of namedServers) {
    on(name, () => useNamedServer(connectionString), suite);
  }
  if (whyNoEngine === undefined) {
    on('a real EventStoreDB', startRealLog, suite);
  } else {
    test.skip(`a real EventStoreDB, because no container engine answers: ${whyNoEngine}`, () =>
      undefined);
  }
}

function on(
  name: string,
  startLog: () => Promise<StartedLog>,
  suite: (start: StartService) => void,
): void {
  describe(`on ${name}`, () => {
    let log: StartedLog | undefined;
    beforeAll(async () => {
      log = await startLog();
    }, 120_000);
    suite((settings) => ServiceProcess.start({ ...log?.settings, ...settings }));
    // Hooks run in the order in which they are declared: the services of the suite end first.
    afterAll(() => log?.remove());
  });
}
