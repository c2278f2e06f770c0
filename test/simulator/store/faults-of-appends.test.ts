// Each fault that befalls appends does what it says, and nothing else: whatever the caller is told,
// the log has each append once or not at all.
import { describe, expect, test } from '@jest/globals';
import { ConflictError, StoreUnavailableError } from '../../../src/event-store/errors.js';
import type { NewEvent } from '../../../src/event-store/stored-event.js';
import type { Happening } from './faults.js';
import { GivenStore, type Reaching } from './given.js';

/** What has happened, without what happens in runs without faults as well. */
const happened = ({ store }: GivenStore) => [...store.faults.counts.keys()].sort();

const ids = (events: readonly { readonly id: string }[]) => events.map(({ id }) => id);

const outcomeOf = (given: GivenStore, appending: Promise<unknown>) =>
  given.until(appending.catch((error: unknown) => error));

/** Appends one event to a stream of its own by each of so many callers at once. */
async function appendBeside(given: GivenStore, { events }: Reaching, count: number) {
  const written = Array.from({ length: count }, () => given.event());
  const results = await given.until(
    Promise.allSettled(
      written.map((event, index) => events.append(`note-${index}`, [event], 'no_stream')),
    ),
  );
  const acknowledged = written.filter((_, index) => results[index]?.status === 'fulfilled');
  const faults = results.flatMap((one) =>
    one.status === 'rejected' ? [one.reason as unknown] : [],
  );
  return { written, acknowledged, faults };
}

describe('an answer that is lost', () => {
  test('leaves the append in the log once, however often it is retried', async () => {
    const given = new GivenStore(1, { faults: { answerLost: 1 } });
    const { events } = given.instance();
    const event = given.event();
    const told = await outcomeOf(given, events.append('note-1', [event], 'no_stream'));
    expect(told).toBeInstanceOf(StoreUnavailableError);
    expect(ids(given.log)).toEqual([event.id]);
    expect(happened(given)).toEqual(['answerLost', 'repetition']);
    given.store.endFaults();
    const again = await given.until(events.append('note-1', [event], 'no_stream'));
    expect(again.revision).toBe(0);
    expect(ids(given.log)).toEqual([event.id]);
  });

  test('is made up for by a retry', async () => {
    const given = new GivenStore(2, { faults: { answerLost: 0.5 } });
    const { written, acknowledged } = await appendBeside(given, given.instance(), 40);
    expect(acknowledged.length).toBeGreaterThan(20);
    expect(ids(given.log).toSorted()).toEqual(ids(written).toSorted());
    expect(happened(given)).toEqual(['answerLost', 'repetition']);
  });
});

test('a late answer leads to a retry, and neither to a second event nor to another answer', async () => {
  const given = new GivenStore(3, { faults: { answerLate: 0.7 } });
  const { written, faults } = await appendBeside(given, given.instance(), 40);
  await given.pass(10_000);
  expect(faults.every((fault) => fault instanceof StoreUnavailableError)).toBe(true);
  expect(ids(given.log).toSorted()).toEqual(ids(written).toSorted());
  expect(happened(given)).toEqual(['answerLate', 'repetition']);
});

test('an append that arrives again, after others, adds nothing', async () => {
  const given = new GivenStore(4, { faults: { appendAgain: 1 } });
  const { events } = given.instance();
  const written = [given.event('0'), given.event('1'), given.event('2')];
  for (const [index, event] of written.entries()) {
    await given.until(events.append('note-1', [event], index === 0 ? 'no_stream' : index - 1));
  }
  await given.pass(6_000);
  expect(given.store.faults.counts.get('appendAgain')).toBe(3);
  expect(ids(given.log)).toEqual(ids(written));
  expect(happened(given)).toEqual(['appendAgain', 'repetition']);
});

test('replication that is late holds back the answer, and readers until then', async () => {
  const given = new GivenStore(5, { faults: { replicationLate: 1 } });
  const { events } = given.instance();
  const appending = events.append('note-1', [given.event()], 'no_stream');
  await given.pass(40);
  expect(given.store.cluster.log.end).toBeGreaterThan(0);
  expect(given.log).toEqual([]);
  expect(await given.all(events.readStream('note-1'))).toEqual([]);
  const { revision } = await given.until(appending);
  expect(revision).toBe(0);
  expect(await given.all(events.readStream('note-1'))).toHaveLength(1);
  expect(happened(given)).toContain('replicationLate');
});

test('a connection that breaks in the middle of a batch leaves no append doubled or half', async () => {
  for (let seed = 1; seed <= 10; seed += 1) {
    const given = new GivenStore(seed, { faults: { connectionCut: 0.05 } });
    const { events } = given.instance();
    const batches = Array.from({ length: 30 }, () => [given.event(), given.event()]);
    const results = await given.until(
      Promise.allSettled(
        batches.map((batch, index) => events.append(`note-${index}`, batch, 'no_stream')),
      ),
    );
    const acknowledged = batches.filter((_, index) => results[index]?.status === 'fulfilled');
    expect(acknowledged.length).toBeGreaterThan(0);
    const log = ids(given.log);
    for (const batch of acknowledged) expect(log).toEqual(expect.arrayContaining(ids(batch)));
    expect(new Set(log).size).toBe(log.length);
    expect(log.length % 2).toBe(0);
    expect(['connectionCut', 'repetition']).toEqual(expect.arrayContaining(happened(given)));
  }
});

describe('a full disk', () => {
  test('takes nothing; reads and repetitions are answered', async () => {
    const given = new GivenStore(6);
    const { events } = given.instance();
    const first = given.event();
    await given.until(events.append('note-1', [first], 'no_stream'));
    given.store.cluster.fullDisk = given.store.cluster.leader;
    const told = await outcomeOf(given, events.append('note-1', [given.event()], 0));
    expect(told).toBeInstanceOf(StoreUnavailableError);
    expect(ids(await given.all(events.readStream('note-1')))).toEqual([first.id]);
    const again = await given.until(events.append('note-1', [first], 'no_stream'));
    expect(again.revision).toBe(0);
    expect(happened(given)).toEqual(['diskFull', 'repetition']);
    given.store.endFaults();
    await given.until(events.append('note-1', [given.event()], 0));
    expect(given.log).toHaveLength(2);
  });
});

describe('another leader', () => {
  test('is found, and the append that the one before never answered is made there', async () => {
    const given = new GivenStore(7);
    const { events } = given.instance();
    await given.until(events.append('note-1', [given.event()], 'no_stream'));
    const { cluster } = given.store;
    const before = cluster.leader;
    expect(cluster.moveLeader(5_000)).toBe(true);
    const appended = await given.until(events.append('note-1', [given.event()], 0));
    expect(appended.revision).toBe(1);
    expect(cluster.leader).not.toBe(before);
    expect(given.log).toHaveLength(2);
    expect(happened(given)).toEqual([]);
  });

  test('cuts what it never got, of which nobody was told, and a retry puts it in again', async () => {
    const given = new GivenStore(8, { replication: { leastMs: 400, mostMs: 400 } });
    const { events } = given.instance();
    const event = given.event();
    const appending = events.append('note-1', [event], 'no_stream');
    await given.pass(50);
    const { cluster } = given.store;
    expect(cluster.log.entries).toHaveLength(1);
    cluster.moveLeader(300);
    expect(cluster.log.entries).toEqual([]);
    expect((await given.until(appending)).revision).toBe(0);
    expect(ids(given.log)).toEqual([event.id]);
    expect(happened(given)).toEqual(['tailCut']);
  });

  test('keeps everything that was acknowledged, whenever it comes', async () => {
    const seen = new Set<Happening>();
    for (let seed = 1; seed <= 30; seed += 1) {
      const given = new GivenStore(seed, { faults: { leaderMoved: 120, replicationLate: 0.3 } });
      const { events } = given.instance();
      const acknowledged: NewEvent[] = [];
      for (let count = 0; count < 10; count += 1) {
        const event = given.event();
        const appending = events.append(`note-${count}`, [event], 'no_stream');
        const told = await outcomeOf(given, appending);
        if (told instanceof Error) expect(told).toBeInstanceOf(StoreUnavailableError);
        else acknowledged.push(event);
      }
      const log = ids(given.log);
      expect(log).toEqual(expect.arrayContaining(ids(acknowledged)));
      expect(new Set(log).size).toBe(log.length);
      for (const happening of happened(given)) seen.add(happening);
    }
    expect([...seen].sort()).toEqual(
      expect.arrayContaining(['leaderMoved', 'repetition', 'replicationLate', 'tailCut']),
    );
  });
});

test('an event that is not committed yet refuses others, also when it is lost afterwards', async () => {
  const given = new GivenStore(9, { replication: { leastMs: 400, mostMs: 400 } });
  const [one, other] = [given.instance(), given.instance()];
  const lost = one.events.append('note-1', [given.event()], 'no_stream', { timeoutMs: 100 });
  const losing = lost.catch((error: unknown) => error);
  await given.pass(50);
  const refused = await outcomeOf(
    given,
    other.events.append('note-1', [given.event()], 'no_stream'),
  );
  expect(refused).toEqual(new ConflictError('note-1', 0));
  given.store.cluster.moveLeader(0);
  expect(await given.until(losing)).toBeInstanceOf(StoreUnavailableError);
  expect(await given.all(other.events.readStream('note-1'))).toEqual([]);
  expect(happened(given)).toEqual(['refusedByUncommitted', 'tailCut']);
});
