// Each fault that befalls reads, subscriptions and nodes does what it says, and nothing else: what is
// given is always a part of the committed log in its order.
import { describe, expect, test } from '@jest/globals';
import { StoreUnavailableError } from '../../../src/event-store/errors.js';
import type { Delivery } from '../../../src/event-store/event-store.js';
import type { StoredEvent } from '../../../src/event-store/stored-event.js';
import { GivenStore, type Reaching, type StoreSettings } from './given.js';

const happened = ({ store }: GivenStore) => [...store.faults.counts.keys()].sort();

/** A store with a stream of so many events, written before anything goes wrong. */
async function givenEvents(seed: number, count: number, settings: StoreSettings = {}) {
  const given = new GivenStore(seed, settings);
  const { events } = given.instance();
  const written = Array.from({ length: count }, (_, index) => given.event(String(index)));
  await given.until(events.append('note-1', written, 'no_stream'));
  // Until every node knows.
  await given.pass(100);
  return given;
}

/** Follows the log for so long; answers what was given, and how it ended. */
async function following({ events }: Reaching, given: GivenStore, ms: number) {
  const stop = new AbortController();
  const seen: Delivery[] = [];
  let end: unknown = 'still going on';
  const run = async () => {
    const asked = { after: 'start', prefixes: ['note-'], signal: stop.signal } as const;
    for await (const delivery of events.subscribeToAll(asked)) seen.push(delivery);
  };
  const running = run().then(
    () => undefined,
    (error: unknown) => (end = error),
  );
  await given.pass(ms);
  stop.abort();
  await given.until(running);
  const texts = seen.flatMap((one) => ('event' in one ? [textOf(one.event)] : []));
  return { texts, end, isCaughtUp: seen.some((one) => 'caughtUp' in one) };
}

const textOf = ({ data }: StoredEvent) => (data as { readonly text: string }).text;

const numbers = (count: number) => Array.from({ length: count }, (_, index) => String(index));

test('a read that stalls is given in full or fails', async () => {
  const outcomes = new Set<string>();
  for (let seed = 1; seed <= 30; seed += 1) {
    const given = await givenEvents(seed, 150, { faults: { stalled: 0.3 } });
    const reading = given.all(given.instance().events.readStream('note-1'));
    const told = await reading.catch((error: unknown) => error);
    if (told instanceof StoreUnavailableError) outcomes.add('failed');
    else {
      expect((told as StoredEvent[]).map(textOf)).toEqual(numbers(150));
      outcomes.add(happened(given).includes('stalled') ? 'stalled, and in full' : 'in full');
    }
    expect(['stalled']).toEqual(expect.arrayContaining(happened(given)));
  }
  expect([...outcomes].sort()).toEqual(['failed', 'in full', 'stalled, and in full']);
});

describe('a subscription', () => {
  test('that stalls goes on later, with nothing left out', async () => {
    const given = await givenEvents(1, 200, { faults: { stalled: 1 } });
    const { texts, isCaughtUp } = await following(given.instance(), given, 200_000);
    expect(texts).toEqual(numbers(200));
    expect(isCaughtUp).toBe(true);
    expect(happened(given)).toEqual(['stalled']);
  });

  test('that the store drops ends with a fault, after a part of the log', async () => {
    const ends = new Set<unknown>();
    for (let seed = 1; seed <= 40; seed += 1) {
      const given = await givenEvents(seed, 200, { faults: { subscriptionDropped: 0.3 } });
      const { texts, end } = await following(given.instance(), given, 60_000);
      expect(texts).toEqual(numbers(texts.length));
      if (happened(given).length === 0) expect(end).toBe('still going on');
      else ends.add(end instanceof Error ? end.cause?.constructor.name : end);
    }
    expect([...ends].sort()).toEqual(['Error', 'TimeoutError', 'UnavailableError', 'UnknownError']);
  });

  test('that repeats gives a part again, in order and up to the end', async () => {
    const given = await givenEvents(3, 100, { faults: { subscriptionRepeated: 0.4 } });
    const { texts, end } = await following(given.instance(), given, 60_000);
    expect(end).toBe('still going on');
    expect([...new Set(texts)]).toEqual(numbers(100));
    expect(texts.length).toBeGreaterThan(100);
    // It goes on by one, or back.
    const steps = texts.slice(1).map((text, index) => Number(text) - Number(texts[index]));
    expect(steps.every((step) => step === 1 || step <= 0)).toBe(true);
    expect(happened(given)).toEqual(['subscriptionRepeated']);
  });

  test('that goes quiet says nothing more, and does not end', async () => {
    const given = await givenEvents(4, 100, { faults: { subscriptionQuiet: 0.4 } });
    const { texts, end } = await following(given.instance(), given, 600_000);
    expect(end).toBe('still going on');
    expect(texts.length).toBeLessThan(100);
    expect(texts).toEqual(numbers(texts.length));
    expect(happened(given)).toEqual(['subscriptionQuiet']);
  });
});

describe('a leader that was replaced and does not know it', () => {
  test('goes on answering from what it has', async () => {
    const given = await givenEvents(5, 3);
    const [one, other] = [given.instance(), given.instance()];
    await given.until(one.events.headPosition());
    given.store.cluster.moveLeader(60_000);
    // This one connects to the new leader; the other has not heard of it.
    const late = given.instance();
    await given.until(late.events.append('note-1', [given.event('3')], 2));
    const reading = given.all(other.events.readStream('note-1'));
    expect((await reading).map(textOf)).toEqual(numbers(3));
    expect(happened(given)).toEqual(['staleAnswer']);
    await given.pass(2_000);
    const again = await given.all(other.events.readStream('note-1'));
    expect(again.map(textOf)).toEqual(numbers(4));
  });

  test('takes no append that could be lost', async () => {
    const given = await givenEvents(6, 1);
    const one = given.instance();
    await given.until(one.events.append('note-1', [given.event('1')], 0));
    given.store.cluster.moveLeader(60_000);
    const appending = one.events.append('note-1', [given.event('2')], 1, { timeoutMs: 300 });
    const told = await given.until(appending.catch((error: unknown) => error));
    if (told instanceof Error) expect(told).toBeInstanceOf(StoreUnavailableError);
    else expect(given.log.map(textOf)).toEqual(numbers(3));
  });
});

test('a frozen node answers when it goes on, and not before', async () => {
  const given = await givenEvents(7, 2);
  const one = given.instance();
  await given.until(one.events.headPosition());
  const { cluster } = given.store;
  cluster.freeze(cluster.leader);
  const reading = given.all(one.events.readStream('note-1'));
  const state = { isRead: false };
  reading.then(
    () => (state.isRead = true),
    () => undefined,
  );
  given.schedule.after(1_000, one.life, 'thaw', () => cluster.thaw(cluster.leader));
  expect((await reading).map(textOf)).toEqual(numbers(2));
  expect(given.schedule.nowMs).toBeGreaterThan(1_000);
  expect(happened(given)).toEqual([]);
});

test('a store that is away refuses, and has everything again that was acknowledged', async () => {
  for (let seed = 1; seed <= 20; seed += 1) {
    const given = await givenEvents(seed, 2);
    const one = given.instance();
    const { cluster } = given.store;
    const late = one.events.append('note-1', [given.event('2')], 1, { timeoutMs: 200 });
    const told = late.catch((error: unknown) => error);
    await given.pass(seed);
    const acknowledged = given.log.length;
    cluster.crash();
    await given.until(told);
    const refused = given.all(one.events.readStream('note-1'));
    await expect(refused).rejects.toThrow(StoreUnavailableError);
    cluster.startAgain();
    const found = await given.all(one.events.readStream('note-1'));
    expect(found.length).toBeGreaterThanOrEqual(acknowledged);
    expect(found.map(textOf)).toEqual(numbers(found.length));
  }
});
