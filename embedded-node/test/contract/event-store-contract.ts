// What the service relies on in any event store that it is given, as one suite for all of them.
// Names are random, so that it may run on a server that others use.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import {
  binaryEvent,
  END,
  EventStoreDBClient,
  jsonEvent,
  MaxAppendSizeExceededError,
  NO_STREAM,
  persistentSubscriptionToStreamSettingsFromDefaults,
  START,
  streamNameFilter,
  STREAM_EXISTS,
  StreamDeletedError,
  StreamNotFoundError,
  WrongExpectedVersionError,
  type JSONEventType,
  type RecordedEvent,
  type ResolvedEvent,
} from '@eventstore/db-client';

export interface StartedStore {
  connectionString: string;
  stop: () => Promise<void>;
}

type Counted = JSONEventType<'Counted', { n: number }>;

const counted = (n: number, id: string = randomUUID()) =>
  jsonEvent<Counted>({ id, type: 'Counted', data: { n } });

const newStream = () => `contract-${randomUUID()}`;

async function numbersOf(events: AsyncIterable<ResolvedEvent<Counted>>): Promise<number[]> {
  const numbers: number[] = [];
  for await (const { event } of events) if (event) numbers.push(event.data.n);
  return numbers;
}

/** The first `count` numbers that a subscription gives. */
async function take(events: AsyncIterable<ResolvedEvent>, count: number) {
  const numbers: number[] = [];
  for await (const { event } of events) {
    if (event?.isJson) numbers.push((event as RecordedEvent<Counted>).data.n);
    if (numbers.length === count) break;
  }
  return numbers;
}

/**
 * Declares the suite; `start` is called once before it. The simulated store has no persistent
 * subscriptions, and the service none that it uses.
 */
export function eventStoreContract(
  name: string,
  start: () => Promise<StartedStore>,
  { hasPersistentSubscriptions = true }: { readonly hasPersistentSubscriptions?: boolean } = {},
): void {
  describe(name, () => {
    let store: StartedStore;
    let client: EventStoreDBClient;

    beforeAll(async () => {
      store = await start();
      client = EventStoreDBClient.connectionString(store.connectionString);
    }, 120_000);

    afterAll(async () => {
      await client.dispose();
      await store.stop();
    });

    test('an append answers the revision and position of its last event', async () => {
      const stream = newStream();
      const first = await client.appendToStream(stream, [counted(0), counted(1)]);
      const second = await client.appendToStream(stream, counted(2));
      expect(first.nextExpectedRevision).toBe(1n);
      expect(second.nextExpectedRevision).toBe(2n);
      expect(second.position!.commit).toBeGreaterThan(first.position!.commit);
    });

    test('a wrong expected revision is refused with the one there is', async () => {
      const stream = newStream();
      await client.appendToStream(stream, counted(0), { expectedRevision: NO_STREAM });
      const late = client.appendToStream(stream, counted(1), { expectedRevision: NO_STREAM });
      await expect(late).rejects.toMatchObject({ actualVersion: 0n, streamName: stream });
      await expect(late).rejects.toBeInstanceOf(WrongExpectedVersionError);
      const absent = client.appendToStream(newStream(), counted(1), {
        expectedRevision: STREAM_EXISTS,
      });
      await expect(absent).rejects.toBeInstanceOf(WrongExpectedVersionError);
    });

    test('the same events with the same expectation are taken once', async () => {
      const stream = newStream();
      const events = [counted(0), counted(1)];
      const first = await client.appendToStream(stream, events, { expectedRevision: NO_STREAM });
      const again = await client.appendToStream(stream, events, { expectedRevision: NO_STREAM });
      expect(again.nextExpectedRevision).toBe(first.nextExpectedRevision);
      expect(again.position).toEqual(first.position);
      expect(await numbersOf(client.readStream<Counted>(stream))).toEqual([0, 1]);
    });

    test('of ten writers who expect the same revision one wins', async () => {
      const stream = newStream();
      const results = await Promise.allSettled(
        Array.from({ length: 10 }, (_, n) =>
          client.appendToStream(stream, counted(n), { expectedRevision: NO_STREAM }),
        ),
      );
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      expect(await numbersOf(client.readStream<Counted>(stream))).toHaveLength(1);
    });

    test('a stream is read from anywhere in both directions', async () => {
      const stream = newStream();
      await client.appendToStream(
        stream,
        [0, 1, 2, 3, 4].map((n) => counted(n)),
      );
      const read = (options: Parameters<typeof client.readStream>[1]) =>
        numbersOf(client.readStream<Counted>(stream, options));
      expect(await read({ fromRevision: 2n, maxCount: 2 })).toEqual([2, 3]);
      expect(await read({ fromRevision: END, direction: 'backwards', maxCount: 2 })).toEqual([
        4, 3,
      ]);
      expect(await read({ fromRevision: 1n, direction: 'backwards' })).toEqual([1, 0]);
    });

    test('an absent stream is told apart from an empty one', async () => {
      const stream = newStream();
      const absent = numbersOf(client.readStream<Counted>(stream));
      await expect(absent).rejects.toBeInstanceOf(StreamNotFoundError);
      await client.appendToStream(stream, [counted(0), counted(1)]);
      await client.setStreamMetadata(stream, { truncateBefore: 2 });
      expect(await numbersOf(client.readStream<Counted>(stream))).toEqual([]);
    });

    test('metadata hides old events', async () => {
      const stream = newStream();
      await client.appendToStream(
        stream,
        [0, 1, 2, 3].map((n) => counted(n)),
      );
      await client.setStreamMetadata(stream, { maxCount: 2, owner: 'contract' });
      expect(await numbersOf(client.readStream<Counted>(stream))).toEqual([2, 3]);
      const { metadata } = await client.getStreamMetadata(stream);
      expect(metadata).toEqual({ maxCount: 2, owner: 'contract' });
    });

    test('a deleted stream goes on with its revisions, a tombstoned one never', async () => {
      const stream = newStream();
      await client.appendToStream(stream, [counted(0), counted(1)]);
      await client.deleteStream(stream);
      const deleted = numbersOf(client.readStream<Counted>(stream));
      await expect(deleted).rejects.toBeInstanceOf(StreamNotFoundError);
      const { nextExpectedRevision } = await client.appendToStream(stream, counted(2));
      expect(nextExpectedRevision).toBe(2n);
      expect(await numbersOf(client.readStream<Counted>(stream))).toEqual([2]);
      await client.tombstoneStream(stream);
      await expect(client.appendToStream(stream, counted(3))).rejects.toBeInstanceOf(
        StreamDeletedError,
      );
    });

    test('a subscription gives what is there, says that it caught up, and goes on live', async () => {
      const stream = newStream();
      await client.appendToStream(stream, [counted(0), counted(1)]);
      const subscription = client.subscribeToStream<Counted>(stream, { fromRevision: START });
      const caughtUp = once(subscription, 'caughtUp');
      const numbers = take(subscription, 4);
      await caughtUp;
      await client.appendToStream(stream, [counted(2), counted(3)]);
      expect(await numbers).toEqual([0, 1, 2, 3]);
    });

    test('a filtered subscription to $all goes on after a position', async () => {
      const prefix = newStream();
      const { position } = await client.appendToStream(`${prefix}-a`, counted(0));
      const subscription = client.subscribeToAll({
        fromPosition: position!,
        filter: streamNameFilter({ prefixes: [prefix] }),
      });
      await client.appendToStream(`${prefix}-b`, counted(1));
      await client.appendToStream(newStream(), counted(100));
      await client.appendToStream(`${prefix}-a`, counted(2));
      expect(await take(subscription, 2)).toEqual([1, 2]);
    });

    test('a batch is taken as a whole or not at all', async () => {
      const stream = newStream();
      const large = binaryEvent({ type: 'Large', data: new Uint8Array(1024 * 1024 + 1) });
      const tooLarge = client.appendToStream(stream, [counted(0), large]);
      await expect(tooLarge).rejects.toBeInstanceOf(MaxAppendSizeExceededError);
      const events = Array.from({ length: 1_000 }, (_, n) => counted(n));
      await client.appendToStream(stream, events, {
        expectedRevision: NO_STREAM,
        batchAppendSize: 5_000,
      });
      expect(await numbersOf(client.readStream<Counted>(stream))).toEqual([...events.keys()]);
    });

    test('a link leads to its event, and to none when that is gone', async () => {
      const [target, links] = [newStream(), newStream()];
      await client.appendToStream(target, [counted(0), counted(1)]);
      await client.appendToStream(
        links,
        [0, 1].map((n) => binaryEvent({ type: '$>', data: Buffer.from(`${n}@${target}`) })),
      );
      await client.setStreamMetadata(target, { truncateBefore: 1 });
      const resolved: (bigint | undefined)[] = [];
      for await (const { event } of client.readStream(links, { resolveLinkTos: true })) {
        resolved.push(event?.revision);
      }
      expect(resolved).toEqual([undefined, 1n]);
    });

    test('$all is read from a position, with it forwards and before it backwards', async () => {
      const stream = newStream();
      await client.appendToStream(stream, counted(0));
      const { position } = await client.appendToStream(stream, counted(1));
      const fromPosition = position!;
      // Read to their ends: a read that is left half read keeps this client from being disposed of.
      const own = async (direction: 'forwards' | 'backwards') => {
        const found: bigint[] = [];
        for await (const { event } of client.readAll({ fromPosition, direction, maxCount: 50 })) {
          if (event?.streamId === stream) found.push(event.revision);
        }
        return found;
      };
      expect([await own('forwards'), await own('backwards')]).toEqual([[1n], [0n]]);
    });

    test('a search that finds nothing tells how far it came', async () => {
      const stream = newStream();
      const { position } = await client.appendToStream(stream, counted(0));
      let reached!: (at: bigint) => void;
      const checkpoint = new Promise<bigint>((resolve) => (reached = resolve));
      const subscription = client.subscribeToAll({
        fromPosition: position!,
        filter: streamNameFilter({
          prefixes: [`${stream}-nobody`],
          maxSearchWindow: 10,
          checkpointInterval: 1,
          checkpointReached: (_, { commit }) => reached(commit),
        }),
      });
      await once(subscription.resume(), 'caughtUp');
      for (let n = 1; n <= 40; n++) await client.appendToStream(stream, counted(n));
      expect(await checkpoint).toBeGreaterThan(position!.commit);
      await subscription.unsubscribe();
    });

    if (!hasPersistentSubscriptions) return;

    test('what is parked is kept, and replayed when it is asked for', async () => {
      const stream = newStream();
      const settings = persistentSubscriptionToStreamSettingsFromDefaults({ startFrom: START });
      await client.createPersistentSubscriptionToStream(stream, 'parking', settings);
      await client.appendToStream(stream, counted(7));
      const subscription = client.subscribeToPersistentSubscriptionToStream<Counted>(
        stream,
        'parking',
      );
      const parked = client.subscribeToStream(`$persistentsubscription-${stream}::parking-parked`);
      const found: number[] = [];
      for await (const delivered of subscription) {
        found.push(delivered.event!.data.n);
        if (found.length === 2) {
          await subscription.ack(delivered);
          break;
        }
        const isParked = once(parked, 'data');
        await subscription.nack('park', 'not now', delivered);
        await isParked;
        await client.replayParkedMessagesToStream(stream, 'parking');
      }
      expect(found).toEqual([7, 7]);
      await parked.unsubscribe();
      await subscription.unsubscribe();
    });

    test('a persistent subscription retries what is not acknowledged', async () => {
      const stream = newStream();
      const settings = persistentSubscriptionToStreamSettingsFromDefaults({ startFrom: START });
      await client.createPersistentSubscriptionToStream(stream, 'workers', settings);
      await client.appendToStream(stream, counted(0));
      const subscription = client.subscribeToPersistentSubscriptionToStream<Counted>(
        stream,
        'workers',
      );
      const retries: number[] = [];
      for await (const delivered of subscription) {
        retries.push(delivered.retryCount);
        if (delivered.retryCount === 0) await subscription.nack('retry', 'not yet', delivered);
        else break;
      }
      expect(retries).toEqual([0, 1]);
      await client.deletePersistentSubscriptionToStream(stream, 'workers');
    });
  });
}
