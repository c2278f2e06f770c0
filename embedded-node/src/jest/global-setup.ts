// Jest's `globalSetup`: starts one node in memory for the whole test run. The tests find it in the
// environment variable EVENTSTORE_URL.
import { startEmbeddedNode } from '../embedded-node.js';
import { keepNode } from './running-node.js';

export default async function globalSetup(): Promise<void> {
  const node = await startEmbeddedNode();
  keepNode(node);
  process.env['EVENTSTORE_URL'] = node.connectionString;
}
