// Waits that an abort ends.

/** Resolves when the signal is aborted; at once if it was before. */
export function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/**
 * The promise's outcome; undefined as soon as the signal is aborted. What was waited for continues,
 * and its outcome is dropped.
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
