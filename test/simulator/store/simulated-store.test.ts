// The simulated store through the real `EventStore`, without faults: what is appended is read,
// pushed and answered as by a real one, and one seed is one run.
import { expect, test } from '@jest/globals';
import { ConflictError, DeletedStreamError } from '../../../src/event-store/errors.js';
import type { Delivery } from '../../../src/event-store/event-store.js';
import { GivenStore } from './given.js';

test('an append is answered once it is committed, and then read by every instance', async () => {
  const given = new GivenStore(1);
  const [one, other] = [given.instance(), given.instance()];
  const event = given.event('ä€😀');
  const appended = await given.until(one.events.append('note-1', [event], 'no_stream'));
  expect(appended.revision).toBe(0);
  expect(given.log).toMatchObject([{ ...event, stream: 'note-1', position: appended.position }]);
  expect(await given.all(other.events.readStream('note-1'))).toEqual(given.log);
  expect(await given.until(other.events.headPosition())).toBe(appended.position);
});

test('of two appends with one expectation one is a conflict, whichever', async () => {
  const winners = new Set<string>();
  for (let seed = 1; seed <= 20; seed += 1) {
    const given = new GivenStore(seed);
    const appends = ['a', 'b'].map((text) =>
      given.instance().events.append('note-1', [given.event(text)], 'no_stream'),
    );
    const [first, second] = await given.until(Promise.allSettled(appends));
    const refused = first?.status === 'rejected' ? first : second;
    expect(refused).toMatchObject({ status: 'rejected', reason: new ConflictError('note-1', 0) });
    expect(given.log).toHaveLength(1);
    winners.add(JSON.stringify(given.log[0]?.data));
  }
  expect(winners.size).toBe(2);
});

test('a subscription gives what is there, says that it caught up, and goes on', async () => {
  const given = new GivenStore(2);
  const { events } = given.instance();
  await given.until(events.append('note-1', [given.event('0'), given.event('1')], 'no_stream'));
  const seen: string[] = [];
  const stop = new AbortController();
  const following = follow(
    events.subscribeToAll({ after: 'start', prefixes: ['note-'], signal: stop.signal }),
    (words) => seen.push(words),
  );
  await given.pass(1_000);
  await given.until(events.append('note-1', [given.event('2')], 1));
  await given.until(events.append('other-1', [given.event()], 'no_stream'));
  await given.pass(1_000);
  stop.abort();
  await given.until(following);
  expect(seen).toEqual(['0', '1', 'caught up', '2']);
});

test('a stream that was deleted for good is told', async () => {
  const given = new GivenStore(3);
  const { events } = given.instance();
  await given.until(events.append('note-1', [given.event()], 'no_stream'));
  await given.until(
    new Promise((resolve) => given.store.cluster.tombstone('note-1', 'any', resolve)),
  );
  await expect(given.all(events.readStream('note-1'))).rejects.toThrow(DeletedStreamError);
  await expect(given.until(events.append('note-1', [given.event()], 0))).rejects.toThrow(
    DeletedStreamError,
  );
});

test('one seed is one run, to the last step', async () => {
  const traceOf = async (seed: number) => {
    const given = new GivenStore(seed);
    const { events } = given.instance();
    for (let count = 0; count < 5; count += 1) {
      await given.until(
        events.append('note-1', [given.event()], count === 0 ? 'no_stream' : count - 1),
      );
      await given.all(events.readAll());
    }
    return given.schedule.traceHash;
  };
  expect(await traceOf(7)).toBe(await traceOf(7));
  expect(await traceOf(8)).not.toBe(await traceOf(7));
});

async function follow(
  deliveries: AsyncIterable<Delivery>,
  see: (words: string) => void,
): Promise<void> {
  for await (const delivery of deliveries) {
    if ('event' in delivery) see((delivery.event.data as { readonly text: string }).text);
    else if ('caughtUp' in delivery) see('caught up');
  }
}
