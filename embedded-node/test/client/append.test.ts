// The client's appendToStream against the node: every kind of event, expectation and way of
// writing.
import { describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import {
  ANY,
  binaryEvent,
  jsonEvent,
  MaxAppendSizeExceededError,
  NO_STREAM,
  STREAM_EXISTS,
  StreamDeletedError,
  WrongExpectedVersionError,
  type AppendToStreamOptions,
} from '@eventstore/db-client';
import { all, happened, newStream, numbers, onEachStore, series } from './given.js';

/** A call with credentials of its own is made by the classic Append, every other by BatchAppend. */
const ways: { way: string; call: AppendToStreamOptions }[] = [
  { way: 'BatchAppend', call: {} },
  { way: 'Append', call: { credentials: { username: 'ignored', password: 'when insecure' } } },
];

onEachStore('appendToStream', (given) => {
  describe.each(ways)('by $way', ({ call }) => {
    test('JSON comes back as it went, with its metadata, type and id', async () => {
      const stream = newStream();
      const id = randomUUID();
      const data = { words: 'Grüße, 世界 🛒', list: [1, null, { deep: true }], empty: {} };
      const event = jsonEvent({ id, type: 'Said', data, metadata: { by: 'tests' } });
      const before = Date.now();
      await given.client.appendToStream(stream, event, call);
      const [{ event: read } = {}] = await all(given.client.readStream(stream));
      expect(read).toMatchObject({
        streamId: stream,
        revision: 0n,
        id,
        type: 'Said',
        isJson: true,
        data,
        metadata: { by: 'tests' },
      });
      expect(read!.created.getTime()).toBeGreaterThanOrEqual(before);
      expect(read!.created.getTime()).toBeLessThanOrEqual(Date.now());
    });

    test('bytes come back as they went, with bytes as metadata', async () => {
      const stream = newStream();
      const data = Uint8Array.from({ length: 256 }, (_, byte) => byte);
      const metadata = Uint8Array.of(0, 255, 128);
      await given.client.appendToStream(
        stream,
        [
          binaryEvent({ type: 'Seen', data, metadata }),
          binaryEvent({ type: 'Seen', data: new Uint8Array() }),
        ],
        call,
      );
      const [full, empty] = await all(given.client.readStream(stream));
      expect(full!.event).toMatchObject({ isJson: false, type: 'Seen' });
      expect(Uint8Array.from(full!.event!.data as Uint8Array)).toEqual(data);
      expect(Uint8Array.from(full!.event!.metadata as Uint8Array)).toEqual(metadata);
      expect(empty!.event!.data).toHaveLength(0);
    });

    test('positions and revisions grow', async () => {
      const stream = newStream();
      const first = await given.client.appendToStream(stream, series(3), call);
      const second = await given.client.appendToStream(stream, happened(3), call);
      expect([first.success, second.success]).toEqual([true, true]);
      expect([first.nextExpectedRevision, second.nextExpectedRevision]).toEqual([2n, 3n]);
      expect(second.position!.commit).toBeGreaterThan(first.position!.commit);
    });

    test('an append of nothing is taken', async () => {
      const stream = newStream();
      const result = await given.client.appendToStream(stream, [], call);
      expect(result.success).toBe(true);
      await given.client.appendToStream(stream, happened(0), {
        ...call,
        expectedRevision: NO_STREAM,
      });
      expect(await numbers(given.client.readStream(stream))).toEqual([0]);
    });

    test.each([
      { expectedRevision: ANY, onAbsent: true, onPresent: true },
      { expectedRevision: NO_STREAM, onAbsent: true, onPresent: false },
      { expectedRevision: STREAM_EXISTS, onAbsent: false, onPresent: true },
      { expectedRevision: 0n, onAbsent: false, onPresent: true },
      { expectedRevision: 1n, onAbsent: false, onPresent: false },
    ] as const)(
      'expecting $expectedRevision: absent $onAbsent, one event $onPresent',
      async ({ expectedRevision, onAbsent, onPresent }) => {
        const present = newStream();
        await given.client.appendToStream(present, happened(0));
        for (const [stream, isTaken, actualVersion] of [
          [newStream(), onAbsent, 'no_stream'],
          [present, onPresent, 0n],
        ] as const) {
          const options = { ...call, expectedRevision };
          const appended = given.client.appendToStream(stream, happened(1), options);
          if (isTaken) await expect(appended).resolves.toMatchObject({ success: true });
          else {
            await expect(appended).rejects.toBeInstanceOf(WrongExpectedVersionError);
            await expect(appended).rejects.toMatchObject({
              streamName: stream,
              expectedVersion: expectedRevision,
              actualVersion,
            });
          }
        }
      },
    );

    test('what was written is not written again', async () => {
      const stream = newStream();
      const events = series(3);
      for (const expectedRevision of [ANY, NO_STREAM, ANY, NO_STREAM] as const) {
        const options = { ...call, expectedRevision };
        const { nextExpectedRevision } = await given.client.appendToStream(stream, events, options);
        expect(nextExpectedRevision).toBe(2n);
      }
      expect(await numbers(given.client.readStream(stream))).toEqual([0, 1, 2]);
    });

    test('a client that does not throw is told that the append failed', async () => {
      const stream = newStream();
      const lenient = given.connect('&throwOnAppendFailure=false');
      await lenient.appendToStream(stream, series(2), call);
      const refused = await lenient.appendToStream(stream, happened(2), {
        ...call,
        expectedRevision: NO_STREAM,
      });
      expect(refused).toMatchObject({ success: false, position: undefined });
      expect(await numbers(given.client.readStream(stream))).toEqual([0, 1]);
    });

    test('one event more than the limit is refused, and what came with it', async () => {
      const stream = newStream();
      const large = binaryEvent({ type: 'Large', data: new Uint8Array(1024 * 1024 + 1) });
      const refused = given.client.appendToStream(stream, [happened(0), large], call);
      await expect(refused).rejects.toBeInstanceOf(MaxAppendSizeExceededError);
      await expect(refused).rejects.toMatchObject({ maxAppendSize: 1024 * 1024 });
      await given.client.appendToStream(stream, happened(1), {
        ...call,
        expectedRevision: NO_STREAM,
      });
    });

    test('a tombstoned stream takes nothing', async () => {
      const stream = newStream();
      await given.client.tombstoneStream(stream);
      for (const expectedRevision of [ANY, NO_STREAM, STREAM_EXISTS, 0n] as const) {
        const options = { ...call, expectedRevision };
        const refused = given.client.appendToStream(stream, happened(0), options);
        await expect(refused).rejects.toBeInstanceOf(StreamDeletedError);
        await expect(refused).rejects.toMatchObject({ streamName: stream });
      }
    });
  });

  test('a batch is sent in as many pieces as the caller wants and is one write', async () => {
    const stream = newStream();
    const padding = 'x'.repeat(2_000);
    const events = Array.from({ length: 400 }, (_, n) =>
      jsonEvent({ type: 'Padded', data: { n, padding } }),
    );
    const { nextExpectedRevision, position } = await given.client.appendToStream(stream, events, {
      batchAppendSize: 10_000,
      expectedRevision: NO_STREAM,
    });
    expect(nextExpectedRevision).toBe(399n);
    const read = await all(given.client.readStream(stream));
    expect(read.map(({ event }) => (event!.data as { n: number }).n)).toEqual([...events.keys()]);
    const [last] = await all(
      given.client.readAll({ direction: 'backwards', fromPosition: 'end', maxCount: 1 }),
    );
    expect(last!.event!.position).toEqual(position);
  });

  test('a flood of appends from many callers is all taken, each stream in order', async () => {
    const streams = Array.from({ length: 20 }, () => newStream());
    await Promise.all(
      streams.flatMap((stream) =>
        Array.from({ length: 25 }, (_, n) => given.client.appendToStream(stream, happened(n))),
      ),
    );
    for (const stream of streams) {
      const found = await numbers(given.client.readStream(stream));
      expect(found).toEqual([...found.keys()]);
      expect(found).toHaveLength(25);
    }
  });

  test('an error of one append leaves those beside it alone', async () => {
    const stream = newStream();
    await given.client.appendToStream(stream, happened(0));
    const results = await Promise.allSettled([
      given.client.appendToStream(stream, happened(1)),
      given.client.appendToStream(stream, happened(9), { expectedRevision: NO_STREAM }),
      given.client.appendToStream(stream, happened(2)),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(await numbers(given.client.readStream(stream))).toEqual([0, 1, 2]);
  });
});
