// The node keeps its own state in streams, and whoever may write to them may write nonsense, or end
// them. That harms what depends on the stream, and neither the node nor its next start.
import { afterEach, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  binaryEvent,
  type EventStoreDBClient,
  jsonEvent,
  type JSONType,
  persistentSubscriptionToAllSettingsFromDefaults,
  persistentSubscriptionToStreamSettingsFromDefaults,
  START,
  StreamDeletedError,
  streamNameFilter,
} from '@eventstore/db-client';
import { startEmbeddedNode } from 'embedded-eventstoredb';
import { Cleanup } from '../../test/event-store/nodes.js';
import { verifyLog } from '../src/operations/verify.js';
import { Projections } from './user-projections/given.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

async function newFolder(): Promise<string> {
  const dataDir = await mkdtemp(join(tmpdir(), 'written-by-clients-'));
  cleanup.add(() => rm(dataDir, { recursive: true }));
  return dataDir;
}

async function started(dataDir: string) {
  const options = { dataDir, runProjections: true, startStandardProjections: true };
  const node = await startEmbeddedNode(options);
  cleanup.add(() => node.stop());
  const given = Projections.on(node.connectionString, cleanup);
  return { given, client: given.client, stop: () => node.stop() };
}

const settings = persistentSubscriptionToStreamSettingsFromDefaults({
  startFrom: START,
  checkPointLowerBound: 1,
  checkPointUpperBound: 1,
});

/** The revisions of the next events of the group; the last one is parked. */
async function consumed(client: EventStoreDBClient, count: number): Promise<number[]> {
  const subscription = client.subscribeToPersistentSubscriptionToStream('a-1', 'group');
  const revisions: number[] = [];
  for await (const delivered of subscription) {
    revisions.push(Number(delivered.event?.revision));
    if (revisions.length < count) await subscription.ack(delivered);
    else await subscription.nack('park', 'too heavy', delivered);
    if (revisions.length === count) break;
  }
  await subscription.unsubscribe();
  return revisions;
}

/** Counts, and emits to a stream for each number. */
const counting = (name: string) => `fromCategory('a').foreachStream().when({
  $init: () => ({ n: 0 }), Happened(s, e) { s.n += 1; emit('${name}-' + e.data.n, 'Seen', {}); } })`;

async function count({ given, client }: Awaited<ReturnType<typeof started>>, name: string) {
  const options = { emitEnabled: true, trackEmittedStreams: true };
  await client.createProjection(name, counting(name), options);
  await given.handled(name, 4);
  // For a checkpoint.
  await client.disableProjection(name);
  await client.enableProjection(name);
}

/** A group with a checkpoint at the third of four events. */
async function prepared({ given, client }: Awaited<ReturnType<typeof started>>): Promise<void> {
  await client.createPersistentSubscriptionToStream('a-1', 'group', settings);
  await given.append('a-1', 1, 2, 3, 4);
  expect(await consumed(client, 3)).toEqual([0, 1, 2]);
  await given.eventually(async () => {
    const { stats } = await client.getPersistentSubscriptionToStreamInfo('a-1', 'group');
    return stats.lastCheckpointedEventRevision === 2n;
  });
}

test('nonsense', async () => {
  const dataDir = await newFolder();
  const first = await started(dataDir);
  await prepared(first);
  await count(first, 'counting');
  const nonsense = {
    $persistentSubscriptionConfig: ['{', '', '{"n":1}', '[]'],
    '$persistentsubscription-a-1::group-checkpoint': ['{', '', '"C:1/P:1"', '7'],
    '$persistentsubscription-a-1::group-parked': ['{'],
    '$projections-counting-checkpoint': ['{'],
    '$projections-counting-a-1-checkpoint': ['{'],
    '$projections-counting': ['{'],
    '$projections-$all': ['{'],
    '$projections-$by_category': ['{'],
  };
  for (const [stream, texts] of Object.entries(nonsense)) {
    const events = texts.map((text) => binaryEvent({ type: 'Nonsense', data: Buffer.from(text) }));
    await first.client.appendToStream(stream, events);
  }
  await first.stop();
  const { given, client } = await started(dataDir);
  await given.append('a-1', 5);
  expect(await consumed(client, 2)).toEqual([3, 4]);
});

/** Lists of groups as the node writes them, but for one thing that it cannot have written. */
const forgedLists: readonly (readonly [what: string, change: (stored: string) => string])[] = [
  ['a version', (stored) => stored.replace('"version":"1"', '"version":"9"')],
  ['a start', (stored) => stored.replace('"startFrom":"0"', '"startFrom":"first"')],
  ['a far start', (stored) => stored.replace('"startFrom":"0"', `"startFrom":"${'9'.repeat(30)}"`)],
  ['a strategy', (stored) => stored.replace('RoundRobin', 'Fastest')],
  ['a number', (stored) => stored.replace('"readBatchSize":20', '"readBatchSize":"20"')],
  ['a group without a name', (stored) => stored.replace('"group":"group"', '"group":null')],
  ['an expression', (stored) => stored.replace('"^a"', '"("')],
  ['a long expression', (stored) => stored.replace('"^a"', `"${'a'.repeat(5_000)}"`)],
];

test.each(forgedLists)('a list of groups with %s that is no such', async (_, change) => {
  const dataDir = await newFolder();
  const first = await started(dataDir);
  const filter = streamNameFilter({ regex: '^a' });
  const toAll = persistentSubscriptionToAllSettingsFromDefaults();
  await first.client.createPersistentSubscriptionToAll('filtered', toAll, { filter });
  await prepared(first);
  const stored = JSON.stringify(
    (await first.given.read('$persistentSubscriptionConfig')).at(-1)?.[1],
  );
  const forged = change(stored);
  expect(forged).not.toBe(stored);
  const event = jsonEvent({ type: '$PersistentConfig', data: JSON.parse(forged) as JSONType });
  await first.client.appendToStream('$persistentSubscriptionConfig', event);
  await first.stop();
  const { client } = await started(dataDir);
  expect(await client.listAllPersistentSubscriptions()).toHaveLength(2);
  expect(await consumed(client, 1)).toEqual([3]);
});

test.each(['9'.repeat(30), `C:${'9'.repeat(30)}/P:0`])('a checkpoint at %s', async (place) => {
  const dataDir = await newFolder();
  const first = await started(dataDir);
  await prepared(first);
  const toAll = persistentSubscriptionToAllSettingsFromDefaults({ startFrom: START });
  await first.client.createPersistentSubscriptionToAll('group', toAll);
  for (const source of ['a-1', '$all']) {
    const event = binaryEvent({ type: '$', data: Buffer.from(JSON.stringify(place)) });
    await first.client.appendToStream(`$persistentsubscription-${source}::group-checkpoint`, event);
  }
  await first.stop();
  const { client } = await started(dataDir);
  expect(await client.listAllPersistentSubscriptions()).toHaveLength(2);
  expect(await consumed(client, 1)).toEqual([3]);
});

test.each([1e300, 0.5, -1])('a projection with the number %d', async (number) => {
  const dataDir = await newFolder();
  const first = await started(dataDir);
  await first.given.append('a-1', 1, 2, 3, 4);
  await count(first, 'counting');
  for (const stream of ['$projections-counting', '$projections-$by_category']) {
    const stored = (await first.given.read(stream)).at(-1)?.[1] as Record<string, JSONType>;
    const data = { ...stored, epoch: number, version: number, position: number };
    await first.client.appendToStream(stream, jsonEvent({ type: '$ProjectionUpdated', data }));
  }
  await first.stop();
  const { given, client } = await started(dataDir);
  expect(await client.listProjections()).toHaveLength(6);
  await given.append('b-1', 5);
  await given.eventually(async () => (await given.read('$ce-b')).length === 1);
});

test('the streams of a group are over', async () => {
  const dataDir = await newFolder();
  const first = await started(dataDir);
  await prepared(first);
  await first.client.tombstoneStream('$persistentSubscriptionConfig');
  await first.client.tombstoneStream('$persistentsubscription-a-1::group-checkpoint');
  await first.client.tombstoneStream('$persistentsubscription-a-1::group-parked');
  await first.given.append('a-1', 5, 6, 7);
  expect(await consumed(first.client, 3)).toEqual([3, 4, 5]);
  expect(await consumed(first.client, 1)).toEqual([6]);
  await first.client.replayParkedMessagesToStream('a-1', 'group');
  await first.stop();
  await (await started(dataDir)).given.append('a-1', 8);
});

test('the streams of projections are over', async () => {
  const dataDir = await newFolder();
  const first = await started(dataDir);
  await first.given.append('a-1', 1, 2, 3, 4);
  const ended: Record<string, string> = {
    root: '$projections-root-checkpoint',
    partition: '$projections-partition-a-1-checkpoint',
    list: '$projections-list-emittedstreams',
    metadata: '$$metadata-5',
  };
  for (const [name, stream] of Object.entries(ended)) {
    await count(first, name);
    await first.client.tombstoneStream(stream);
  }
  await first.given.append('a-1', 5);
  for (const name of ['list', 'metadata']) {
    const reason = `Stream : ${ended[name] ?? ''} is deleted. Cannot emit events to it`;
    expect(await first.given.fault(name)).toBe(reason);
  }
  for (const name of ['root', 'partition']) {
    await first.given.handled(name, 1);
    await first.client.disableProjection(name);
    expect((await first.given.status(name)).status).toBe('Stopped');
    await first.client.enableProjection(name);
  }
  await first.stop();
  const { given } = await started(dataDir);
  await given.append('a-1', 6);
  for (const name of ['list', 'metadata']) await given.fault(name);
});

test('a state that is no JSON, and what is emitted as a checkpoint', async () => {
  const dataDir = await newFolder();
  const first = await started(dataDir);
  await first.given.append('a-1', 1);
  const query = (what: string) => `fromStream('a-1').when({ Happened() { ${what} } })`;
  const codes: Record<string, string> = {
    text: `return '{'`,
    emitted: `emit('$projections-emitted-checkpoint', 'Seen', {})`,
  };
  for (const [name, code] of Object.entries(codes)) {
    await first.client.createProjection(name, query(code), { emitEnabled: true });
    await first.given.handled(name, 1);
  }
  await first.client.disableProjection('text');
  expect((await first.given.status('text')).status).toBe('Stopped');
  await first.client.enableProjection('text');
  expect(await first.given.fault('text')).toBe(
    'The state in $projections-text-checkpoint is not valid JSON',
  );
  await first.stop();
  const { given, client } = await started(dataDir);
  for (const name of Object.keys(codes)) {
    await client.updateProjection(name, query('return { n: 1 }'));
    await client.resetProjection(name);
    await given.handled(name, 1);
    expect(await client.getProjectionState(name)).toEqual({ n: 1 });
  }
});

test('nothing is written after a tombstone', async () => {
  const dataDir = await newFolder();
  const { given, client, stop } = await started(dataDir);
  await given.append('a-1', 1);
  const over = ['$$a-1', '$$$ce-b', '$$$et-Happened', '$projections-$by_category'];
  for (const stream of over) await client.tombstoneStream(stream);
  await expect(client.deleteStream('a-1')).rejects.toThrow(StreamDeletedError);
  await client.disableProjection('$by_category');
  await client.enableProjection('$by_category');
  await given.append('b-1', 2);
  await given.eventually(async () => (await given.read('$ce-b')).length === 1);
  await stop();
  expect(verifyLog(join(dataDir, 'log.sqlite')).findings).toEqual([]);
  await (await started(dataDir)).given.append('b-1', 3);
});
