// Jest's `globalTeardown`: stops the node that `globalSetup` started.
import { takeNode } from './running-node.js';

export default async function globalTeardown(): Promise<void> {
  await takeNode()?.stop();
}
