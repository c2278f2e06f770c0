// The client's getStreamMetadata and setStreamMetadata against the node, and what each property
// does.
import { expect, test } from '@jest/globals';
import {
  NO_STREAM,
  StreamDeletedError,
  SYSTEM_STREAM_ACL,
  USER_STREAM_ACL,
  WrongExpectedVersionError,
} from '@eventstore/db-client';
import { all, happened, newStream, numbers, onEachStore, series } from './given.js';

onEachStore('stream metadata', (given) => {
  test('everything that was set comes back, system and custom', async () => {
    const stream = newStream();
    const metadata = {
      maxCount: 7,
      maxAge: 3_600,
      truncateBefore: 1,
      cacheControl: 5,
      acl: {
        readRoles: ['$all'],
        writeRoles: ['ops', 'admin'],
        deleteRoles: ['admin'],
        metaReadRoles: ['$all'],
        metaWriteRoles: ['admin'],
      },
      owner: 'Ünïcode 🛒',
      nested: { list: [1, 2], none: null },
    };
    await given.client.setStreamMetadata(stream, metadata);
    const read = await given.client.getStreamMetadata(stream);
    expect(read).toMatchObject({ streamName: stream, metadata });
    expect(read.metastreamRevision).toBeDefined();
  });

  test('a stream without metadata has none, whether it is there or not', async () => {
    const stream = newStream();
    expect(await given.client.getStreamMetadata(stream)).toEqual({ streamName: stream });
    await given.client.appendToStream(stream, happened(0));
    expect(await given.client.getStreamMetadata(stream)).toEqual({ streamName: stream });
  });

  test('each setting is a revision of its own that may be expected', async () => {
    const stream = newStream();
    const set = (n: number, expectedRevision: bigint | typeof NO_STREAM) =>
      given.client.setStreamMetadata(stream, { n }, { expectedRevision });
    expect((await set(0, NO_STREAM)).nextExpectedRevision).toBe(0n);
    expect((await set(1, 0n)).nextExpectedRevision).toBe(1n);
    await expect(set(2, 0n)).rejects.toBeInstanceOf(WrongExpectedVersionError);
    await expect(set(2, NO_STREAM)).rejects.toMatchObject({
      streamName: `$$${stream}`,
      actualVersion: 1n,
    });
    const { metadata } = await given.client.getStreamMetadata(stream);
    expect(metadata).toEqual({ n: 1 });
  });

  test('metadata of a stream that has no events does not make it', async () => {
    const stream = newStream();
    await given.client.setStreamMetadata(stream, { maxCount: 1 });
    await given.client.appendToStream(stream, series(3), { expectedRevision: NO_STREAM });
    expect(await numbers(given.client.readStream(stream))).toEqual([2]);
  });

  test('$maxCount, $tb and $maxAge hide what they say, and show it again when lifted', async () => {
    const stream = newStream();
    await given.client.appendToStream(stream, series(6));
    const visible = async (metadata: object) => {
      await given.client.setStreamMetadata(stream, { ...metadata });
      return numbers(given.client.readStream(stream));
    };
    expect(await visible({ maxCount: 2 })).toEqual([4, 5]);
    expect(await visible({ truncateBefore: 3 })).toEqual([3, 4, 5]);
    expect(await visible({ truncateBefore: 3, maxCount: 2 })).toEqual([4, 5]);
    expect(await visible({ truncateBefore: 100 })).toEqual([]);
    expect(await visible({ maxAge: 10_000 })).toEqual([0, 1, 2, 3, 4, 5]);
  });

  test('the metadata of a tombstoned stream is gone with it', async () => {
    const stream = newStream();
    await given.client.setStreamMetadata(stream, { owner: 'me' });
    await given.client.tombstoneStream(stream);
    const read = given.client.getStreamMetadata(stream);
    await expect(read).rejects.toBeInstanceOf(StreamDeletedError);
  });

  test('metadata that are tombstoned themselves say nothing any more', async () => {
    const stream = newStream();
    await given.client.appendToStream(stream, series(3));
    await given.client.setStreamMetadata(stream, { maxCount: 1 });
    expect(await numbers(given.client.readStream(stream))).toEqual([2]);
    await given.client.tombstoneStream(`$$${stream}`);
    expect(await numbers(given.client.readStream(stream))).toEqual([0, 1, 2]);
  });

  test('the default rights are settings in a stream of the system', async () => {
    const settings = { [USER_STREAM_ACL]: { $r: '$all' }, [SYSTEM_STREAM_ACL]: { $r: '$admins' } };
    const event = { ...happened(0), type: 'update-default-acl', data: settings };
    await given.client.appendToStream('$settings', event);
    const [read] = await all(
      given.client.readStream('$settings', {
        direction: 'backwards',
        fromRevision: 'end',
        maxCount: 1,
      }),
    );
    expect(read!.event!.data).toEqual(settings);
  });
});
