// The client's readAll against the node: everything there is, from anywhere, in both directions.
import { expect, test } from '@jest/globals';
import { BACKWARDS, END, type AllStreamResolvedEvent } from '@eventstore/db-client';
import { all, happened, newStream, numberOf, onEachStore, series } from './given.js';

const placeOf = ({ event }: AllStreamResolvedEvent) => event!.position.commit;

onEachStore('readAll', (given) => {
  test('forwards and backwards are each other turned around', async () => {
    await given.client.appendToStream(newStream(), series(10));
    const forwards = (await all(given.client.readAll())).map(placeOf);
    const backwards = await all(given.client.readAll({ direction: BACKWARDS, fromPosition: END }));
    expect(backwards.map(placeOf)).toEqual([...forwards].reverse());
    expect(forwards).toEqual([...forwards].sort((a, b) => Number(a - b)));
    expect(new Set(forwards).size).toBe(forwards.length);
  });

  test('a read begins at the position it is given: with it forwards, before it backwards', async () => {
    const stream = newStream();
    const results = [];
    for (const n of [0, 1, 2]) {
      results.push(await given.client.appendToStream(stream, happened(n)));
    }
    const fromPosition = results[1]!.position!;
    const forwards = await all(given.client.readAll({ fromPosition, maxCount: 2 }));
    expect(forwards.map(numberOf)).toEqual([1, 2]);
    const backwards = await all(
      given.client.readAll({ fromPosition, direction: BACKWARDS, maxCount: 1 }),
    );
    expect(backwards.map(numberOf)).toEqual([0]);
  });

  test('what was written twice is there once, what was deleted is there with its deletion', async () => {
    const stream = newStream();
    const event = happened(0);
    await given.client.appendToStream(stream, event);
    await given.client.appendToStream(stream, event);
    await given.client.deleteStream(stream);
    const own = (await all(given.client.readAll()))
      .map(({ event }) => event!)
      .filter(({ streamId }) => streamId.endsWith(stream));
    expect(own.map(({ streamId, type }) => [streamId, type])).toEqual([
      [stream, 'Happened'],
      [`$$${stream}`, '$metadata'],
    ]);
  });

  test('a tombstone is an event of its stream', async () => {
    const stream = newStream();
    await given.client.appendToStream(stream, happened(0));
    const { position } = await given.client.tombstoneStream(stream);
    const [last] = await all(
      given.client.readAll({ direction: BACKWARDS, fromPosition: END, maxCount: 1 }),
    );
    expect(last!.event).toMatchObject({ streamId: stream, type: '$streamDeleted', position });
  });

  test('more than ten thousand events come whole', async () => {
    const stream = newStream();
    for (let n = 0; n < 11_000; n += 1_000) {
      await given.client.appendToStream(
        stream,
        Array.from({ length: 1_000 }, (_, i) => happened(n + i)),
      );
    }
    const found = (await all(given.client.readAll())).filter(
      ({ event }) => event!.streamId === stream,
    );
    expect(found.map(numberOf)).toEqual(Array.from({ length: 11_000 }, (_, n) => n));
  });

  test('a reader may leave in the middle', async () => {
    await given.client.appendToStream(newStream(), series(300));
    let count = 0;
    for await (const { event } of given.client.readAll()) {
      expect(event).toBeDefined();
      if (++count === 20) break;
    }
    expect(await all(given.client.readAll({ maxCount: 3 }))).toHaveLength(3);
  });
});
