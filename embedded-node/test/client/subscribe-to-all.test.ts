// The client's subscribeToAll against the node: every kind of filter, checkpoints, and beginnings.
import { expect, test } from '@jest/globals';
import { once } from 'node:events';
import {
  END,
  eventTypeFilter,
  excludeSystemEvents,
  jsonEvent,
  START,
  streamNameFilter,
  type AllStreamSubscription,
  type Position,
} from '@eventstore/db-client';
import { happened, newStream, numberOf, onEachStore, series, take } from './given.js';

const typed = (type: string, n: number) => jsonEvent({ type, data: { n } });

onEachStore('subscribeToAll', (given) => {
  test('from the start everything comes, in the order of the log', async () => {
    const stream = newStream();
    await given.client.appendToStream(stream, series(5));
    const positions: bigint[] = [];
    for await (const { event } of given.client.subscribeToAll({ fromPosition: START })) {
      positions.push(event!.position.commit);
      if (event!.streamId === stream && event!.revision === 4n) break;
    }
    expect(positions).toEqual([...positions].sort((a, b) => Number(a - b)));
  });

  test('from the end only what is new comes, from a position only what is after it', async () => {
    const [old, stream] = [newStream(), newStream()];
    const { position } = await given.client.appendToStream(old, happened(0));
    const live = given.client.subscribeToAll({ fromPosition: END });
    const late = given.client.subscribeToAll({ fromPosition: position! });
    const caughtUp = Promise.all([once(live, 'caughtUp'), once(late, 'caughtUp')]);
    const taken = [take(live, 2), take(late, 2)];
    await caughtUp;
    await given.client.appendToStream(stream, [happened(1), happened(2)]);
    for (const found of await Promise.all(taken)) expect(found.map(numberOf)).toEqual([1, 2]);
  });

  test.each([
    {
      by: 'prefixes of stream names',
      of: (own: string) => streamNameFilter({ prefixes: [`${own}-a`, `${own}-c`] }),
      found: [0, 2],
    },
    {
      by: 'a pattern of stream names',
      of: (own: string) => streamNameFilter({ regex: `^${own}-[bc]$` }),
      found: [1, 2],
    },
    {
      by: 'prefixes of event types',
      of: (own: string) => eventTypeFilter({ prefixes: [`A${own}`, `B${own}`] }),
      found: [0, 1],
    },
    {
      by: 'a pattern of event types',
      of: (own: string) => eventTypeFilter({ regex: `^(A|C)${own}$` }),
      found: [0, 2],
    },
  ])('filtered by $by', async ({ of, found }) => {
    const own = newStream();
    const write = async (first: number) => {
      for (const [i, name] of ['a', 'b', 'c'].entries()) {
        const type = `${name.toUpperCase()}${own}`;
        await given.client.appendToStream(`${own}-${name}`, typed(type, first + i));
      }
    };
    await write(0);
    const subscription = given.client.subscribeToAll({ filter: of(own) });
    const caughtUp = once(subscription, 'caughtUp');
    const taken = take(subscription, 4);
    await caughtUp;
    await write(10);
    const expected = [...found, ...found.map((n) => n + 10)];
    expect((await taken).map(numberOf)).toEqual(expected);
  });

  test('without system events there are none', async () => {
    const stream = newStream();
    await given.client.setStreamMetadata(stream, { maxCount: 100 });
    await given.client.appendToStream(stream, happened(0));
    const types = new Set<string>();
    for await (const { event } of given.client.subscribeToAll({ filter: excludeSystemEvents() })) {
      types.add(event!.type);
      if (event!.streamId === stream) break;
    }
    expect([...types].filter((type) => type.startsWith('$'))).toEqual([]);
  });

  test('checkpoints tell how far the search came, past what does not match', async () => {
    const own = newStream();
    const before = await given.client.appendToStream(own, happened(0));
    const checkpoints: Position[] = [];
    let enough: () => void;
    const three = new Promise<void>((resolve) => (enough = resolve));
    const filter = streamNameFilter({
      prefixes: [`${own}-nobody`],
      maxSearchWindow: 10,
      checkpointInterval: 1,
      checkpointReached: (_: AllStreamSubscription, position) => {
        if (checkpoints.push(position) === 3) enough();
      },
    });
    const subscription = given.client.subscribeToAll({ fromPosition: before.position!, filter });
    subscription.resume();
    await once(subscription, 'caughtUp');
    for (let n = 0; n < 40; n++) await given.client.appendToStream(own, happened(n));
    await three;
    await subscription.unsubscribe();
    const places = checkpoints.map(({ commit }) => commit);
    expect(places[0]).toBeGreaterThan(before.position!.commit);
    expect(places).toEqual([...places].sort((a, b) => Number(a - b)));
  });

  test('a subscription goes on at a checkpoint of another without loss', async () => {
    const own = newStream();
    const filter = streamNameFilter({ prefixes: [own] });
    const first = given.client.subscribeToAll({ fromPosition: END, filter });
    const caughtUp = once(first, 'caughtUp');
    const taken = take(first, 5);
    await caughtUp;
    await given.client.appendToStream(own, series(10));
    const [last] = (await taken).slice(-1);
    const fromPosition = last!.event!.position;
    const rest = await take(given.client.subscribeToAll({ fromPosition, filter }), 5);
    expect(rest.map(numberOf)).toEqual([5, 6, 7, 8, 9]);
  });

  test('it ends without an error when it is told to', async () => {
    const subscription = given.client.subscribeToAll();
    subscription.resume();
    await once(subscription, 'caughtUp');
    const ended = once(subscription, 'end');
    await subscription.unsubscribe();
    await ended;
  });
});
