// The client's readStream against the node: directions, beginnings, counts, links, big streams, and
// readers who leave early.
import { describe, expect, test } from '@jest/globals';
import {
  BACKWARDS,
  END,
  FORWARDS,
  START,
  StreamDeletedError,
  StreamNotFoundError,
  UnknownError,
  type ReadStreamOptions,
} from '@eventstore/db-client';
import { once } from 'node:events';
import {
  all,
  happened,
  linkTo,
  newStream,
  numberOf,
  numbers,
  onEachStore,
  series,
} from './given.js';

const MANY = 10_000;

onEachStore('readStream', (given) => {
  describe('of eight events', () => {
    test.each<{ options: ReadStreamOptions; found: number[] }>([
      { options: {}, found: [0, 1, 2, 3, 4, 5, 6, 7] },
      { options: { fromRevision: START, maxCount: 3 }, found: [0, 1, 2] },
      { options: { direction: FORWARDS, fromRevision: 5n }, found: [5, 6, 7] },
      { options: { fromRevision: 2n, maxCount: 2n }, found: [2, 3] },
      { options: { fromRevision: 8n }, found: [] },
      { options: { fromRevision: 5_000n }, found: [] },
      { options: { direction: BACKWARDS, fromRevision: END, maxCount: 3 }, found: [7, 6, 5] },
      { options: { direction: BACKWARDS, fromRevision: 2n }, found: [2, 1, 0] },
      { options: { direction: BACKWARDS, fromRevision: START }, found: [0] },
      { options: { direction: BACKWARDS, fromRevision: 5_000n, maxCount: 1 }, found: [7] },
      { options: { maxCount: 1, resolveLinkTos: true, requiresLeader: true }, found: [0] },
      { options: { maxCount: Number.MAX_SAFE_INTEGER }, found: [0, 1, 2, 3, 4, 5, 6, 7] },
    ])('$options', async ({ options, found }) => {
      const stream = newStream();
      await given.client.appendToStream(stream, series(8));
      expect(await numbers(given.client.readStream(stream, options))).toEqual(found);
    });
  });

  test('what is asked of an absent stream and of a tombstoned one is told', async () => {
    const absent = newStream();
    const read = all(given.client.readStream(absent));
    await expect(read).rejects.toBeInstanceOf(StreamNotFoundError);
    await expect(read).rejects.toMatchObject({ streamName: absent });
    await given.client.tombstoneStream(absent);
    const again = all(given.client.readStream(absent));
    await expect(again).rejects.toBeInstanceOf(StreamDeletedError);
    await expect(again).rejects.toMatchObject({ streamName: absent });
  });

  test('a read of nothing is refused', async () => {
    const stream = newStream();
    await given.client.appendToStream(stream, happened(0));
    const read = all(given.client.readStream(stream, { maxCount: 0 }));
    await expect(read).rejects.toBeInstanceOf(UnknownError);
  });

  test('a name may be any text', async () => {
    for (const name of ['with space', 'Ünïcode-世界-🛒', 'a/b?c=d&e#f', '-', 'x'.repeat(2_000)]) {
      const stream = `${newStream()}${name}`;
      await given.client.appendToStream(stream, happened(1));
      const [read] = await all(given.client.readStream(stream));
      expect(read!.event!.streamId).toBe(stream);
    }
  });

  test('many events come in order, forwards and backwards', async () => {
    const stream = newStream();
    for (let n = 0; n < MANY; n += 2_000) {
      const events = Array.from({ length: 2_000 }, (_, i) => happened(n + i));
      await given.client.appendToStream(stream, events);
    }
    const expected = Array.from({ length: MANY }, (_, n) => n);
    expect(await numbers(given.client.readStream(stream))).toEqual(expected);
    const backwards = given.client.readStream(stream, { direction: BACKWARDS, fromRevision: END });
    expect(await numbers(backwards)).toEqual(expected.reverse());
  });

  test('a reader may leave the loop, cancel, or destroy, and the next call works', async () => {
    const stream = newStream();
    await given.client.appendToStream(stream, series(500));
    for await (const resolved of given.client.readStream(stream)) {
      if (numberOf(resolved) === 10) break;
    }
    const cancelled = given.client.readStream(stream);
    await once(cancelled, 'data');
    const ended = new Promise((resolve) => cancelled.once('close', resolve).once('end', resolve));
    await cancelled.cancel();
    cancelled.resume();
    await ended;
    const destroyed = given.client.readStream(stream);
    await once(destroyed, 'data');
    destroyed.destroy();
    expect(await numbers(given.client.readStream(stream, { maxCount: 2 }))).toEqual([0, 1]);
  });

  test('a reader that waits between events gets all of them', async () => {
    const stream = newStream();
    await given.client.appendToStream(stream, series(200));
    const found: number[] = [];
    const read = given.client.readStream(stream, {}, { highWaterMark: 1 });
    for await (const resolved of read) {
      await new Promise(setImmediate);
      found.push(numberOf(resolved));
    }
    expect(found).toEqual([...found.keys()]);
    expect(found).toHaveLength(200);
  });

  test('links are shown as they are, or with what they point to', async () => {
    const [target, links] = [newStream(), newStream('links')];
    await given.client.appendToStream(target, series(2));
    await given.client.appendToStream(
      links,
      [`1@${target}`, `7@${target}`, `0@${newStream()}`].map(linkTo),
    );
    const plain = await all(given.client.readStream(links));
    expect(plain.map(({ event, link }) => [event!.type, link])).toEqual(
      Array.from({ length: 3 }, () => ['$>', undefined]),
    );
    const [resolved, ...broken] = await all(
      given.client.readStream(links, { resolveLinkTos: true }),
    );
    expect(resolved).toMatchObject({
      event: { streamId: target, revision: 1n },
      link: { streamId: links, revision: 0n, type: '$>' },
    });
    expect(broken.map(({ event, link }) => [event, link!.revision])).toEqual([
      [undefined, 1n],
      [undefined, 2n],
    ]);
  });

  test('a link to what was truncated or deleted has no event', async () => {
    const [target, links] = [newStream(), newStream('links')];
    await given.client.appendToStream(target, series(2));
    await given.client.appendToStream(links, [linkTo(`0@${target}`), linkTo(`1@${target}`)]);
    const resolved = async () =>
      (await all(given.client.readStream(links, { resolveLinkTos: true }))).map(
        ({ event }) => event?.revision,
      );
    expect(await resolved()).toEqual([0n, 1n]);
    await given.client.setStreamMetadata(target, { truncateBefore: 1 });
    expect(await resolved()).toEqual([undefined, 1n]);
    await given.client.tombstoneStream(target);
    expect(await resolved()).toEqual([undefined, undefined]);
  });
});
