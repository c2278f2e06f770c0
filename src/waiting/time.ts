// Time as the program is given it. A simulator gives another one.

export interface Time {
  /** Milliseconds since 1970. It may step back. */
  readonly now: () => number;
  /** Milliseconds on a clock that never steps. */
  readonly monotonicMs: () => number;
  /** Runs a task once, later. The answer cancels it. */
  readonly after: (ms: number, task: () => void) => () => void;
  /** From 0 up to, and without, 1: for pauses that must not coincide. */
  readonly random: () => number;
}

export const systemTime: Time = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
  after: (ms, task) => {
    const timer = setTimeout(task, ms);
    return () => clearTimeout(timer);
  },
  random: () => Math.random(),
};

/** Resolves after so many milliseconds, or at once when the signal is aborted. */
export function delay(time: Pick<Time, 'after'>, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted === true) {
      resolve();
      return;
    }
    const end = () => {
      cancel();
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const cancel = time.after(ms, end);
    signal?.addEventListener('abort', end);
  });
}
