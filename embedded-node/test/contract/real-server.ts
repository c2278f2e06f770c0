// A real EventStoreDB in a container, for the suites that it must pass too where an engine answers.
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
