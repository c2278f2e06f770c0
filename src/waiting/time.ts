// Time and chance as the program is given them. A simulator gives others.
import { randomUUID } from 'node:crypto';

export interface Time {
  /** Milliseconds since 1970. It may step back. */
  readonly now: () => number;
  /** Milliseconds on a clock that never steps back. */
  readonly monotonicMs: () => number;
  /** Runs a task once, later. The returned function cancels it. */
  readonly after: (ms: number, task: () => void) => () => void;
  /** As `after`; a process with nothing else to do does not wait for it. */
  readonly background: (ms: number, task: () => void) => () => void;
  /** Runs a task when what is under way, and what has arrived meanwhile, has had its turn. */
  readonly soon: (task: () => void) => void;
  /** From 0 (inclusive) to 1 (exclusive), for jitter. */
  readonly random: () => number;
  /** A new random UUID (version 4), in lower case. */
  readonly newId: () => string;
}

export const systemTime: Time = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
  after: (ms, task) => {
    const timer = setTimeout(task, ms);
    return () => clearTimeout(timer);
  },
  background: (ms, task) => {
    const timer = setTimeout(task, ms).unref();
    return () => clearTimeout(timer);
  },
  soon: (task) => void setImmediate(task),
  random: () => Math.random(),
  newId: () => randomUUID(),
};

/** Lets others have their turn. */
export function turn({ soon }: Pick<Time, 'soon'>): Promise<void> {
  return new Promise(soon);
}

/** Resolves after `ms` milliseconds, or at once when the signal is aborted. */
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

/**
 * Runs a task again and again, so many milliseconds apart, first after as many. The answer ends it.
 * @param after of a `Time`: `after` or `background`
 */
export function every(after: Time['after'], ms: number, task: () => void): () => void {
  const run = () => {
    cancel = after(ms, run);
    task();
  };
  let cancel = after(ms, run);
  return () => cancel();
}
