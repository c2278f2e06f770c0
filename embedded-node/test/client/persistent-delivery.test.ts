// What a persistent subscription delivers through the client, to a stream and to $all: every way of
// answering an event, parking and replaying, sharing between consumers, and going on after a pause.
import { describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import {
  PARK,
  persistentSubscriptionToAllSettingsFromDefaults as allSettings,
  persistentSubscriptionToStreamSettingsFromDefaults as streamSettings,
  RETRY,
  ROUND_ROBIN,
  SKIP,
  START,
  STOP,
  StreamNotFoundError,
  streamNameFilter,
  type PersistentSubscriptionToAll,
  type PersistentSubscriptionToStream,
} from '@eventstore/db-client';
import { all, happened, newStream, numberOf, onEachNode, series, type Given } from './given.js';

type Subscription = PersistentSubscriptionToStream | PersistentSubscriptionToAll;

interface Group {
  connect: (bufferSize?: number) => Subscription;
  replayParked: (stopAt?: number) => Promise<void>;
  parkedStream: string;
}

/** The same group over a stream of its own, or over $all filtered to that stream. */
const sources = {
  'a stream': async ({ client }: Given, stream: string, changes: object = {}): Promise<Group> => {
    const settings = streamSettings({ startFrom: START, ...changes });
    await client.createPersistentSubscriptionToStream(stream, 'group', settings);
    return {
      connect: (bufferSize = 10) =>
        client.subscribeToPersistentSubscriptionToStream(stream, 'group', { bufferSize }),
      replayParked: (stopAt) =>
        client.replayParkedMessagesToStream(
          stream,
          'group',
          stopAt === undefined ? {} : { stopAt },
        ),
      parkedStream: `$persistentsubscription-${stream}::group-parked`,
    };
  },
  $all: async ({ client }: Given, stream: string, changes: object = {}): Promise<Group> => {
    const group = `group-${stream}`;
    const settings = allSettings({ startFrom: START, ...changes });
    const filter = streamNameFilter({ prefixes: [stream] });
    await client.createPersistentSubscriptionToAll(group, settings, { filter });
    return {
      connect: (bufferSize = 10) =>
        client.subscribeToPersistentSubscriptionToAll(group, { bufferSize }),
      replayParked: (stopAt) =>
        client.replayParkedMessagesToAll(group, stopAt === undefined ? {} : { stopAt }),
      parkedStream: `$persistentsubscription-$all::${group}-parked`,
    };
  },
};

/** Acknowledges until `count` events came, and says which. */
async function acknowledge(subscription: Subscription, count: number): Promise<number[]> {
  const found: number[] = [];
  for await (const delivered of subscription) {
    await subscription.ack(delivered);
    found.push(numberOf(delivered));
    if (found.length === count) break;
  }
  // Leaving the loop ends the reading alone: the consumer is connected until it says otherwise.
  await subscription.unsubscribe();
  return found;
}

onEachNode('a persistent subscription', (given) => {
  describe.each(Object.entries(sources))('to %s', (_, create) => {
    test('gives what is there and what comes, and waits when its buffer is unanswered', async () => {
      const stream = newStream();
      await given.client.appendToStream(stream, series(30));
      const group = await create(given, stream);
      const acknowledged = acknowledge(group.connect(5), 60);
      await given.client.appendToStream(
        stream,
        Array.from({ length: 30 }, (__, n) => happened(30 + n)),
      );
      expect(await acknowledged).toEqual(Array.from({ length: 60 }, (__, n) => n));
    });

    test('does with an event what each answer says', async () => {
      const stream = newStream();
      await given.client.appendToStream(stream, series(4));
      const group = await create(given, stream);
      const subscription = group.connect();
      const deliveries: [number, number | undefined][] = [];
      for await (const delivered of subscription) {
        const n = numberOf(delivered);
        deliveries.push([n, delivered.retryCount]);
        if (n === 0 && delivered.retryCount === 0)
          await subscription.nack(RETRY, 'again', delivered);
        else if (n === 1) await subscription.nack(SKIP, 'not mine', delivered);
        else if (n === 2) await subscription.nack(PARK, 'poison', delivered);
        else await subscription.ack(delivered);
        if (deliveries.length === 5) break;
      }
      expect(deliveries.sort()).toEqual([
        [0, 0],
        [0, 1],
        [1, 0],
        [2, 0],
        [3, 0],
      ]);
      const parked = await eventually(async () => {
        const found = await all(given.client.readStream(group.parkedStream));
        return found.length === 1 ? found : undefined;
      });
      expect(Buffer.from(parked[0]!.event!.data as Uint8Array).toString()).toBe(`2@${stream}`);
      await subscription.unsubscribe();
      const again = acknowledge(group.connect(), 1);
      await group.replayParked();
      expect(await again).toEqual([2]);
    });

    test('replays as many parked ones as it is asked to', async () => {
      const stream = newStream();
      await given.client.appendToStream(stream, series(4));
      const group = await create(given, stream);
      const subscription = group.connect();
      let count = 0;
      for await (const delivered of subscription) {
        await subscription.nack(PARK, 'later', delivered);
        if (++count === 4) break;
      }
      await eventually(async () => {
        const found = await all(given.client.readStream(group.parkedStream));
        return found.length === 4 ? found : undefined;
      });
      await subscription.unsubscribe();
      const replayed = acknowledge(group.connect(), 2);
      await group.replayParked(2);
      expect(await replayed).toEqual([0, 1]);
    });

    test('parks what was retried too often', async () => {
      const stream = newStream();
      await given.client.appendToStream(stream, happened(0));
      const group = await create(given, stream, { maxRetryCount: 2 });
      const subscription = group.connect();
      const retries: (number | undefined)[] = [];
      subscription.on('data', (delivered: Parameters<typeof subscription.ack>[0]) => {
        retries.push('retryCount' in delivered ? Number(delivered.retryCount) : undefined);
        void subscription.nack(RETRY, 'still not', delivered);
      });
      await eventually(async () => {
        const found = await all(given.client.readStream(group.parkedStream));
        return found.length === 1 ? found : undefined;
      });
      expect(retries).toEqual([0, 1, 2]);
      await subscription.unsubscribe();
    });

    test('shares the events between its consumers, each to one of them', async () => {
      const stream = newStream();
      const group = await create(given, stream, { consumerStrategyName: ROUND_ROBIN });
      const consumers = [group.connect(), group.connect()];
      const found: number[][] = [[], []];
      let enough: () => void;
      const done = new Promise<void>((resolve) => (enough = resolve));
      await Promise.all(
        consumers.map((consumer, i) => {
          consumer.on('data', (delivered: Parameters<typeof consumer.ack>[0]) => {
            void consumer.ack(delivered);
            found[i]!.push(numberOf(delivered));
            if (found.flat().length === 40) enough();
          });
          return once(consumer, 'confirmation');
        }),
      );
      await given.client.appendToStream(stream, series(40));
      await done;
      expect(found.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (__, n) => n));
      expect(Math.min(...found.map(({ length }) => length))).toBeGreaterThan(5);
      await Promise.all(consumers.map((consumer) => consumer.unsubscribe()));
    });

    test('a consumer that goes gives back what it did not answer', async () => {
      const stream = newStream();
      await given.client.appendToStream(stream, series(3));
      const group = await create(given, stream);
      const first = group.connect();
      await once(first, 'data');
      await first.unsubscribe();
      expect((await acknowledge(group.connect(), 3)).sort()).toEqual([0, 1, 2]);
    });

    test('stop is told to nobody, and the event does not come again', async () => {
      const stream = newStream();
      await given.client.appendToStream(stream, happened(0));
      const group = await create(given, stream);
      const subscription = group.connect();
      for await (const delivered of subscription) {
        if (numberOf(delivered) === 1) break;
        await subscription.nack(STOP, 'enough', delivered);
        await given.client.appendToStream(stream, happened(1));
      }
      await subscription.unsubscribe();
      expect(await acknowledge(group.connect(), 1)).toEqual([1]);
    });
  });
});

/** The first answer that is one; the node parks after it has answered the call. */
async function eventually<T>(ask: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const answer = await ask().catch((error: unknown) => {
      if (error instanceof StreamNotFoundError) return undefined;
      throw error;
    });
    if (answer !== undefined) return answer;
    await new Promise(setImmediate);
  }
}
