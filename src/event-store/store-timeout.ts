// Bounds every wait for the store.
import type { Time } from '../waiting/time.js';
import { withTimeout } from '../waiting/with-timeout.js';
import { StoreUnavailableError } from './errors.js';

/** Pause between attempts at an unavailable store, in milliseconds. */
export const RETRY_PAUSE_MS = { least: 40, most: 150 };

/**
 * The promise's outcome.
 *
 * @throws StoreUnavailableError after `timeoutMs` without one
 */
export const withStoreTimeout = <Result>(
  promise: Promise<Result>,
  timeoutMs: number,
  doing: string,
  time?: Pick<Time, 'after'>,
): Promise<Result> => withTimeout(promise, timeoutMs, () => new StoreUnavailableError(doing), time);
