// The client's subscribeToStream against the node: where it begins, what it tells, how it ends.
import { expect, test } from '@jest/globals';
import { once } from 'node:events';
import { END, START, StreamDeletedError, type ReadRevision } from '@eventstore/db-client';
import {
  happened,
  linkTo,
  newStream,
  numberOf,
  numbers,
  onEachStore,
  series,
  take,
} from './given.js';

onEachStore('subscribeToStream', (given) => {
  test.each<{ fromRevision: ReadRevision; found: number[] }>([
    { fromRevision: START, found: [0, 1, 2, 3, 4] },
    { fromRevision: 0n, found: [1, 2, 3, 4] },
    { fromRevision: 1n, found: [2, 3, 4] },
    { fromRevision: 2n, found: [3, 4] },
    { fromRevision: END, found: [3, 4] },
  ])('from $fromRevision of three, with two more to come', async ({ fromRevision, found }) => {
    const stream = newStream();
    await given.client.appendToStream(stream, series(3));
    const subscription = given.client.subscribeToStream(stream, { fromRevision });
    const caughtUp = once(subscription, 'caughtUp');
    const taken = take(subscription, found.length);
    await caughtUp;
    await given.client.appendToStream(stream, [happened(3), happened(4)]);
    expect((await taken).map(numberOf)).toEqual(found);
  });

  test('it is confirmed with an id, and waits for a stream that is not there yet', async () => {
    const stream = newStream();
    const subscription = given.client.subscribeToStream(stream);
    await once(subscription, 'confirmation');
    expect(subscription.id).toMatch(/^[0-9a-f-]{36}$/);
    const taken = take(subscription, 2);
    await given.client.appendToStream(stream, series(2));
    expect((await taken).map(numberOf)).toEqual([0, 1]);
  });

  test('it ends when it is told to, without an error, and gives nothing after', async () => {
    const stream = newStream();
    await given.client.appendToStream(stream, series(3));
    const subscription = given.client.subscribeToStream(stream, { fromRevision: START });
    const found: number[] = [];
    subscription.on('data', (resolved) => found.push(numberOf(resolved)));
    await once(subscription, 'caughtUp');
    const ended = once(subscription, 'end');
    await subscription.unsubscribe();
    await ended;
    await given.client.appendToStream(stream, happened(3));
    expect(await numbers(given.client.readStream(stream))).toEqual([0, 1, 2, 3]);
    expect(found).toEqual([0, 1, 2]);
  });

  test('destroying it, leaving its loop and disposing of the client end it too', async () => {
    const stream = newStream();
    await given.client.appendToStream(stream, series(2));
    const destroyed = given.client.subscribeToStream(stream);
    await once(destroyed, 'confirmation');
    const closed = once(destroyed, 'close');
    destroyed.destroy();
    await closed;
    expect(await take(given.client.subscribeToStream(stream), 1)).toHaveLength(1);
    const other = given.connect();
    const disposed = other.subscribeToStream(stream).resume();
    await once(disposed, 'confirmation');
    const ended = once(disposed, 'end');
    await other.dispose();
    await ended;
  });

  test('several subscriptions to one stream each get everything once, in order', async () => {
    const stream = newStream();
    await given.client.appendToStream(stream, series(50));
    const taken = Array.from({ length: 5 }, () =>
      take(given.client.subscribeToStream(stream, { fromRevision: START }), 150),
    );
    for (let n = 50; n < 150; n += 5) {
      await given.client.appendToStream(
        stream,
        Array.from({ length: 5 }, (_, i) => happened(n + i)),
      );
    }
    for (const found of await Promise.all(taken)) {
      expect(found.map(numberOf)).toEqual(Array.from({ length: 150 }, (_, n) => n));
    }
  });

  test('a link comes with what it points to', async () => {
    const [target, links] = [newStream(), newStream('links')];
    await given.client.appendToStream(target, series(2));
    const subscription = given.client.subscribeToStream(links, { resolveLinkTos: true });
    const taken = take(subscription, 2);
    await given.client.appendToStream(links, [linkTo(`1@${target}`), linkTo(`9@${target}`)]);
    const [resolved, broken] = await taken;
    expect(resolved).toMatchObject({ event: { streamId: target }, link: { streamId: links } });
    expect([broken!.event, broken!.link!.type]).toEqual([undefined, '$>']);
  });

  test('a tombstoned stream refuses it', async () => {
    const stream = newStream();
    await given.client.tombstoneStream(stream);
    const refused = given.client.subscribeToStream(stream);
    refused.resume();
    const [error] = (await once(refused, 'error')) as [unknown];
    expect(error).toBeInstanceOf(StreamDeletedError);
  });

  test('thousands of events come through, those of the past and those of now', async () => {
    const stream = newStream();
    await given.client.appendToStream(stream, series(3_000));
    const taken = take(given.client.subscribeToStream(stream), 4_000);
    for (let n = 3_000; n < 4_000; n += 100) {
      await given.client.appendToStream(
        stream,
        Array.from({ length: 100 }, (_, i) => happened(n + i)),
      );
    }
    expect((await taken).map(numberOf)).toEqual(Array.from({ length: 4_000 }, (_, n) => n));
  });
});
