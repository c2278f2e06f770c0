// Two clients command the same projection at once. What was deleted or stopped emits nothing any
// more, and what was created is there after a start, too.
import { afterEach, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedNode } from 'embedded-eventstoredb';
import { Cleanup } from '../../../test/event-store/nodes.js';
import { Projections } from './given.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

/** Emits to a stream for each event, so that its deletion takes a while. */
const query = (name: string) => `fromStream('in').when({
  Happened(s, e) { emit('${name}-' + e.data.n, 'Seen', {}); } })`;
const options = { emitEnabled: true, trackEmittedStreams: true };

async function emitting(given: Projections, name: string, count: number): Promise<void> {
  await given.append('in', ...Array.from({ length: count }, (_, n) => n));
  await given.client.createProjection(name, query(name), options);
  await given.handled(name, count);
}

/** What a new projection with the same source has handled, every other one has handled, too. */
async function handledByAll(given: Projections, name: string): Promise<void> {
  await given.client.createProjection(name, query(name), { emitEnabled: true });
  await given.append('in', 9_999);
  await given.eventually(async () => (await given.read(`${name}-9999`)).length === 1);
}

type Command = (given: Projections) => Promise<unknown>;
const commands: Record<string, Command> = {
  enable: ({ client }) => client.enableProjection('doomed'),
  reset: ({ client }) => client.resetProjection('doomed'),
  update: ({ client }) => client.updateProjection('doomed', query('doomed')),
  disable: ({ client }) => client.disableProjection('doomed'),
};

test.each(Object.entries(commands))('delete, and %s meanwhile', async (_, command) => {
  const given = await Projections.start(cleanup);
  await emitting(given, 'doomed', 200);
  await given.client.disableProjection('doomed');
  const deletion = given.client.deleteProjection('doomed', { deleteEmittedStreams: true });
  const others = Array.from({ length: 20 }, () => command(given));
  const [deleted] = await Promise.allSettled([deletion, ...others]);
  if (deleted.status === 'rejected') await given.client.disableProjection('doomed');
  if (deleted.status === 'rejected') await given.client.deleteProjection('doomed');
  await handledByAll(given, 'witness');
  expect(await given.read('doomed-9999')).toEqual([]);
});

test('two deletions: one is carried out, and a new one of that name stays', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'two-clients-'));
  cleanup.add(() => rm(dataDir, { recursive: true }));
  const start = { dataDir, runProjections: true, startStandardProjections: true };
  const node = await startEmbeddedNode(start);
  cleanup.add(() => node.stop());
  const given = Projections.on(node.connectionString, cleanup);
  await emitting(given, 'doomed', 100);
  await given.client.disableProjection('doomed');
  const deletions = [1, 2, 3].map(() => given.client.deleteProjection('doomed'));
  await Promise.any(deletions);
  await given.client.createProjection('doomed', query('doomed'), options);
  const ends = await Promise.allSettled(deletions);
  expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  expect((await given.status('doomed')).status).toBe('Running');
  await node.stop();
  const again = await startEmbeddedNode(start);
  cleanup.add(() => again.stop());
  await Projections.on(again.connectionString, cleanup).until('doomed', ({ status }) => {
    return status === 'Running';
  });
});

test('restarts of the subsystem at once leave one run of each, which can be stopped', async () => {
  const given = await Projections.start(cleanup);
  await emitting(given, 'stopped', 1);
  const restarts = [1, 2, 3, 4].map(() => given.client.restartSubsystem());
  const created = given.client.createProjection('created', query('created'), options);
  await Promise.all([...restarts, created]);
  expect((await given.status('created')).status).toBe('Running');
  for (const name of ['stopped', 'created']) await given.client.disableProjection(name);
  await handledByAll(given, 'witness');
  expect(await given.read('stopped-9999')).toEqual([]);
  expect(await given.read('created-9999')).toEqual([]);
});
