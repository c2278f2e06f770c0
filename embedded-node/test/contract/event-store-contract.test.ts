// The contract suite on the embedded node, on the simulator's store, on the servers that
// TEST_EVENTSTORE_URL and TEST_EVENTSTORE_CLUSTER_URL name, and on a real EventStoreDB where
// containers can run.
import { describe, test } from '@jest/globals';
import { startNode } from '../../src/server/node.js';
import { serveSimulatedStore } from '../../../test/simulator/store/grpc-face.js';
import { eventStoreContract } from './event-store-contract.js';
import { namedServers, startRealServer, whyNoEngine } from './real-server.js';

eventStoreContract('the embedded node', () => startNode({ insecure: true }));
eventStoreContract('the embedded node with TLS and users', () => startNode({ insecure: false }));

eventStoreContract('the simulated store', serveSimulatedStore, {
  hasPersistentSubscriptions: false,
});

for (const { name, connectionString } of namedServers) {
  eventStoreContract(name, () =>
    Promise.resolve({ connectionString, stop: () => Promise.resolve() }),
  );
}

if (whyNoEngine === undefined) {
  eventStoreContract('a real EventStoreDB', startRealServer);
} else {
  describe('a real EventStoreDB', () => {
    test.skip(`is not asked, because no container engine answers: ${whyNoEngine}`, () => undefined);
  });
}
