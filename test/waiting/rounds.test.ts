// Rounds go on whatever happens in one of them, and end when they are stopped.
import { expect, test } from '@jest/globals';
import { startRounds } from '../../src/waiting/rounds.js';

/** The pauses end when the test says so. */
class Pauses {
  readonly asked: number[] = [];
  private task: (() => void) | undefined;
  private resume: () => void = () => undefined;

  readonly time = {
    background: (ms: number, task: () => void) => {
      this.asked.push(ms);
      this.task = task;
      this.resume();
      return () => {
        this.task = undefined;
      };
    },
  };

  get isWaiting(): boolean {
    return this.task !== undefined;
  }

  /** Ends the pause; resolves when the next one begins. */
  async end(): Promise<void> {
    const next = new Promise<void>((resolve) => (this.resume = resolve));
    this.endNow();
    await next;
  }

  endNow(): void {
    const { task } = this;
    this.task = undefined;
    task?.();
  }
}

test('a failing round is told once, until one has succeeded, and the next is tried', async () => {
  const pauses = new Pauses();
  const faults: unknown[] = [];
  let fault: Error | undefined;
  let rounds = 0;
  const running = startRounds({
    round: () => {
      rounds += 1;
      return fault === undefined ? Promise.resolve() : Promise.reject(fault);
    },
    pauseMs: () => rounds,
    time: pauses.time,
    onFault: (one) => faults.push(one),
  });
  expect(rounds).toBe(0);
  const away = (fault = new Error('away'));
  await pauses.end();
  await pauses.end();
  expect(faults).toEqual([away]);
  fault = undefined;
  await pauses.end();
  const again = (fault = new Error('away again'));
  await pauses.end();
  expect(faults).toEqual([away, again]);
  expect(pauses.asked).toEqual([0, 1, 2, 3, 4]);
  await running.stop();
  expect([pauses.isWaiting, rounds]).toEqual([false, 4]);
});

test('stopping tells the round under way, and waits for its end', async () => {
  const pauses = new Pauses();
  let end: () => void = () => undefined;
  let isTold = false;
  const running = startRounds({
    round: (signal) => {
      signal.addEventListener('abort', () => (isTold = true));
      return new Promise<void>((resolve) => (end = resolve));
    },
    pauseMs: () => 1,
    time: pauses.time,
    onFault: () => undefined,
  });
  await Promise.resolve();
  pauses.endNow();
  await new Promise(setImmediate);
  let isStopped = false;
  const stopped = running.stop().then(() => (isStopped = true));
  await new Promise(setImmediate);
  expect([isTold, isStopped]).toEqual([true, false]);
  end();
  await stopped;
  expect(pauses.isWaiting).toBe(false);
});
