// Bounds on waiting: nothing that the store is asked may keep its caller for ever.
import { StoreUnavailableError } from './errors.js';
import { systemTime, type Time } from './time.js';

const PAUSE_MS = { least: 20, most: 150 };

/** The promise's outcome, or @throws StoreUnavailableError after `timeoutMs` without one. */
export function within<T>(
  promise: Promise<T>,
  timeoutMs: number,
  doing: string,
  time: Pick<Time, 'after'> = systemTime,
): Promise<T> {
  return new Promise((resolve, reject) => {
    // A late retry may find no time left; a negative one makes Node warn on stderr.
    const waitMs = Math.max(0, timeoutMs);
    const cancel = time.after(waitMs, () => reject(new StoreUnavailableError(doing)));
    promise.then(resolve, reject).finally(cancel);
  });
}

/** Between two attempts, with jitter, so that callers who failed together do not return together. */
export function pauseBeforeRetryMs(): number {
  return PAUSE_MS.least + Math.random() * (PAUSE_MS.most - PAUSE_MS.least);
}
