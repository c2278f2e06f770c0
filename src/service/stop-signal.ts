// The requests to stop a serving process: a signal, or the end of the npm that started it.

const parentWatchMs = 500;

export type StopReason = NodeJS.Signals | 'npm ended';

/**
 * Resolves at the first request to stop. Further ones have no effect: npm forwards signals that
 * also reach the process directly, and a stop takes a few seconds at most.
 */
export function askedToStop(startedByNpm: boolean): Promise<StopReason> {
  return new Promise((resolve) => {
    process.on('SIGTERM', resolve);
    process.on('SIGINT', resolve);
    if (startedByNpm) whenParentEnds(() => resolve('npm ended'));
  });
}

/**
 * A shell between npm and this process does not forward signals, and SIGKILL cannot be forwarded.
 */
function whenParentEnds(tell: () => void): void {
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    tell();
  }, parentWatchMs);
  watch.unref();
}
