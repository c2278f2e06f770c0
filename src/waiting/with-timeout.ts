// A bound on waiting: nothing that is asked may keep its caller for ever.

/** The promise's outcome. @throws what `late` makes, after so long without one */
export function withTimeout<Result>(
  promise: Promise<Result>,
  timeoutMs: number,
  late: () => Error,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    // A late retry may find no time left; a negative delay makes Node warn on stderr.
    const timer = setTimeout(() => reject(late()), Math.max(0, timeoutMs));
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
