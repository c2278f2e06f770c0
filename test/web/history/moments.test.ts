// Moments are asked for once, the shown one first, and what a drag passed over is not asked for.
import { expect, test } from '@jest/globals';
import { around, Moments } from '../../../web/app/history/moments.js';

interface Answer {
  readonly resolve: (cart: string) => void;
  readonly reject: (fault: Error) => void;
}

/** A service that answers when the test says so. */
class Asked {
  readonly revisions: number[] = [];
  private readonly open = new Map<number, Answer>();
  readonly moments = new Moments<string>((revision) => {
    this.revisions.push(revision);
    return new Promise((resolve, reject) => this.open.set(revision, { resolve, reject }));
  });

  /** Resolves when the page knows. */
  settle(revision: number, fault?: Error): Promise<void> {
    const arrived = new Promise<void>((resolve) => {
      const leave = this.moments.arrived.subscribe(() => {
        leave();
        resolve();
      });
    });
    const answer = this.open.get(revision)!;
    if (fault === undefined) answer.resolve(`cart ${revision}`);
    else answer.reject(fault);
    return arrived;
  }
}

test('a drag across many events asks for those at its ends', async () => {
  const asked = new Asked();
  for (let revision = 0; revision <= 1_000; revision += 1) asked.moments.want([revision]);
  await asked.settle(0);
  await asked.settle(1);
  expect(asked.revisions).toEqual([0, 1, 1_000]);
  await asked.settle(1_000);
  expect(asked.moments.peek(1_000)).toBe('cart 1000');
});

test('what is known is not asked for again', async () => {
  const asked = new Asked();
  asked.moments.want([5]);
  await asked.settle(5);
  asked.moments.want([5, 4]);
  asked.moments.want([5, 4]);
  expect(asked.revisions).toEqual([5, 4]);
});

test('a fault stays with its moment until it is tried again', async () => {
  const asked = new Asked();
  asked.moments.want([5]);
  await asked.settle(5, new Error('away'));
  asked.moments.want([5]);
  expect(asked.moments.faultAt(5)).toEqual(new Error('away'));
  expect(asked.revisions).toEqual([5]);
  asked.moments.retry(5);
  await asked.settle(5);
  expect(asked.moments.peek(5)).toBe('cart 5');
});

test('the moments around one are within the history, the shown one first', () => {
  expect(around(0, 3)).toEqual([0, 1, 2]);
  expect(around(9, 10)).toEqual([9, 8, 7, 6]);
  expect(around(50, 100)[0]).toBe(50);
});
