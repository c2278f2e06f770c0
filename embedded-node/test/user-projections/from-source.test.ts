// A node that runs from its TypeScript source, on the test's own thread or on one of its own, has
// the same projections as the built one.
import { afterEach, expect, test } from '@jest/globals';
import { startEmbeddedNode } from '../../src/embedded-node.js';
import type { EmbeddedNode, EmbeddedNodeOptions } from '../../src/options.js';
import { startNode } from '../../src/server/node.js';
import { Cleanup } from '../../../test/event-store/nodes.js';
import { Projections } from './given.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

test.each<[where: string, start: (options: EmbeddedNodeOptions) => Promise<EmbeddedNode>]>([
  ['on the thread of its caller', startNode],
  ['on a thread of its own', startEmbeddedNode],
])('a node from source, %s, runs a projection', async (_, start) => {
  const node = await start({ runProjections: true });
  cleanup.add(() => node.stop());
  const given = Projections.on(node.connectionString, cleanup);
  const query = `fromStream('source').when({ $init: () => ({ sum: 0 }),
    Happened(s, e) { s.sum += e.data.n; emit('seen', 'Seen', { n: e.data.n }); } })`;
  await given.client.createProjection('sum', query, { emitEnabled: true });
  await given.append('source', 1, 2);
  await given.handled('sum', 2);
  expect((await given.status('sum')).status).toBe('Running');
  expect(await given.client.getProjectionState('sum')).toEqual({ sum: 3 });
  expect(await given.read('seen')).toHaveLength(2);
});
