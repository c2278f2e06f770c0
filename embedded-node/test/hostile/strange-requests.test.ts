// Requests that are well formed and strange: names and numbers at their limits, settings that make
// no sense, messages beyond what is taken. Each is done or refused with a typed error, and none
// harms.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { Metadata, status } from '@grpc/grpc-js';
import {
  binaryEvent,
  EventStoreDBClient,
  jsonEvent,
  persistentSubscriptionToAllSettingsFromDefaults as allSettings,
  persistentSubscriptionToStreamSettingsFromDefaults as streamSettings,
  START,
  streamNameFilter,
  UnknownError,
  WrongExpectedVersionError,
  type ReadStreamOptions,
} from '@eventstore/db-client';
import { all, happened, newStream, numbers, series } from '../client/given.js';
import { Cleanup } from '../../../test/event-store/nodes.js';
import { HostileNode } from './hostile-node.js';

const cleanup = new Cleanup();
let node: HostileNode;
let client: EventStoreDBClient;
beforeAll(async () => {
  node = await HostileNode.start(cleanup);
  ({ client } = node);
});
afterAll(() => cleanup.run());

describe('names', () => {
  test.each([
    ['one letter', 'x'],
    ['as long as a page', 'n'.repeat(4_096)],
    ['as long as a book', 'n'.repeat(200_000)],
    ['of many scripts', '購物車-корзина-🛒-عربة'],
    ['with a zero in it', 'zero\u0000-in-it'],
    ['with quotes and semicolons', `'; DROP TABLE events; --"`],
    ['with line ends', 'a\r\nb-1'],
    ['of spaces', '   '],
    ['like a link', '0@other'],
    ['like that of all', '$all-but-not'],
  ])('%s', async (_, name) => {
    const stream = `${name}${randomUUID()}`;
    await client.appendToStream(stream, series(2));
    const read = await all(client.readStream(stream));
    expect(read.map(({ event }) => event!.streamId)).toEqual([stream, stream]);
    await client.setStreamMetadata(stream, { maxCount: 1 });
    expect(await numbers(client.readStream(stream))).toEqual([1]);
    // What is said of a stream names it, which is easy to get wrong where names are strange.
    const wrong = client.deleteStream(stream, { expectedRevision: 77n });
    await expect(wrong).rejects.toThrow();
    const conflict = client.appendToStream(stream, happened(2), { expectedRevision: 77n });
    await expect(conflict).rejects.toBeInstanceOf(WrongExpectedVersionError);
    await client.tombstoneStream(stream);
    await expect(all(client.readStream(stream))).rejects.toThrow();
    await expect(client.tombstoneStream(stream)).rejects.toThrow();
    await node.works();
  });

  test('no name at all is refused by every call', async () => {
    for (const call of [
      () => client.appendToStream('', happened(0)),
      () => client.deleteStream(''),
      () => client.tombstoneStream(''),
      () => all(client.readStream('')),
    ]) {
      await expect(call()).rejects.toThrow();
    }
    await node.works();
  });

  test('an event type may be any text but none', async () => {
    for (const type of ['t'.repeat(50_000), '種類🛒', 'a\u0000b', "';--"]) {
      const stream = newStream();
      await client.appendToStream(stream, jsonEvent({ type, data: {} }));
      const [read] = await all(client.readStream(stream));
      expect(read!.event!.type).toBe(type);
    }
    const refused = client.appendToStream(newStream(), jsonEvent({ type: '', data: {} }));
    await expect(refused).rejects.toThrow();
  });
});

describe('numbers', () => {
  const largest = 2n ** 63n - 1n;

  test.each<{ options: ReadStreamOptions; answer: number[] | 'refused' }>([
    { options: { fromRevision: largest }, answer: [] },
    { options: { fromRevision: 2n ** 64n - 1n }, answer: 'refused' },
    { options: { direction: 'backwards', fromRevision: largest }, answer: [1, 0] },
    { options: { maxCount: 2n ** 63n }, answer: [0, 1] },
  ])('a read with $options', async ({ options, answer }) => {
    const stream = newStream();
    await client.appendToStream(stream, series(2));
    const read = numbers(client.readStream(stream, options));
    if (answer === 'refused') await expect(read).rejects.toBeInstanceOf(UnknownError);
    else expect(await read).toEqual(answer);
  });

  test.each([2n ** 63n - 1n, 2n ** 63n, -2n, 5n])(
    'an append that expects %p of an absent stream is refused',
    async (expectedRevision) => {
      const refused = client.appendToStream(newStream(), happened(0), { expectedRevision });
      await expect(refused).rejects.toThrow();
    },
  );

  test('a position that is none is refused', async () => {
    const { position } = await client.appendToStream(newStream(), happened(0));
    for (const fromPosition of [
      { commit: position!.commit + 1n, prepare: position!.prepare + 1n },
      { commit: position!.commit, prepare: position!.prepare + 64n },
      { commit: 2n ** 63n, prepare: 2n ** 63n },
    ]) {
      const read = all(client.readAll({ fromPosition, direction: 'backwards', maxCount: 1 }));
      await expect(read).rejects.toThrow();
    }
  });

  test.each([
    { messageTimeout: -1 },
    { maxRetryCount: -5 },
    { liveBufferSize: -1 },
    { readBatchSize: 0 },
    { readBatchSize: 1_000, historyBufferSize: 10 },
    { checkPointLowerBound: 100, checkPointUpperBound: 1 },
    { consumerStrategyName: 'Nobody' },
    { startFrom: 2n ** 63n },
    { liveBufferSize: 2 ** 31 - 1, historyBufferSize: 2 ** 31 - 1 },
  ])('a persistent subscription with %p', async (changes) => {
    const stream = newStream();
    await client.appendToStream(stream, series(3));
    // The one is taken and the other refused; what matters is that both are answered.
    await Promise.allSettled([
      client.createPersistentSubscriptionToStream(stream, 'strange', streamSettings(changes)),
    ]);
    await node.works();
  });
});

describe('sizes', () => {
  test('a message beyond what is taken is refused, and the connection lives', async () => {
    const data = new Uint8Array(20 * 1024 * 1024);
    const credentials = { username: 'makes', password: 'it classic' };
    const refused = client.appendToStream(newStream(), binaryEvent({ type: 'Huge', data }), {
      credentials,
    });
    await expect(refused).rejects.toThrow();
    await node.works();
  });

  test('metadata of an event may be larger than its data ever', async () => {
    const stream = newStream();
    const metadata = new Uint8Array(4 * 1024 * 1024).fill(7);
    await client.appendToStream(stream, [
      { ...happened(0), metadata },
      { ...happened(1), metadata: {} },
    ]);
    const [read] = await all(client.readStream(stream));
    expect(read!.event!.metadata).toHaveLength(metadata.length);
  });

  test('metadata of a stream that is a book is kept', async () => {
    const stream = newStream();
    const book = 'word '.repeat(100_000);
    await client.setStreamMetadata(stream, { book });
    const { metadata } = await client.getStreamMetadata<{ book: string }>(stream);
    expect(metadata?.book).toBe(book);
  });

  test('a batch of ten thousand empty events is one write', async () => {
    const stream = newStream();
    const events = Array.from({ length: 10_000 }, () =>
      binaryEvent({ type: 'Empty', data: new Uint8Array() }),
    );
    const { nextExpectedRevision } = await client.appendToStream(stream, events);
    expect(nextExpectedRevision).toBe(9_999n);
  });

  test('headers beyond all measure end a call and no more', async () => {
    const stranger = node.stranger();
    const headers = new Metadata();
    for (let i = 0; i < 50; i++) headers.set(`strange-${i}`, 'x'.repeat(10_000));
    const path = '/event_store.client.streams.Streams/Read';
    const code = await stranger.call(path, [Buffer.alloc(0)], 2_000, headers);
    expect(code).not.toBe(status.OK);
    stranger.close();
    await node.works();
  });

  test('a thousand headers of no meaning are passed over', async () => {
    const stranger = node.stranger();
    const headers = new Metadata();
    for (let i = 0; i < 100; i++) headers.set(`meaningless-${i}`, String(i));
    headers.set('requires-leader', 'perhaps');
    headers.set('authorization', 'Nonsense %%%');
    const path = '/event_store.client.gossip.Gossip/Read';
    expect(await stranger.call(path, [Buffer.alloc(0)], 2_000, headers)).toBe(status.OK);
    stranger.close();
  });
});

describe('filters', () => {
  test.each(['(', '[', '*', '(?<', '\\'])('the pattern %p is refused', async (regex) => {
    const subscription = client.subscribeToAll({ filter: streamNameFilter({ regex }) });
    await expect(all(subscription)).rejects.toThrow();
    await node.works();
  });

  describe('an expression that backtracks without end', () => {
    const filter = streamNameFilter({ regex: '(a+)+$' });
    const wanted = `b-${randomUUID()}-a`;
    beforeAll(async () => {
      await client.appendToStream(wanted, happened(1));
      await client.appendToStream(`${'a'.repeat(50)}!`, happened(1));
    });

    test('ends a subscription', async () => {
      const subscription = all(client.subscribeToAll({ filter }));
      await expect(subscription).rejects.toMatchObject({ code: status.RESOURCE_EXHAUSTED });
      await node.works();
    });

    test('ends the calls of a group, whose other commands go on', async () => {
      const settings = allSettings({ startFrom: START });
      await client.createPersistentSubscriptionToAll('endless', settings, { filter });
      const consume = async () => {
        const group = client.subscribeToPersistentSubscriptionToAll('endless');
        for await (const delivered of group) await group.ack(delivered);
      };
      for (let turn = 0; turn < 2; turn++) {
        await expect(consume()).rejects.toMatchObject({ code: status.RESOURCE_EXHAUSTED });
        await node.works();
      }
      await client.deletePersistentSubscriptionToAll('endless');
    });
  });

  test('a thousand prefixes are taken', async () => {
    const stream = newStream();
    const prefixes = Array.from({ length: 1_000 }, (_, i) => `prefix-${i}-`);
    await client.appendToStream(stream, happened(1));
    const filter = streamNameFilter({ prefixes: [...prefixes, stream] });
    for await (const { event } of client.subscribeToAll({ filter })) {
      expect(event!.streamId).toBe(stream);
      break;
    }
  });
});
