// When exactly a filtered subscription tells how far it has searched: by pages while it catches up,
// by single events once it is live.
import { expect, test } from '@jest/globals';
import { once } from 'node:events';
import {
  eventTypeFilter,
  jsonEvent,
  type AllStreamSubscription,
  type Position,
} from '@eventstore/db-client';
import { all, newStream, onEachStore, type Given } from './given.js';

/** Appends one event a letter: `x` is of the type that is wanted, everything else is not. */
async function write({ client }: Given, stream: string, pattern: string): Promise<Position[]> {
  const events = Array.from(pattern, (letter, n) =>
    jsonEvent({ type: letter === 'x' ? `Wanted-${stream}` : 'Other', data: { n } }),
  );
  await client.appendToStream(stream, events);
  const read = await all(client.readStream(stream));
  return read.slice(-pattern.length).map(({ event }) => event!.position!);
}

interface Asked {
  readonly stream: string;
  readonly from: Position | 'end';
  readonly maxSearchWindow: number;
  readonly checkpointInterval?: number;
}

/**
 * What a subscription gives, in its order: numbers for events by their revision, else checkpoints.
 */
function follow({ client }: Given, { stream, from, ...options }: Asked) {
  const frames: (number | Position)[] = [];
  const waiting: { count: number; done: () => void }[] = [];
  const add = (frame: number | Position) => {
    frames.push(frame);
    for (const { count, done } of waiting) if (frames.length >= count) done();
  };
  const checkpointReached = (_: AllStreamSubscription, { commit, prepare }: Position) =>
    add({ commit, prepare });
  const filter = eventTypeFilter({
    prefixes: [`Wanted-${stream}`],
    checkpointInterval: 1,
    ...options,
    checkpointReached,
  });
  const subscription = client.subscribeToAll({ fromPosition: from, filter });
  subscription.on('data', ({ event }) => add(Number(event!.revision)));
  const caughtUp = once(subscription, 'caughtUp');
  const until = (count: number) =>
    new Promise<typeof frames>((resolve) => {
      const done = () => resolve(frames.slice(0, count));
      if (frames.length >= count) done();
      else waiting.push({ count, done });
    });
  return { caughtUp, until, end: () => subscription.unsubscribe() };
}

onEachStore('a checkpoint', (given) => {
  test('of the past follows a page, which ends with its 32nd wanted event however wide it is', async () => {
    const stream = newStream();
    const positions = await write(given, stream, `.${'x'.repeat(70)}${'.'.repeat(34)}`);
    const following = follow(given, { stream, from: positions[0]!, maxSearchWindow: 40 });
    const frames = await following.until(72);
    await following.end();
    // 32 wanted ones do not fill the interval of 40, 64 do, and 24 of them are left for the next
    // one.
    const wanted = Array.from({ length: 70 }, (_, n) => n + 1);
    const told = [...wanted.slice(0, 64), positions[64], ...wanted.slice(64), positions[70]];
    expect(frames).toEqual(told);
  });

  test('does not come for a page that the end of the log cuts short', async () => {
    const stream = newStream();
    const positions = await write(given, stream, '.x.x');
    const following = follow(given, { stream, from: positions[0]!, maxSearchWindow: 4 });
    await following.caughtUp;
    // The three that were searched count live too: one more, and it is time.
    const [live] = await write(given, stream, '.');
    const frames = await following.until(3);
    await following.end();
    expect(frames).toEqual([1, 3, live]);
  });

  test('comes live after exactly so many events, wanted or not, and names the last of them', async () => {
    const stream = newStream();
    const following = follow(given, {
      stream,
      from: 'end',
      maxSearchWindow: 5,
      checkpointInterval: 2,
    });
    await following.caughtUp;
    const positions = await write(given, stream, '...x.....x..x......x.');
    const frames = await following.until(6);
    await following.end();
    expect(frames).toEqual([3, 9, positions[9], 12, 19, positions[19]]);
  });
});
