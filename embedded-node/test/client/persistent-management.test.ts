// The client's management of persistent subscriptions against the node: create, update, delete,
// list, info and restart, of those to a stream and of those to $all, with every setting.
import { expect, test } from '@jest/globals';
import { once } from 'node:events';
import {
  DISPATCH_TO_SINGLE,
  END,
  eventTypeFilter,
  PersistentSubscriptionDoesNotExistError,
  PersistentSubscriptionDroppedError,
  PersistentSubscriptionExistsError,
  PersistentSubscriptionMaximumSubscribersReachedError,
  persistentSubscriptionToAllSettingsFromDefaults as allSettings,
  persistentSubscriptionToStreamSettingsFromDefaults as streamSettings,
  PINNED,
  START,
  streamNameFilter,
} from '@eventstore/db-client';
import { happened, newStream, numberOf, onEachNode, series } from './given.js';

const unusual = {
  resolveLinkTos: true,
  extraStatistics: true,
  messageTimeout: 12_345,
  maxRetryCount: 3,
  checkPointAfter: 1_500,
  checkPointLowerBound: 2,
  checkPointUpperBound: 200,
  maxSubscriberCount: 5,
  liveBufferSize: 600,
  readBatchSize: 25,
  historyBufferSize: 300,
} as const;

const newGroup = () => newStream('group');

onEachNode('the management of persistent subscriptions', (given) => {
  test('every setting of one to a stream comes back, before and after an update', async () => {
    const [stream, group] = [newStream(), newGroup()];
    const created = streamSettings({ ...unusual, startFrom: 4n, consumerStrategyName: PINNED });
    await given.client.createPersistentSubscriptionToStream(stream, group, created);
    const info = () => given.client.getPersistentSubscriptionToStreamInfo(stream, group);
    expect(await info()).toMatchObject({
      eventSource: stream,
      groupName: group,
      settings: created,
      connections: [],
    });
    const updated = streamSettings({ startFrom: END, consumerStrategyName: DISPATCH_TO_SINGLE });
    await given.client.updatePersistentSubscriptionToStream(stream, group, updated);
    expect((await info()).settings).toEqual(updated);
  });

  test('every setting of one to $all comes back, before and after an update', async () => {
    const group = newGroup();
    const { position } = await given.client.appendToStream(newStream(), happened(0));
    const created = allSettings({ ...unusual, startFrom: position! });
    await given.client.createPersistentSubscriptionToAll(group, created, {
      filter: eventTypeFilter({ prefixes: ['Happened'] }),
    });
    const info = () => given.client.getPersistentSubscriptionToAllInfo(group);
    expect(await info()).toMatchObject({
      eventSource: '$all',
      groupName: group,
      settings: created,
    });
    const updated = allSettings({ startFrom: START });
    await given.client.updatePersistentSubscriptionToAll(group, updated);
    expect((await info()).settings).toEqual(updated);
  });

  test('what is there is not created again; what is not there cannot be changed', async () => {
    const [stream, group] = [newStream(), newGroup()];
    const settings = streamSettings();
    await given.client.createPersistentSubscriptionToStream(stream, group, settings);
    const twice = given.client.createPersistentSubscriptionToStream(stream, group, settings);
    await expect(twice).rejects.toBeInstanceOf(PersistentSubscriptionExistsError);
    await expect(twice).rejects.toMatchObject({ streamName: stream, groupName: group });
    await given.client.createPersistentSubscriptionToAll(group, allSettings());
    await expect(
      given.client.createPersistentSubscriptionToAll(group, allSettings()),
    ).rejects.toBeInstanceOf(PersistentSubscriptionExistsError);
    const absent = newGroup();
    const { client } = given;
    for (const call of [
      () => client.updatePersistentSubscriptionToStream(stream, absent, settings),
      () => client.deletePersistentSubscriptionToStream(stream, absent),
      () => client.getPersistentSubscriptionToStreamInfo(stream, absent),
      () => client.replayParkedMessagesToStream(stream, absent),
      () => client.updatePersistentSubscriptionToAll(absent, allSettings()),
      () => client.deletePersistentSubscriptionToAll(absent),
      () => client.getPersistentSubscriptionToAllInfo(absent),
      () => client.replayParkedMessagesToAll(absent),
    ]) {
      await expect(call()).rejects.toBeInstanceOf(PersistentSubscriptionDoesNotExistError);
    }
  });

  test('the lists hold what was created, and no more once it is deleted', async () => {
    const [stream, group] = [newStream(), newGroup()];
    await given.client.createPersistentSubscriptionToStream(stream, group, streamSettings());
    await given.client.createPersistentSubscriptionToStream(stream, `${group}-b`, streamSettings());
    await given.client.createPersistentSubscriptionToAll(group, allSettings());
    const names = (list: { eventSource: string; groupName: string }[]) =>
      list
        .filter(({ groupName }) => groupName.startsWith(group))
        .map(({ eventSource, groupName }) => `${eventSource} ${groupName}`)
        .sort();
    const ofStream = [`${stream} ${group}`, `${stream} ${group}-b`];
    const { client } = given;
    expect(names(await client.listPersistentSubscriptionsToStream(stream))).toEqual(ofStream);
    expect(names(await client.listPersistentSubscriptionsToAll())).toEqual([`$all ${group}`]);
    expect(names(await client.listAllPersistentSubscriptions())).toEqual([
      `$all ${group}`,
      ...ofStream,
    ]);
    await client.deletePersistentSubscriptionToStream(stream, `${group}-b`);
    await client.deletePersistentSubscriptionToAll(group);
    expect(names(await client.listAllPersistentSubscriptions())).toEqual([ofStream[0]]);
  });

  test('a position of two halves comes back as it went', async () => {
    const group = newGroup();
    const { position } = await given.client.appendToStream(newStream(), happened(0));
    const startFrom = { commit: position!.commit, prepare: position!.commit - 1n };
    await given.client.createPersistentSubscriptionToAll(group, allSettings({ startFrom }));
    const { settings } = await given.client.getPersistentSubscriptionToAllInfo(group);
    expect(settings.startFrom).toEqual(startFrom);
    await given.client.restartPersistentSubscriptionSubsystem();
    const restarted = await given.client.getPersistentSubscriptionToAllInfo(group);
    expect(restarted.settings.startFrom).toEqual(startFrom);
  });

  test('where it cannot start is told first, even of one that is there', async () => {
    const { client } = given;
    const [stream, group] = [newStream(), newGroup()];
    await client.createPersistentSubscriptionToAll(group, allSettings());
    const failed = async (created: Promise<void>) => {
      const error = await created.catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code: 13 });
      return String(error);
    };
    const startFrom = { commit: 2n ** 60n, prepare: 1n };
    const beyond = client.createPersistentSubscriptionToAll(group, allSettings({ startFrom }));
    expect(await failed(beyond)).toContain('less than or equal to the last commit position');
    const nameless = client.createPersistentSubscriptionToStream('', group, streamSettings());
    expect(await failed(nameless)).toContain('Bad stream name.');
    const replayed = client.replayParkedMessagesToStream(stream, group, { stopAt: -1 });
    expect(await failed(replayed)).toContain('at a negative version');
  });

  test.each([
    { commit: 1n, prepare: 2n },
    { commit: 2n ** 63n, prepare: 0n },
    { commit: 2n ** 64n - 1n, prepare: 5n },
  ])('it cannot start at %p, which is no position', async (startFrom) => {
    const { client } = given;
    const group = newGroup();
    const created = client.createPersistentSubscriptionToAll(group, allSettings({ startFrom }));
    await expect(created).rejects.toMatchObject({ code: 2 });
    await client.createPersistentSubscriptionToAll(group, allSettings());
    const updated = client.updatePersistentSubscriptionToAll(group, allSettings({ startFrom }));
    await expect(updated).rejects.toMatchObject({ code: 2 });
  });

  test('those of a stream that has none are not found', async () => {
    const listed = given.client.listPersistentSubscriptionsToStream(newStream());
    await expect(listed).rejects.toBeInstanceOf(PersistentSubscriptionDoesNotExistError);
  });

  test('deleting one drops those who are connected', async () => {
    const [stream, group] = [newStream(), newGroup()];
    await given.client.createPersistentSubscriptionToStream(stream, group, streamSettings());
    const subscription = given.client.subscribeToPersistentSubscriptionToStream(stream, group);
    subscription.resume();
    await once(subscription, 'confirmation');
    const dropped = once(subscription, 'error');
    await given.client.deletePersistentSubscriptionToStream(stream, group);
    const [error] = (await dropped) as [unknown];
    expect(error).toBeInstanceOf(PersistentSubscriptionDroppedError);
    expect(error).toMatchObject({ streamName: stream, groupName: group });
  });

  test('no more may connect than it allows', async () => {
    const [stream, group] = [newStream(), newGroup()];
    const settings = streamSettings({ maxSubscriberCount: 1 });
    await given.client.createPersistentSubscriptionToStream(stream, group, settings);
    const first = given.client.subscribeToPersistentSubscriptionToStream(stream, group);
    await once(first.resume(), 'confirmation');
    const second = given.client.subscribeToPersistentSubscriptionToStream(stream, group);
    const [error] = (await once(second.resume(), 'error')) as [unknown];
    expect(error).toBeInstanceOf(PersistentSubscriptionMaximumSubscribersReachedError);
    await first.unsubscribe();
  });

  test('who connects to none is told, for a stream and for $all', async () => {
    const { client } = given;
    for (const subscription of [
      client.subscribeToPersistentSubscriptionToStream(newStream(), newGroup()),
      client.subscribeToPersistentSubscriptionToAll(newGroup()),
    ]) {
      const [error] = (await once(subscription.resume(), 'error')) as [unknown];
      expect(error).toBeInstanceOf(PersistentSubscriptionDoesNotExistError);
    }
  });

  test('the info counts who is connected, under the name of the connection', async () => {
    const [stream, group] = [newStream(), newGroup()];
    await given.client.createPersistentSubscriptionToStream(
      stream,
      group,
      streamSettings({ extraStatistics: true }),
    );
    const named = given.connect(`&connectionName=${group}`);
    expect(named.connectionName).toBe(group);
    const subscription = named.subscribeToPersistentSubscriptionToStream(stream, group);
    await once(subscription.resume(), 'confirmation');
    const info = await given.client.getPersistentSubscriptionToStreamInfo(stream, group);
    expect(info.connections).toHaveLength(1);
    expect(info.connections[0]).toMatchObject({ connectionName: group, totalItems: 0n });
    await subscription.unsubscribe();
  });

  test('restarts and updates at once leave one group at work', async () => {
    const [stream, group] = [newStream(), newGroup()];
    const { client } = given;
    const settings = streamSettings({ startFrom: START });
    await client.createPersistentSubscriptionToStream(stream, group, settings);
    await Promise.all(
      Array.from({ length: 5 }, async () => {
        await client.restartPersistentSubscriptionSubsystem();
        await client.updatePersistentSubscriptionToStream(stream, group, settings);
      }),
    );
    await client.appendToStream(stream, series(5));
    const subscription = client.subscribeToPersistentSubscriptionToStream(stream, group);
    const found: number[] = [];
    for await (const delivered of subscription) {
      await subscription.ack(delivered);
      found.push(numberOf(delivered));
      if (found.length === 5) break;
    }
    await subscription.unsubscribe();
    expect(found).toEqual([0, 1, 2, 3, 4]);
  });

  test('the subsystem restarts, and what was created is there after it', async () => {
    const [stream, group] = [newStream(), newGroup()];
    await given.client.createPersistentSubscriptionToStream(stream, group, streamSettings());
    await given.client.createPersistentSubscriptionToAll(group, allSettings(), {
      filter: streamNameFilter({ prefixes: [stream] }),
    });
    await given.client.restartPersistentSubscriptionSubsystem();
    const info = await given.client.getPersistentSubscriptionToStreamInfo(stream, group);
    expect(info.settings).toEqual(streamSettings());
    const ofAll = await given.client.getPersistentSubscriptionToAllInfo(group);
    expect(ofAll.groupName).toBe(group);
  });
});
