// The contract suite on the embedded node, and on a real EventStoreDB where containers can run.
import { describe, test } from '@jest/globals';
import { GenericContainer, getContainerRuntimeClient, Wait } from 'testcontainers';
import { startNode } from '../../src/embedded-node/node.js';
import { eventStoreContract, type StartedStore } from './event-store-contract.js';

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

async function startRealServer(): Promise<StartedStore> {
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

eventStoreContract('the embedded node', () => startNode({ insecure: true }));
eventStoreContract('the embedded node with TLS and users', () => startNode({ insecure: false }));

const reason = await missingEngine();
if (reason === undefined) {
  eventStoreContract('a real EventStoreDB', startRealServer);
} else {
  describe('a real EventStoreDB', () => {
    test.skip(`is not asked, because no container engine answers: ${reason}`, () => undefined);
  });
}
