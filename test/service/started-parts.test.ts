// The order in which a service's parts stop, and what a part that does not stop holds up.
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import {
  StartedParts,
  StartEndedError,
  UnfinishedPartsError,
} from '../../src/service/started-parts.js';
import { HandTime } from '../support/hand-time.js';

const never = new Promise<void>(() => undefined);
let time = new HandTime();
let parts = new StartedParts({ after: time.after, monotonicMs: time.now });
let stopped: string[] = [];

beforeEach(() => {
  time = new HandTime();
  parts = new StartedParts({ after: time.after, monotonicMs: time.now });
  stopped = [];
});
afterEach(() => expect(time.timers).toBe(0));

const noting = (name: string) => () => void stopped.push(name);

/** Lets time pass until the stop has ended; answers how long it took, in milliseconds. */
async function passUntilStopped(stopping: Promise<unknown>): Promise<number> {
  const over = stopping.then(
    () => true,
    () => true,
  );
  const soon = () => new Promise<false>((resolve) => setImmediate(() => resolve(false)));
  while (!(await Promise.race([over, soon()]))) time.passTo(time.at + 50);
  return time.at;
}

test('activities stop at the same time, then resources in reverse order', async () => {
  let letGo: () => void = () => undefined;
  const requests = new Promise<void>((resolve) => (letGo = resolve));
  parts.add('store', noting('store'));
  parts.add('rows', noting('rows'));
  parts.addActivity('rounds', noting('rounds'));
  parts.addActivity('http', () => requests);
  const stopping = parts.stop();
  await new Promise((resolve) => setImmediate(resolve));
  expect(stopped).toEqual(['rounds']);
  letGo();
  await stopping;
  expect(stopped).toEqual(['rounds', 'rows', 'store']);
});

test('a part that fails to stop is reported, and the others stop', async () => {
  const cause = new Error('broken');
  parts.add('store', noting('store'));
  parts.add('rows', () => Promise.reject(cause));
  parts.addActivity('rounds', () => {
    throw cause;
  });
  await expect(parts.stop()).rejects.toMatchObject({
    errors: [
      { message: 'rounds did not stop', cause },
      { message: 'rows did not stop', cause },
    ],
  });
  expect(stopped).toEqual(['store']);
});

test('activities that wait in vain end when the resource under them is closed', async () => {
  let breakOff: () => void = () => undefined;
  const waiting = new Promise<void>((resolve) => (breakOff = resolve));
  parts.add('rows', () => breakOff());
  parts.addActivity('rounds', () => waiting);
  parts.addActivity('reactions', () => waiting);
  const stopping = parts.stop();
  const ms = await passUntilStopped(stopping);
  await stopping;
  expect(ms).toBeLessThan(5_000);
});

test('a stop ends within 9.3 s although no part does, and names all of them', async () => {
  const names = Array.from({ length: 12 }, (_, index) => `part ${index}`);
  for (const name of names) parts.add(name, () => never);
  parts.addActivity('rounds', () => never);
  const stopping = parts.stop();
  const ms = await passUntilStopped(stopping);
  expect(ms).toBeLessThanOrEqual(9_350);
  const unfinished = new UnfinishedPartsError(['rounds', ...names.toReversed()]);
  await expect(stopping).rejects.toMatchObject({
    errors: [{ message: unfinished.message, parts: unfinished.parts }],
  });
});

test('a start goes no further when its parts were stopped, and what it began is stopped', async () => {
  parts.add('node', noting('node'));
  await parts.stop();
  expect(() => parts.add('rows', noting('rows'))).toThrow(StartEndedError);
  expect(() => parts.addActivity('http', noting('http'))).toThrow(StartEndedError);
  await parts.stop();
  expect(stopped).toEqual(['node', 'http', 'rows']);
});
