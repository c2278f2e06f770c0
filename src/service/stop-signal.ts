// What asks a process that serves to stop: a signal, or the end of the npm that started it.

const parentWatchMs = 500;

export type StopReason = NodeJS.Signals | 'npm ended';

/**
 * Resolves at the first request to stop. Further ones change nothing: npm passes on signals that
 * reach the process anyway, and a stop takes a few seconds at most.
 */
export function askedToStop(startedByNpm: boolean): Promise<StopReason> {
  return new Promise((resolve) => {
    process.on('SIGTERM', resolve);
    process.on('SIGINT', resolve);
    if (startedByNpm) whenParentEnds(() => resolve('npm ended'));
  });
}

/** A shell between npm and this process does not pass signals on, and SIGKILL nobody can. */
function whenParentEnds(tell: () => void): void {
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    tell();
  }, parentWatchMs);
  watch.unref();
}
