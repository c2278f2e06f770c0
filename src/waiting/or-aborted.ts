// Waits that an abort ends. What was waited for continues, and its outcome is dropped.

/**
 * The promise's outcome; undefined as soon as the signal is aborted.
 *
 * @throws the promise's error, before an abort
 */
export function orAborted<Result>(
  promise: Promise<Result>,
  signal: AbortSignal | undefined,
): Promise<Result | undefined> {
  return new Promise((resolve, reject) => {
    const giveUp = () => resolve(undefined);
    if (signal?.aborted === true) giveUp();
    signal?.addEventListener('abort', giveUp, { once: true });
    const forget = () => signal?.removeEventListener('abort', giveUp);
    promise.then(resolve, reject).finally(forget);
  });
}
