// Bounds a wait.
import { systemTime, type Time } from './time.js';

/**
 * The promise's outcome.
 *
 * @throws the error that `late` makes, when the time is over
 */
export function withTimeout<Result>(
  promise: Promise<Result>,
  timeoutMs: number,
  late: () => Error,
  time: Pick<Time, 'after'> = systemTime,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    // A late retry may have no time left; a negative delay makes Node warn on stderr.
    const cancel = time.after(Math.max(0, timeoutMs), () => reject(late()));
    promise.then(resolve, reject).finally(cancel);
  });
}
