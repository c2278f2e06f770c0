// Tests that fail before they end what they began. Jest runs them for `unfinished.test.ts` alone.
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { startEmbeddedNode } from 'embedded-eventstoredb';
import { Cleanup, startTestNode } from '../event-store/nodes.js';
import { ServiceProcess } from '../flow/service.js';

const run = new Cleanup();
const forgotten = new Cleanup();
let broken = false;
beforeEach(() => {
  broken = false;
});
afterEach(() => run.run());

test('an end that fails comes before the node', async () => {
  await startTestNode(run);
  run.add(() => Promise.reject(new Error('this end is broken')));
});

test('a node is forgotten', async () => {
  const node = await startEmbeddedNode();
  forgotten.add(() => node.stop());
  expect(broken).toBe(true);
});

test('a service is not stopped', async () => {
  const service = await ServiceProcess.start();
  process.stdout.write(`the service is process ${service.pid}\n`);
  expect(broken).toBe(true);
  await service.stop();
});
