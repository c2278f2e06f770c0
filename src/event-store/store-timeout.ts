// Bounds on waiting: nothing that the store is asked may keep its caller for ever.
import type { Time } from '../waiting/time.js';
import { withTimeout } from '../waiting/with-timeout.js';
import { StoreUnavailableError } from './errors.js';

/** Between two attempts at what the store did not answer. */
export const RETRY_PAUSE_MS = { least: 40, most: 150 };

/** The promise's outcome, or @throws StoreUnavailableError after `timeoutMs` without one. */
export const withStoreTimeout = <Result>(
  promise: Promise<Result>,
  timeoutMs: number,
  doing: string,
  time?: Pick<Time, 'after'>,
): Promise<Result> => withTimeout(promise, timeoutMs, () => new StoreUnavailableError(doing), time);
