// The relay of a service rests while it catches up, as long as the shop sells.
import { expect, test } from '@jest/globals';
import { CatchUpPace } from '../../src/relay/catch-up-pace.js';

const never = new AbortController().signal;

/** A log of which the head is told, and a clock. */
function paced() {
  const given = { head: 0n, nowMs: 0 };
  const pauses: number[] = [];
  const time = {
    monotonicMs: () => given.nowMs,
    after: (ms: number, task: () => void) => {
      pauses.push(ms);
      given.nowMs += ms;
      queueMicrotask(task);
      return () => undefined;
    },
  };
  const pace = new CatchUpPace({ headPosition: () => Promise.resolve(given.head) }, time);
  const batch = async (tookMs: number, head = given.head) => {
    given.nowMs += tookMs;
    given.head = head;
    await pace.pause(never);
  };
  return { batch, pauses };
}

test('a batch while the log grows is followed by a pause as long as the batch', async () => {
  const { batch, pauses } = paced();
  await batch(100, 10n);
  await batch(70, 20n);
  await batch(30, 30n);
  expect(pauses).toEqual([70, 30]);
});

test('half a second after the last event of the shop there is no pause any more', async () => {
  const { batch, pauses } = paced();
  await batch(100, 10n);
  await batch(100, 20n);
  await batch(200);
  await batch(100);
  await batch(100);
  expect(pauses).toEqual([100, 200]);
});

test('no pause is longer than a second', async () => {
  const { batch, pauses } = paced();
  await batch(100, 10n);
  await batch(60_000, 20n);
  expect(pauses).toEqual([1_000]);
});
