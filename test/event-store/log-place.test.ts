// Whether the log still has the event up to which something was computed: only a log that says so
// was replaced; a store that does not answer is away.
import { expect, test } from '@jest/globals';
import { UnknownError } from '@eventstore/db-client';
import { StoreUnavailableError } from '../../src/event-store/errors.js';
import {
  demandPlace,
  LogReplacedError,
  UNAWARE_LEADER_MS,
} from '../../src/event-store/log-place.js';
import { SeededRandomness } from '../simulator/randomness.js';
import { Life, Schedule } from '../simulator/schedule.js';
import { settle } from '../simulator/settle.js';
import { timeOf } from '../simulator/simulated-time.js';

const computedTo = { position: 640n, eventId: 'the event' };

type Answer = bigint | string | undefined | Error;

/** What comes of a log that answers like this; the last answer of each kind is given for ever. */
async function outcomeOf(
  heads: readonly Answer[],
  ids: readonly Answer[],
  isCluster = true,
): Promise<unknown> {
  const randomness = SeededRandomness.of(1);
  const schedule = new Schedule(randomness.fork('order'), settle);
  const time = timeOf(schedule, new Life('instance'), randomness);
  const answers = { headPosition: answering<bigint>(heads), eventIdAt: answering<string>(ids) };
  const store = { ...answers, isCluster };
  const { signal } = new AbortController();
  const demanded = demandPlace(store, computedTo, { time, signal }).then(
    () => 'it is there',
    (error: unknown) => error,
  );
  await settle();
  while (await schedule.next());
  tookMs = schedule.nowMs;
  return demanded;
}

/** Of virtual time. */
let tookMs = 0;

function answering<Value>(answers: readonly Answer[]): () => Promise<Value> {
  let asked = 0;
  return () => {
    const answer = answers[Math.min(asked, answers.length - 1)];
    asked += 1;
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer as Value);
  };
}

const away = new StoreUnavailableError('read of one event');
const inside = new StoreUnavailableError('read of one event', new UnknownError());

test.each([
  ['the event is there', [640n], ['the event']],
  ['a leader that was replaced answers first', [576n, 576n, 704n], ['the event']],
  ['the end is shown a little before the event', [640n], [undefined, 'the event']],
  ['a connection breaks in the middle of the answer', [640n], [inside, 'the event']],
])('it is the log: %s', async (_, heads, ids) => {
  expect(await outcomeOf(heads, ids)).toBe('it is there');
});

test.each([
  ['it stays shorter', [576n], ['the event']],
  ['another event is there', [704n], ['another']],
  ['none is there', [704n], [undefined]],
  ['the position is inside an event', [704n], [inside]],
])('it is another log: %s', async (_, heads, ids) => {
  expect(await outcomeOf(heads, ids)).toBeInstanceOf(LogReplacedError);
});

test.each([
  ['for the end', [away], ['the event']],
  ['for the event, however often', [640n], [away]],
  ['once it was asked for the event', [640n, away], [inside]],
])('the store is away: %s', async (_, heads, ids) => {
  expect(await outcomeOf(heads, ids)).toBe(away);
});

test('a cluster has as long as a leader may not know that it was replaced', async () => {
  expect(await outcomeOf([576n], ['the event'])).toBeInstanceOf(LogReplacedError);
  expect(tookMs).toBeGreaterThan(UNAWARE_LEADER_MS);
  expect(await outcomeOf([576n], ['the event'], false)).toBeInstanceOf(LogReplacedError);
  expect(tookMs).toBeLessThan(UNAWARE_LEADER_MS / 2);
});
