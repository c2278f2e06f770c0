// Who may do what with a stream: the rules behind the recorded cases, where those do not reach.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  AccessDeniedError,
  type EventStoreDBClient,
  jsonEvent,
  persistentSubscriptionToStreamSettingsFromDefaults as streamSettings,
} from '@eventstore/db-client';
import { Cleanup } from '../../../test/event-store/nodes.js';
import { countOf, happened, newStream, ops, SecureNode } from './given.js';

const cleanup = new Cleanup();
let secure: SecureNode;
let admin: EventStoreDBClient;
let operator: EventStoreDBClient;
let nobody: EventStoreDBClient;
let user: EventStoreDBClient;

beforeAll(async () => {
  secure = await SecureNode.start(cleanup);
  admin = secure.as({ username: 'admin', password: 'changeit' });
  operator = secure.as(ops);
  nobody = secure.as(null);
  user = secure.as(await secure.newUser({ groups: ['team'] }));
});
afterAll(() => cleanup.run());

async function streamOf(prefix?: string): Promise<string> {
  const stream = newStream(prefix);
  await admin.appendToStream(stream, happened());
  return stream;
}

const denied = (work: Promise<unknown>) => expect(work).rejects.toBeInstanceOf(AccessDeniedError);

describe('ordinary streams', () => {
  test('a user of no group reads, writes and deletes them', async () => {
    const stream = await streamOf();
    await user.appendToStream(stream, happened());
    expect(await countOf(user.readStream(stream))).toBe(2);
    await user.deleteStream(stream);
  });

  test('a list that names one role as text counts as one role', async () => {
    const stream = await streamOf();
    const metadata = { $acl: { $r: 'team' } };
    await admin.appendToStream(`$$${stream}`, jsonEvent({ type: '$metadata', data: metadata }));
    expect(await countOf(user.readStream(stream))).toBe(1);
    await denied(countOf(operator.readStream(stream)));
  });

  test('a senseless list is no list', async () => {
    const stream = await streamOf();
    const metadata = { $acl: { $r: ['$admins'], $x: [] } };
    await admin.appendToStream(`$$${stream}`, jsonEvent({ type: '$metadata', data: metadata }));
    expect(await countOf(user.readStream(stream))).toBe(1);
  });

  test('a soft delete takes the list with it', async () => {
    const stream = await streamOf();
    await admin.setStreamMetadata(stream, { acl: { writeRoles: ['$admins'] } });
    await admin.deleteStream(stream);
    await user.appendToStream(stream, happened());
    expect(await countOf(user.readStream(stream))).toBe(1);
  });

  test('a list for metadata does not open or shut the stream', async () => {
    const stream = await streamOf();
    await admin.setStreamMetadata(stream, { acl: { metaWriteRoles: ['$admins'] } });
    await denied(user.setStreamMetadata(stream, { maxCount: 1 }));
    await user.appendToStream(stream, happened());
    await admin.setStreamMetadata(stream, { acl: { writeRoles: ['$admins'] } });
    await user.setStreamMetadata(stream, {});
    await user.appendToStream(stream, happened());
  });

  test('nobody deletes a metadata stream, admins included', async () => {
    const stream = await streamOf();
    await admin.setStreamMetadata(stream, { maxCount: 9, acl: { metaWriteRoles: ['$all'] } });
    for (const client of [user, admin]) {
      await denied(client.deleteStream(`$$${stream}`));
      await denied(client.tombstoneStream(`$$${stream}`));
    }
    expect((await admin.getStreamMetadata(stream)).metadata?.maxCount).toBe(9);
  });

  test('a denied append leaves others of the same connection alone', async () => {
    const [open, shut] = [await streamOf(), await streamOf()];
    await admin.setStreamMetadata(shut, { acl: { writeRoles: ['$admins'] } });
    const appends = await Promise.allSettled([
      user.appendToStream(open, happened()),
      operator.appendToStream(shut, happened(), { credentials: ops }),
      operator.appendToStream(open, happened(), { credentials: ops }),
    ]);
    expect(appends.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(await countOf(admin.readStream(shut))).toBe(1);
  });
});

describe('system streams', () => {
  test('their metadata is for admins too', async () => {
    const stream = await streamOf('$own');
    await denied(user.getStreamMetadata(stream));
    await denied(user.setStreamMetadata(stream, { maxCount: 1 }));
  });

  test('nobody but admins sees what the users are kept as', async () => {
    await denied(countOf(operator.readStream('$users')));
    await denied(countOf(operator.readStream('$user-admin')));
    expect(await countOf(admin.readStream('$user-admin'))).toBe(1);
  });

  test('the list of $all opens $all to those whom it names, and to nobody else', async () => {
    await admin.setStreamMetadata('$all', { acl: { readRoles: ['team'] } });
    expect(await countOf(user.readAll({ maxCount: 1 }))).toBe(1);
    await denied(countOf(operator.readAll({ maxCount: 1 })));
    await denied(countOf(nobody.readAll({ maxCount: 1 })));
    await admin.setStreamMetadata('$all', {});
    await denied(countOf(user.readAll({ maxCount: 1 })));
  });

  test.each<[string, (client: EventStoreDBClient) => Promise<unknown>]>([
    ['appended to', (client) => client.appendToStream('$all', happened())],
    [
      'appended to with credentials of the call',
      (client) => client.appendToStream('$all', happened(), { credentials: ops }),
    ],
    ['deleted', (client) => client.deleteStream('$all')],
    ['tombstoned', (client) => client.tombstoneStream('$all')],
  ])('$all is never %s, not by admins either, whatever its list says', async (_, work) => {
    await admin.setStreamMetadata('$all', {
      acl: { readRoles: ['$admins'], writeRoles: ['$all'], deleteRoles: ['$all'] },
    });
    for (const client of [user, admin]) await denied(work(client));
    expect(await countOf(admin.readAll({ maxCount: 1 }))).toBe(1);
  });
});

describe('$settings', () => {
  const settings = (data: object) =>
    admin.appendToStream('$settings', jsonEvent({ type: 'settings', data: { ...data } }));

  test('give defaults for an action that the stream itself says nothing about', async () => {
    const [plain, listed, system] = [await streamOf(), await streamOf(), await streamOf('$own')];
    await admin.setStreamMetadata(listed, { acl: { readRoles: ['$all'] } });
    await settings({
      $userStreamAcl: { $r: 'team', $w: ['team'] },
      $systemStreamAcl: { $r: '$ops' },
    });
    try {
      await denied(countOf(operator.readStream(plain)));
      await denied(operator.appendToStream(listed, happened()));
      expect(await countOf(operator.readStream(listed))).toBe(1);
      expect(await countOf(user.readStream(plain))).toBe(1);
      expect(await countOf(operator.readStream(system))).toBe(1);
      await denied(operator.appendToStream(system, happened()));
      await denied(countOf(user.readStream(system)));
    } finally {
      await settings({});
    }
    expect(await countOf(operator.readStream(plain))).toBe(1);
  });

  test('are ignored when a list in them is senseless', async () => {
    const stream = await streamOf();
    await settings({ $userStreamAcl: { $r: 7 } });
    expect(await countOf(user.readStream(stream))).toBe(1);
  });
});

describe('persistent subscriptions', () => {
  test('are managed by operators, and looked at by every user', async () => {
    const stream = await streamOf();
    await denied(user.createPersistentSubscriptionToStream(stream, 'group', streamSettings()));
    await operator.createPersistentSubscriptionToStream(stream, 'group', streamSettings());
    const info = await user.getPersistentSubscriptionToStreamInfo(stream, 'group');
    expect(info.groupName).toBe('group');
    await denied(user.deletePersistentSubscriptionToStream(stream, 'group'));
    await denied(user.replayParkedMessagesToStream(stream, 'group'));
    await operator.deletePersistentSubscriptionToStream(stream, 'group');
  });

  test('a group of operators need not be named ops', async () => {
    const other = secure.as(await secure.newUser({ groups: ['$ops'] }));
    const stream = await streamOf();
    await other.createPersistentSubscriptionToStream(stream, 'group', streamSettings());
    await other.deletePersistentSubscriptionToStream(stream, 'group');
  });
});
