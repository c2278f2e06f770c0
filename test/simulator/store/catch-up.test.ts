// The real catch-up loop on the simulated store: whatever befalls a subscription, each event of the
// log is handed over once and in order, and once the faults end everything is.
import { expect, test } from '@jest/globals';
import { ConflictError, StoreUnavailableError } from '../../../src/event-store/errors.js';
import { LogReplacedError } from '../../../src/event-store/log-place.js';
import type { StoredEvent } from '../../../src/event-store/stored-event.js';
import { runSubscription } from '../../../src/subscriptions/subscription.js';
import { delay } from '../../../src/waiting/time.js';
import type { FaultRates } from './faults.js';
import { GivenStore, type Reaching } from './given.js';

const EVENTS = 60;

/** Appends until so many are in the log, some at a time, with pauses. */
async function write(given: GivenStore, { events, time }: Reaching): Promise<void> {
  let revision = -1;
  while (revision < EVENTS - 1) {
    const batch = [given.event(), given.event(), given.event()];
    const expected = revision < 0 ? 'no_stream' : revision;
    try {
      ({ revision } = await events.append('note-1', batch, expected));
    } catch (error) {
      // An append whose outcome stayed unknown may be in the log.
      if (error instanceof ConflictError) revision = error.currentRevision;
      else if (!(error instanceof StoreUnavailableError)) throw error;
    }
    await delay(time, Math.floor(time.random() * 2_000));
  }
}

/** What was handed over, by a handler that takes its time, and whether all was in the end. */
async function followed(seed: number, faults: FaultRates) {
  const given = new GivenStore(seed, { faults });
  const [writer, reader] = [given.instance(), given.instance()];
  const handed: StoredEvent[] = [];
  const stopping = new AbortController();
  const following = runSubscription({
    store: reader.events,
    prefixes: ['note-'],
    after: -1n,
    handle: async (batch) => {
      await delay(reader.time, Math.floor(reader.time.random() * 300));
      handed.push(...batch);
    },
    signal: stopping.signal,
    time: reader.time,
  });
  await given.until(write(given, writer));
  given.store.endFaults();
  await given.pass(20_000);
  stopping.abort();
  await given.until(following);
  return { handed, log: given.log, counts: given.store.faults.counts };
}

const placeOf = ({ revision, position, id }: StoredEvent) => `${revision} ${position} ${id}`;

const one: FaultRates[] = [
  { subscriptionDropped: 0.3 },
  { subscriptionRepeated: 0.5 },
  { subscriptionQuiet: 0.2 },
  { stalled: 0.3 },
  { connectionCut: 0.1 },
  { leaderMoved: 20, replicationLate: 0.2 },
  { nodeFrozen: 20 },
  { storeAway: 10 },
];

test.each([...one.map((faults) => [faults]), [Object.assign({}, ...one) as FaultRates]])(
  'each event once and in order: %j',
  async (faults) => {
    const struck = new Set<string>();
    for (let seed = 1; seed <= 8; seed += 1) {
      const { handed, log, counts } = await followed(seed, faults);
      expect({ seed, handed: handed.map(placeOf) }).toEqual({ seed, handed: log.map(placeOf) });
      for (const happening of counts.keys()) struck.add(happening);
    }
    expect([...struck]).toEqual(expect.arrayContaining(Object.keys(faults)));
  },
);

test.each([1_200, 9_000])(
  'a checkpoint does not mean another log while a replaced leader, unaware for %i ms, has not come to it',
  async (unawareMs) => {
    const given = new GivenStore(1);
    const reader = given.instance();
    const { revision } = await given.until(
      reader.events.append('note-1', [given.event(), given.event()], 'no_stream'),
    );
    given.store.cluster.moveLeader(unawareMs);
    // Somebody else is at the new leader already, and has handled what came there.
    const event = given.event();
    const other = given.instance();
    const { position } = await given.until(other.events.append('note-1', [event], revision));
    const computedTo = { position: position ?? -1n, eventId: event.id };
    const next = given.event();
    const handed: string[] = [];
    const stopping = new AbortController();
    const following = runSubscription({
      store: reader.events,
      prefixes: ['note-'],
      after: computedTo.position,
      computedTo,
      handle: (batch) => Promise.resolve(void handed.push(...batch.map(({ id }) => id))),
      signal: stopping.signal,
      time: reader.time,
    });
    await given.until(other.events.append('note-1', [next], revision + 1));
    await given.pass(unawareMs + 4_000);
    expect(given.store.faults.counts.get('staleAnswer')).toBeGreaterThan(0);
    expect(handed).toEqual([next.id]);
    stopping.abort();
    await given.until(following);
  },
);

test('a log that stays shorter than a checkpoint is another one', async () => {
  const given = new GivenStore(2);
  const { events, time } = given.instance();
  await given.until(events.append('note-1', [given.event()], 'no_stream'));
  const following = runSubscription({
    store: events,
    prefixes: ['note-'],
    after: 640n,
    computedTo: { position: 640n, eventId: undefined },
    handle: () => Promise.resolve(),
    signal: new AbortController().signal,
    time,
  });
  await expect(given.until(following)).rejects.toThrow(LogReplacedError);
});
