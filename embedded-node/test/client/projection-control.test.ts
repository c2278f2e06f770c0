// System projections wait until they are enabled, stop where they are disabled, and go on from
// there, also after a restart: no link is missing then, and none is there twice.
import { afterEach, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventStoreDBClient, StreamNotFoundError } from '@eventstore/db-client';
import { Cleanup } from '../../../test/event-store/nodes.js';
import type { EmbeddedNodeOptions } from '../../src/options.js';
import { startNode } from '../../src/server/node.js';
import { all, happened, newStream, series, take } from './given.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

async function started(options: EmbeddedNodeOptions = {}) {
  const node = await startNode({ runProjections: true, ...options });
  const client = EventStoreDBClient.connectionString(node.connectionString);
  const stop = async () => {
    await client.dispose();
    await node.stop();
  };
  cleanup.add(stop);
  return { client, stop };
}

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'cartograph-projections-'));
  cleanup.add(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

const newCategory = () => newStream('category').replaceAll('-', '');
const targetOf = ({ event }: { event?: { data: unknown } }) =>
  Buffer.from(event?.data as Uint8Array).toString();

/** The links of a category, once there are so many. */
async function linksOf(client: EventStoreDBClient, category: string, count: number) {
  const found = await take(client.subscribeToStream(`$ce-${category}`), count);
  return found.map(targetOf);
}

async function statusOf(client: EventStoreDBClient, name: string): Promise<string> {
  return (await client.getProjectionStatus(name)).status;
}

const expectedLinks = (stream: string, count: number) =>
  Array.from({ length: count }, (_, n) => `${n}@${stream}`);

test('they wait until they are enabled, and then index what was there before', async () => {
  const { client } = await started();
  const category = newCategory();
  await client.appendToStream(`${category}-1`, series(3));
  expect(await statusOf(client, '$by_category')).toBe('Stopped');
  const nothing = all(client.readStream(`$ce-${category}`));
  await expect(nothing).rejects.toBeInstanceOf(StreamNotFoundError);
  await client.enableProjection('$by_category');
  expect(await linksOf(client, category, 3)).toEqual(expectedLinks(`${category}-1`, 3));
  expect(await statusOf(client, '$by_category')).toBe('Running');
  expect(await statusOf(client, '$streams')).toBe('Stopped');
  const streams = all(client.readStream('$streams'));
  await expect(streams).rejects.toBeInstanceOf(StreamNotFoundError);
});

test('one that is disabled stays where it is, while the others go on', async () => {
  const { client } = await started({ startStandardProjections: true });
  const category = newCategory();
  const stream = `${category}-1`;
  await client.appendToStream(stream, series(2));
  await linksOf(client, category, 2);
  await client.disableProjection('$by_category');
  expect(await statusOf(client, '$by_category')).toBe('Stopped');
  const type = `Type${category}`;
  await client.appendToStream(stream, { ...happened(2), type });
  await take(client.subscribeToStream(`$et-${type}`), 1);
  expect(await all(client.readStream(`$ce-${category}`))).toHaveLength(2);
  await client.enableProjection('$by_category');
  await client.appendToStream(stream, happened(3));
  expect(await linksOf(client, category, 4)).toEqual(expectedLinks(stream, 4));
  await client.abortProjection('$by_category');
  expect(await statusOf(client, '$by_category')).toBe('Aborted/Stopped');
});

test.each([500, 1_201])(
  'a restart keeps what is enabled, and %p events are indexed once',
  async (count) => {
    const dataDir = await newFolder();
    const category = newCategory();
    const stream = `${category}-1`;
    const first = await started({ dataDir });
    await first.client.enableProjection('$streams');
    await first.client.appendToStream(stream, series(count));
    await take(first.client.subscribeToStream('$streams'), 1);
    await first.client.enableProjection('$by_category');
    await linksOf(first.client, category, 1);
    await first.stop();
    const second = await started({ dataDir });
    expect(await statusOf(second.client, '$streams')).toBe('Running');
    expect(await statusOf(second.client, '$by_event_type')).toBe('Stopped');
    await second.client.appendToStream(stream, happened(count));
    const links = await linksOf(second.client, category, count + 1);
    expect(links).toEqual(expectedLinks(stream, count + 1));
    await second.client.disableProjection('$by_category');
    expect(await all(second.client.readStream(`$ce-${category}`))).toHaveLength(count + 1);
  },
);

test('links tell which version of which projection has written them', async () => {
  const { client } = await started({ startStandardProjections: true });
  const category = newCategory();
  await client.appendToStream(`${category}-1`, series(1));
  await linksOf(client, category, 1);
  await client.disableProjection('$by_category');
  await client.enableProjection('$by_category');
  await client.appendToStream(`${category}-1`, happened(1));
  const links = await take(client.subscribeToStream(`$ce-${category}`), 2);
  expect(links.map(({ event }) => event?.metadata)).toMatchObject([
    { $v: '3:-1:1:4' },
    { $v: '3:-1:3:4' },
  ]);
  const [byType] = await take(client.subscribeToStream('$et-Happened'), 1);
  expect(byType?.event?.metadata).toMatchObject({ $v: '4:-1:1:4' });
});

test('a node that stops while links are being written stops in order', async () => {
  for (let time = 0; time < 5; time++) {
    const { client, stop } = await started({ startStandardProjections: true });
    await client.appendToStream(`${newCategory()}-1`, series(1_000));
    await stop();
  }
});
