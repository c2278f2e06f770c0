// The contract suite on the embedded node, and on a real EventStoreDB where containers can run.
import { describe, test } from '@jest/globals';
import { startNode } from '../../src/server/node.js';
import { eventStoreContract } from './event-store-contract.js';
import { startRealServer, whyNoEngine } from './real-server.js';

eventStoreContract('the embedded node', () => startNode({ insecure: true }));
eventStoreContract('the embedded node with TLS and users', () => startNode({ insecure: false }));

if (whyNoEngine === undefined) {
  eventStoreContract('a real EventStoreDB', startRealServer);
} else {
  describe('a real EventStoreDB', () => {
    test.skip(`is not asked, because no container engine answers: ${whyNoEngine}`, () => undefined);
  });
}
