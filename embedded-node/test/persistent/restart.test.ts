// Groups, their checkpoints and what they parked are in the log: a node that starts again has them.
import { afterEach, expect, test } from '@jest/globals';
import {
  EventStoreDBClient,
  jsonEvent,
  persistentSubscriptionToAllSettingsFromDefaults,
  persistentSubscriptionToStreamSettingsFromDefaults,
  START,
  streamNameFilter,
  type PersistentSubscriptionToStream,
} from '@eventstore/db-client';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startNode } from '../../src/server/node.js';

const [stream, group] = ['orders', 'workers'];
const cleanUps: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'persistent-'));
  cleanUps.push(() => rm(folder, { recursive: true }));
  return folder;
}

async function startOn(dataDir: string) {
  const node = await startNode({ dataDir });
  const client = EventStoreDBClient.connectionString(node.connectionString);
  const stop = async (): Promise<void> => {
    await client.dispose();
    await node.stop();
  };
  return { client, stop };
}

/** The revisions of the next `count` events, each answered as it comes. */
async function consume(
  subscription: PersistentSubscriptionToStream,
  count: number,
  verdict: 'ack' | 'park' = 'ack',
): Promise<number[]> {
  const revisions: number[] = [];
  for await (const delivered of subscription) {
    revisions.push(Number(delivered.event?.revision));
    if (verdict === 'ack') await subscription.ack(delivered);
    else await subscription.nack('park', 'too heavy', delivered);
    if (revisions.length === count) return revisions;
  }
  return revisions;
}

/** Asks for the group's statistics until they say what is waited for. */
async function untilInfo(
  client: EventStoreDBClient,
  holds: (stats: { lastCheckpointedEventRevision?: bigint; parkedMessageCount: bigint }) => boolean,
): Promise<void> {
  for (;;) {
    const { stats } = await client.getPersistentSubscriptionToStreamInfo(stream, group);
    if (holds(stats)) return;
  }
}

test('a group goes on from its checkpoint after a restart', async () => {
  const dataDir = await emptyFolder();
  const first = await startOn(dataDir);
  const settings = persistentSubscriptionToStreamSettingsFromDefaults({
    startFrom: START,
    checkPointLowerBound: 1,
    checkPointUpperBound: 1,
  });
  await first.client.createPersistentSubscriptionToStream(stream, group, settings);
  const events = Array.from({ length: 5 }, () => jsonEvent({ type: 'Ordered', data: {} }));
  await first.client.appendToStream(stream, events);
  const subscription = first.client.subscribeToPersistentSubscriptionToStream(stream, group);
  expect(await consume(subscription, 3)).toEqual([0, 1, 2]);
  await untilInfo(first.client, (stats) => stats.lastCheckpointedEventRevision === 2n);
  await first.stop();

  const second = await startOn(dataDir);
  cleanUps.push(second.stop);
  const again = second.client.subscribeToPersistentSubscriptionToStream(stream, group);
  expect(await consume(again, 2)).toEqual([3, 4]);
});

test('parked messages can be replayed after a restart', async () => {
  const dataDir = await emptyFolder();
  const first = await startOn(dataDir);
  const settings = persistentSubscriptionToStreamSettingsFromDefaults({ startFrom: START });
  await first.client.createPersistentSubscriptionToStream(stream, group, settings);
  await first.client.appendToStream(stream, jsonEvent({ type: 'Ordered', data: {} }));
  const subscription = first.client.subscribeToPersistentSubscriptionToStream(stream, group);
  await consume(subscription, 1, 'park');
  await untilInfo(first.client, (stats) => stats.parkedMessageCount === 1n);
  await first.stop();

  const second = await startOn(dataDir);
  cleanUps.push(second.stop);
  await untilInfo(second.client, (stats) => stats.parkedMessageCount === 1n);
  await second.client.replayParkedMessagesToStream(stream, group);
  await untilInfo(second.client, (stats) => stats.parkedMessageCount === 0n);
});

test('settings and the filter of a group on $all are read back after a restart', async () => {
  const dataDir = await emptyFolder();
  const first = await startOn(dataDir);
  const settings = persistentSubscriptionToAllSettingsFromDefaults({
    startFrom: START,
    maxRetryCount: 3,
  });
  const filter = streamNameFilter({ prefixes: ['order-'] });
  await first.client.createPersistentSubscriptionToAll(group, settings, { filter });
  await first.stop();

  const second = await startOn(dataDir);
  cleanUps.push(second.stop);
  const info = await second.client.getPersistentSubscriptionToAllInfo(group);
  expect(info.settings).toMatchObject({ startFrom: START, maxRetryCount: 3 });
  await second.client.appendToStream('cart-1', jsonEvent({ type: 'Other', data: {} }));
  await second.client.appendToStream('order-1', jsonEvent({ type: 'Ordered', data: {} }));
  const subscription = second.client.subscribeToPersistentSubscriptionToAll(group);
  for await (const { event } of subscription) {
    expect(event?.streamId).toBe('order-1');
    break;
  }
});
