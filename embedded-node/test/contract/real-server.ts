// Real servers for the suites that they must pass too: those that are named by their connection
// strings, and one in a container where an engine answers.
import { GenericContainer, getContainerRuntimeClient, Wait } from 'testcontainers';
import type { StartedStore } from './event-store-contract.js';

const image = 'eventstore/eventstore:23.10.1-jammy';
const port = 2113;

/** Undefined where a container engine answers, else why there is none. */
async function missingEngine(): Promise<string | undefined> {
  try {
    await getContainerRuntimeClient();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

export async function startRealServer(): Promise<StartedStore> {
  const container = await new GenericContainer(image)
    .withCommand(['--insecure', '--mem-db', '--run-projections=None'])
    .withExposedPorts(port)
    .withWaitStrategy(Wait.forHttp('/health/live', port).forStatusCode(204))
    .start();
  const address = `${container.getHost()}:${String(container.getMappedPort(port))}`;
  return {
    connectionString: `esdb://${address}?tls=false`,
    stop: async () => {
      await container.stop();
    },
  };
}

/** Undefined where a container engine answers. */
export const whyNoEngine = await missingEngine();

/**
 * Servers that run already; they are left running, and what the suites write stays in their logs.
 */
export const namedServers: readonly { readonly name: string; readonly connectionString: string }[] =
  ['TEST_EVENTSTORE_URL', 'TEST_EVENTSTORE_CLUSTER_URL'].flatMap((variable) => {
    const connectionString = process.env[variable];
    if (connectionString === undefined || connectionString === '') return [];
    return [{ name: `the server of ${variable}`, connectionString }];
  });
