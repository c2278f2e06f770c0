// A client and a node that ends and starts again on the same port: what was open is told, what was
// acknowledged is there, and the client goes on by itself.
import { afterEach, expect, test } from '@jest/globals';
import { once } from 'node:events';
import {
  EventStoreDBClient,
  persistentSubscriptionToStreamSettingsFromDefaults as streamSettings,
  START,
  StreamDeletedError,
  UnavailableError,
} from '@eventstore/db-client';
import { Cleanup, RestartableNode } from '../../../test/event-store/nodes.js';
import { all, happened, newStream, numbers, numberOf, series, take } from './given.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

async function restartable() {
  const node = await RestartableNode.start(cleanup);
  const client = EventStoreDBClient.connectionString(node.connectionString);
  cleanup.add(() => client.dispose());
  return { node, client };
}

/** The first success; the client connects anew only when a call has failed. */
async function retried<T>(call: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof UnavailableError)) throw error;
    }
  }
}

test('everything acknowledged is there, and revisions go on', async () => {
  const { node, client } = await restartable();
  const stream = newStream();
  await client.appendToStream(stream, series(5));
  await client.setStreamMetadata(stream, { maxCount: 4 });
  const deleted = newStream();
  await client.appendToStream(deleted, happened(0));
  await client.tombstoneStream(deleted);
  const before = (await all(client.readAll())).length;
  await node.startAgain();
  const { nextExpectedRevision } = await retried(() =>
    client.appendToStream(stream, happened(5), { expectedRevision: 4n }),
  );
  expect(nextExpectedRevision).toBe(5n);
  expect(await numbers(client.readStream(stream))).toEqual([2, 3, 4, 5]);
  const refused = client.appendToStream(deleted, happened(1));
  await expect(refused).rejects.toBeInstanceOf(StreamDeletedError);
  expect(await all(client.readAll())).toHaveLength(before + 1);
});

test('a repetition is known as one after the node was restarted', async () => {
  const { node, client } = await restartable();
  const stream = newStream();
  const events = series(3);
  const first = await client.appendToStream(stream, events);
  await node.startAgain();
  const again = await retried(() => client.appendToStream(stream, events));
  expect(again).toEqual(first);
  expect(await numbers(client.readStream(stream))).toEqual([0, 1, 2]);
});

test('open subscriptions are told, and new ones go on where they were', async () => {
  const { node, client } = await restartable();
  const stream = newStream();
  await client.appendToStream(stream, series(2));
  const open = [client.subscribeToStream(stream), client.subscribeToAll()];
  await Promise.all(open.map((subscription) => once(subscription.resume(), 'caughtUp')));
  const told = open.map((subscription) => once(subscription, 'error'));
  await node.stop();
  for (const [error] of (await Promise.all(told)) as [unknown][]) {
    expect(error).toBeInstanceOf(Error);
  }
  await node.startAgain();
  await retried(() => client.appendToStream(stream, happened(2)));
  const rest = take(client.subscribeToStream(stream, { fromRevision: 1n }), 1);
  expect((await rest).map(numberOf)).toEqual([2]);
});

test('a persistent subscription goes on after its last checkpoint', async () => {
  const { node, client } = await restartable();
  const stream = newStream();
  await client.appendToStream(stream, series(20));
  const settings = streamSettings({
    startFrom: START,
    checkPointLowerBound: 1,
    checkPointUpperBound: 1,
    checkPointAfter: 10,
  });
  await client.createPersistentSubscriptionToStream(stream, 'group', settings);
  const first = client.subscribeToPersistentSubscriptionToStream(stream, 'group');
  let count = 0;
  for await (const delivered of first) {
    await first.ack(delivered);
    if (++count === 10) break;
  }
  const checkpoint = async () => {
    const { stats } = await client.getPersistentSubscriptionToStreamInfo(stream, 'group');
    return stats.lastCheckpointedEventRevision ?? -1n;
  };
  while ((await checkpoint()) < 9n) await new Promise(setImmediate);
  await node.startAgain();
  await retried(() => client.getPersistentSubscriptionToStreamInfo(stream, 'group'));
  const found: number[] = [];
  const second = client.subscribeToPersistentSubscriptionToStream(stream, 'group');
  for await (const delivered of second) {
    await second.ack(delivered);
    found.push(numberOf(delivered));
    if (found.includes(19)) break;
  }
  expect(found).toEqual([10, 11, 12, 13, 14, 15, 16, 17, 18, 19]);
});
