// The client's deleteStream and tombstoneStream against the node, with every expectation.
import { describe, expect, test } from '@jest/globals';
import {
  ANY,
  NO_STREAM,
  StreamDeletedError,
  StreamNotFoundError,
  WrongExpectedVersionError,
} from '@eventstore/db-client';
import { all, happened, newStream, numbers, onEachStore, series } from './given.js';

onEachStore('deleteStream and tombstoneStream', (given) => {
  const calls = [
    { name: 'deleteStream' as const, gone: StreamNotFoundError },
    { name: 'tombstoneStream' as const, gone: StreamDeletedError },
  ];
  describe.each(calls)('$name', ({ name, gone }) => {
    test.each([{}, { expectedRevision: ANY }, { expectedRevision: 2n }] as const)(
      'a stream of three events with %p',
      async (options) => {
        const stream = newStream();
        const { position } = await given.client.appendToStream(stream, series(3));
        const deleted = await given.client[name](stream, options);
        expect(deleted.position!.commit).toBeGreaterThan(position!.commit);
        await expect(all(given.client.readStream(stream))).rejects.toBeInstanceOf(gone);
      },
    );

    test.each([NO_STREAM, 0n, 1n, 3n] as const)(
      'a stream of three events is kept, expecting %p',
      async (expectedRevision) => {
        const stream = newStream();
        await given.client.appendToStream(stream, series(3));
        const refused = given.client[name](stream, { expectedRevision });
        await expect(refused).rejects.toBeInstanceOf(WrongExpectedVersionError);
        await expect(refused).rejects.toMatchObject({
          streamName: stream,
          // The trailers carry a number, and the client makes no word of it here.
          expectedVersion: expectedRevision === NO_STREAM ? -1n : expectedRevision,
          actualVersion: 2n,
        });
        expect(await numbers(given.client.readStream(stream))).toEqual([0, 1, 2]);
      },
    );

    test('a tombstoned stream stays so', async () => {
      const stream = newStream();
      await given.client.tombstoneStream(stream, { expectedRevision: NO_STREAM });
      const refused = given.client[name](stream);
      await expect(refused).rejects.toBeInstanceOf(StreamDeletedError);
      await expect(refused).rejects.toMatchObject({ streamName: stream });
    });
  });

  test('what never was is not deleted, but may be tombstoned', async () => {
    const absent = given.client.deleteStream(newStream());
    await expect(absent).rejects.toBeInstanceOf(WrongExpectedVersionError);
    const { position } = await given.client.tombstoneStream(newStream());
    expect(position!.commit).toBeGreaterThan(0n);
  });

  test('a deleted stream that is written again goes on after its last revision', async () => {
    const stream = newStream();
    await given.client.appendToStream(stream, series(3));
    await given.client.deleteStream(stream);
    const { nextExpectedRevision } = await given.client.appendToStream(stream, happened(3), {
      expectedRevision: NO_STREAM,
    });
    expect(nextExpectedRevision).toBe(3n);
    expect(await numbers(given.client.readStream(stream))).toEqual([3]);
    await given.client.deleteStream(stream, { expectedRevision: 3n });
    await expect(all(given.client.readStream(stream))).rejects.toBeInstanceOf(StreamNotFoundError);
  });
});
