// Time as a value: code that waits takes it as a parameter, so that a test or a simulator can decide
// how time passes. This is the passing of time; when something happened is said by a `clock`.
import { setTimeout as delay } from 'node:timers/promises';

export interface Time {
  /** Milliseconds on the monotonic clock. */
  readonly now: () => number;
  /** Resolves after so many milliseconds, or at once when the signal is aborted. */
  readonly pause: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** From 0 to 1, for jitter. */
  readonly random: () => number;
}

export const realTime: Time = {
  now: () => performance.now(),
  pause: async (ms, signal) => {
    try {
      await delay(ms, undefined, { ...(signal && { signal }) });
    } catch (error) {
      if (signal?.aborted !== true) throw error;
    }
  },
  random: Math.random,
};
