// Reads that are left early. A server closes the connection of a client that cancels very many
// calls, so a read that has been answered in full ends by itself.
import { describe, expect, test } from '@jest/globals';
import { AnswerQueue } from '../../src/event-store/answer-queue.js';
import type { ReadCall } from '../../src/event-store/store-access.js';

/** A call that answers when the test says so. */
class HeldCall implements ReadCall<string> {
  isCancelled = false;
  answer: (text: string) => void = () => undefined;
  once = () => undefined;
  pause = () => undefined;
  resume = () => undefined;
  isPaused = () => false;
  on(event: string, listener: ((text: string) => void) | ((...values: never[]) => void)): void {
    if (event === 'data') this.answer = listener as (text: string) => void;
  }
  cancel(): void {
    this.isCancelled = true;
  }
}

/** The queue of a call that ends after two answers. Its tasks run at once. */
function queueOf(call: HeldCall): AnswerQueue<string> {
  return new AnswerQueue<string>(call, { soon: (task) => task() }, 2);
}

describe('a call for two answers that is left', () => {
  test('after the first one is cancelled', () => {
    const call = new HeldCall();
    const queue = queueOf(call);
    call.answer('one');
    queue.leave();
    expect(call.isCancelled).toBe(true);
  });

  test('after both of them ends by itself', () => {
    const call = new HeldCall();
    const queue = queueOf(call);
    for (const answer of ['one', 'two']) call.answer(answer);
    queue.leave();
    expect(call.isCancelled).toBe(false);
    expect(queue.take()).toEqual([]);
  });

  test('because its end does not come is cancelled', () => {
    const call = new HeldCall();
    const queue = queueOf(call);
    for (const answer of ['one', 'two']) call.answer(answer);
    queue.cancel();
    expect(call.isCancelled).toBe(true);
  });
});
