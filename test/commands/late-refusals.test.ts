// A refusal comes no earlier than a fixed time after the question, whatever the reads took: a
// stranger cannot tell somebody's cart from an absent one by the time of the answer.
import { expect, test } from '@jest/globals';
import { Ownership } from '../../src/commands/ownership.js';
import type { StoredEvent } from '../../src/event-store/stored-event.js';

/** Time that only the reads and the waits of a test move. */
class Clock {
  nowMs = 0;
  readonly time = {
    monotonicMs: () => this.nowMs,
    after: (ms: number, task: () => void) => {
      this.nowMs += ms;
      queueMicrotask(task);
      return () => undefined;
    },
  };
}

const theirs = { customerId: 'ann', tokenHash: null };

async function askedIn(readMs: number, refusalMs: number) {
  const clock = new Clock();
  const nothing = (): Promise<IteratorResult<StoredEvent>> => {
    clock.nowMs += readMs;
    return Promise.resolve({ done: true, value: undefined });
  };
  const store = { readStream: () => ({ [Symbol.asyncIterator]: () => ({ next: nothing }) }) };
  const carts = {
    peek: () => undefined,
    state: () => Promise.reject(new Error('not asked')),
    readableState: () => Promise.reject(new Error('not asked')),
    shownOwner: () => Promise.resolve(theirs),
  };
  const ownership = new Ownership(store, carts, clock.time, refusalMs);
  const may = [
    await ownership.ofCart('a cart', () => false),
    await ownership.ofOrder('an order', () => false),
  ];
  return { may, tookMs: clock.nowMs };
}

test.each([0, 0.2, 1, 3])(
  'reads of %d ms each end in refusals at the same time',
  async (readMs) => {
    expect(await askedIn(readMs, 10)).toEqual({ may: [false, false], tookMs: 20 });
  },
);

test('slower reads are not waited for once more', async () => {
  const { tookMs } = await askedIn(8, 10);
  expect(tookMs).toBe(2 * 8 + 3 * 8);
});

test('where no time is set, a refusal is answered at once', async () => {
  expect(await askedIn(1, 0)).toEqual({ may: [false, false], tookMs: 2 + 3 });
});
