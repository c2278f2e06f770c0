// A load at a steady rate.
import { setTimeout as delay } from 'node:timers/promises';

/**
 * Starts work at a fixed rate, so that a slow answer does not delay the work after it; resolves when
 * all of it has ended.
 */
export async function atRate(
  perSecond: number,
  lastingMs: number,
  work: (turn: number) => Promise<unknown>,
): Promise<void> {
  const begunAt = performance.now();
  const started: Promise<unknown>[] = [];
  while (performance.now() - begunAt < lastingMs) {
    const due = ((performance.now() - begunAt) / 1_000) * perSecond;
    while (started.length < due) started.push(work(started.length));
    await delay(1);
  }
  await Promise.all(started);
}
