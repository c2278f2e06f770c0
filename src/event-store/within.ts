// A bound on waiting: nothing that the store is asked may keep its caller for ever.
import { StoreUnavailableError } from './errors.js';

/** The promise's outcome, or @throws StoreUnavailableError after `timeoutMs` without one. */
export function within<T>(promise: Promise<T>, timeoutMs: number, doing: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new StoreUnavailableError(doing)), timeoutMs);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
