// A subscription to a value gives its newest state, paced, each state once.
import { expect, test } from '@jest/globals';
import { LatestOf } from '../../src/graphql/latest-of.js';
import { HandTime } from '../support/hand-time.js';

/** What was begun goes on until it waits for time. */
const turns = () => new Promise((resolve) => setImmediate(resolve));

const nothing = (): void => undefined;

function watched(first: number) {
  const time = new HandTime();
  const state = { value: first, reads: 0, tell: nothing };
  const latest = new LatestOf({
    read: () => {
      state.reads += 1;
      return state.value;
    },
    listen: (listener) => {
      state.tell = listener;
      return () => (state.tell = nothing);
    },
    textOf: String,
    ...{ time, paceMs: 250, lookMs: 1_000 },
  });
  return { time, state, latest };
}

test('the current value comes first, and in between only the newest', async () => {
  const { time, state, latest } = watched(1);
  expect(await latest.next()).toEqual({ done: false, value: 1 });
  const next = latest.next();
  for (const value of [2, 3, 4]) {
    state.value = value;
    state.tell();
  }
  await turns();
  time.passTo(250);
  expect(await next).toEqual({ done: false, value: 4 });
  await latest.return();
});

test('a value that nobody tells of is looked at', async () => {
  const { time, state, latest } = watched(1);
  await latest.next();
  const next = latest.next();
  state.value = 2;
  time.passTo(1_000);
  await turns();
  time.passTo(1_250);
  expect(await next).toEqual({ done: false, value: 2 });
  await latest.return();
});

test('the same value does not come twice, and the end comes at once', async () => {
  const { time, state, latest } = watched(1);
  await latest.next();
  const next = latest.next();
  state.tell();
  await turns();
  time.passTo(250);
  await turns();
  expect(state.reads).toBe(2);
  await latest.return();
  expect(await next).toEqual({ done: true, value: undefined });
  expect(await latest.next()).toEqual({ done: true, value: undefined });
});
