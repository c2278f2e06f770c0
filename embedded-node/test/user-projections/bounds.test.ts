// How many projections a node's users may have, and what these may take of its memory together: the
// one that is too much is refused, and all others go on.
import { afterEach, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedNode } from 'embedded-eventstoredb';
import { Cleanup } from '../../../test/event-store/nodes.js';
import { Projections } from './given.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const counting = (stream: string) =>
  `fromStream('${stream}').when({ $init: () => ({ sum: 0 }), Happened(s, e) { s.sum += e.data.n; } })`;
const noRoom = (mebibytes: number) =>
  `The projections of this node may take ${mebibytes} MiB of memory together, and this one does not fit in`;

test('one more than the node may have is refused until another one is deleted', async () => {
  const given = await Projections.start(cleanup, { maxProjections: 2 });
  const create = (name: string) => given.client.createProjection(name, counting('some'));
  const refused = expect.objectContaining({
    code: 8,
    message: expect.stringContaining(
      'This node may have 2 projections, and has them; delete one first',
    ),
  });
  await create('one');
  await given.createQuery(counting('some'), 'two');
  await expect(create('three')).rejects.toEqual(refused);
  await expect(given.createQuery(counting('some'), 'four')).rejects.toEqual(refused);
  await expect(given.createQuery(counting('some'))).rejects.toEqual(refused);
  await given.client.updateProjection('one', counting('other'));
  await given.client.disableProjection('one');
  await expect(create('three')).rejects.toEqual(refused);
  await given.client.deleteProjection('one');
  await create('three');
});

test('one that finds no memory for its engine waits for another one to stop', async () => {
  const given = await Projections.start(cleanup, { projectionMemoryMb: 40 });
  for (const name of ['one', 'two', 'three']) {
    await given.client.createProjection(name, counting(name));
  }
  expect(await given.status('three')).toMatchObject({
    status: 'Faulted',
    stateReason: noRoom(40),
  });
  await given.append('one', 1);
  await given.handled('one', 1);
  await given.client.disableProjection('two');
  await given.client.enableProjection('three');
  expect((await given.status('three')).status).toBe('Running');
});

test.each<[what: string, handler: string]>([
  ['values that it keeps', `kept.push(new Uint8Array(1e6))`],
  ['texts that it keeps', `kept.push('x'.repeat(1e6) + kept.length)`],
  ['its state', `s.all = (s.all ?? '') + 'x'.repeat(1e6)`],
  ['what it makes and drops', `new Array(5e6).fill(0)`],
])('one that takes more and more is stopped, and gives it back: %s', async (_, handler) => {
  const given = await Projections.start(cleanup, { projectionMemoryMb: 64 });
  await given.client.createProjection('modest', counting('some'));
  const greedy = `const kept = []; fromStream('greedy').when({ Happened(s, e) {
    if (e.data.n === 1) { ${handler}; } } })`;
  await given.client.createProjection('greedy', greedy);
  await given.append('greedy', 0, 0);
  await given.append('greedy', ...Array.from({ length: 80 }, () => 1));
  expect(await given.fault('greedy')).toContain(noRoom(64));
  await given.append('some', 1);
  await given.handled('modest', 1);
  await given.client.updateProjection('greedy', counting('greedy'));
  await given.handled('greedy', 1);
});

test('states of many partitions count, also when their query has ended', async () => {
  const given = await Projections.start(cleanup, { projectionMemoryMb: 110 });
  const query = `fromStream('parts').partitionBy((e) => 'p' + e.data.n).when({
    $any(s, e) { return { text: 'x'.repeat(1e5) + e.data.n }; } })`;
  // Each state is kept as it is and as its result: 100 of them take 38 MiB, and
  // the engine about 60.
  await given.append('parts', ...Array.from({ length: 100 }, (__, n) => n));
  await given.createQuery(query, 'ended');
  await given.until('ended', ({ status }) => status === 'Completed');
  await given.createQuery(query, 'next');
  expect(await given.fault('next')).toContain(noRoom(110));
  await given.client.deleteProjection('ended');
  await given.client.enableProjection('next');
  await given.until('next', ({ status }) => status === 'Completed');
});

test('what was stored is there after a start with tighter bounds, and says why it waits', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'cartograph-bounds-'));
  cleanup.add(() => rm(dataDir, { recursive: true, force: true }));
  const first = await startEmbeddedNode({ dataDir, runProjections: true });
  const before = Projections.on(first.connectionString, new Cleanup());
  for (const name of ['one', 'two']) {
    await before.client.createProjection(name, counting(name));
  }
  await before.client.dispose();
  await first.stop();
  const bounds = { projectionMemoryMb: 16, maxProjections: 1 };
  const given = await Projections.start(cleanup, { dataDir, ...bounds });
  await given.until('one', ({ status }) => status === 'Running');
  expect(await given.fault('two')).toBe(noRoom(16));
});

test.each([{ maxProjections: 0 }, { maxProjections: 1.5 }, { projectionMemoryMb: -1 }])(
  'a bound that is no count is refused: %j',
  async (bounds) => {
    const started = startEmbeddedNode({ runProjections: true, ...bounds });
    await expect(started).rejects.toBeInstanceOf(RangeError);
  },
);
