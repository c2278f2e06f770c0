// Trying again: how often, how long, and what ends it. Time is a list of the pauses that were
// taken.
import { expect, test } from '@jest/globals';
import { retrying, retryingUntilAborted } from '../../src/waiting/retrying.js';
import { every } from '../../src/waiting/time.js';
import { passingTime } from '../support/passing-time.js';

const failing = (times: number) => {
  const failures = Array.from({ length: times }, (_, index) => new Error(`failure ${index + 1}`));
  return () => {
    const failure = failures.shift();
    return failure === undefined ? Promise.resolve('done') : Promise.reject(failure);
  };
};

const always = { retryIf: () => true, pauseMs: { least: 100, most: 500 } };

test('tries until it succeeds, and pauses twice as long each time up to the most', async () => {
  const { pauses, time } = passingTime();
  expect(await retrying(failing(5), { ...always, time })).toBe('done');
  expect(pauses).toEqual([100, 200, 400, 500, 500]);
});

test('takes up to half of a pause off at random', async () => {
  const { pauses, time } = passingTime();
  await retrying(failing(2), { ...always, time: { ...time, random: () => 0 } });
  expect(pauses).toEqual([50, 100]);
});

test('throws at once what another try cannot help', async () => {
  const { pauses, time } = passingTime();
  const trying = retrying(failing(1), { ...always, retryIf: () => false, time });
  await expect(trying).rejects.toThrow('failure 1');
  expect(pauses).toEqual([]);
});

test('throws the last failure when the attempts are used up', async () => {
  const told: unknown[] = [];
  const trying = retrying(failing(9), {
    ...always,
    time: passingTime().time,
    attempts: 3,
    onFailure: (error, failures) => told.push([(error as Error).message, failures]),
  });
  await expect(trying).rejects.toThrow('failure 3');
  expect(told).toEqual([
    ['failure 1', 1],
    ['failure 2', 2],
  ]);
});

test('begins no try after the deadline, and tells each try how long it has', async () => {
  const { pauses, time } = passingTime();
  const left: number[] = [];
  const fail = failing(9);
  const trying = retrying(
    (leftMs) => {
      left.push(leftMs);
      return fail();
    },
    { ...always, time, withinMs: 700 },
  );
  await expect(trying).rejects.toThrow('failure 3');
  expect(pauses).toEqual([100, 200]);
  expect(left).toEqual([700, 600, 400]);
});

test('begins no try once the signal is aborted', async () => {
  const { time } = passingTime();
  const stopping = new AbortController();
  const options = {
    ...always,
    time,
    signal: stopping.signal,
    onFailure: () => stopping.abort(new Error('stopped')),
  };
  await expect(retrying(failing(9), options)).rejects.toThrow('stopped');
  expect(await retryingUntilAborted(failing(9), options)).toBeUndefined();
});

test('lets a failure through that the signal did not cause', async () => {
  const options = { ...always, retryIf: () => false, signal: AbortSignal.abort(), attempts: 1 };
  expect(await retryingUntilAborted(failing(1), options)).toBeUndefined();
  const open = { ...options, signal: new AbortController().signal };
  await expect(retryingUntilAborted(failing(1), open)).rejects.toThrow('failure 1');
});

test('runs a task again and again until that is ended', async () => {
  const { pauses, time } = passingTime();
  let times = 0;
  await new Promise<void>((resolve) => {
    const end = every(time.after, 250, () => {
      times += 1;
      if (times < 3) return;
      end();
      // One more turn shows that nothing follows.
      setImmediate(() => setImmediate(resolve));
    });
  });
  expect([times, time.monotonicMs()]).toEqual([3, 750]);
  expect(new Set(pauses)).toEqual(new Set([250]));
});
