// Tries something until it succeeds. p-retry does the same, but on the real clock alone; this one
// also runs on the time of a simulator.
import { delay, systemTime, type Time } from './time.js';

export interface RetryOptions {
  /** Whether another try may help. */
  readonly retryIf: (error: unknown) => boolean;
  /** The pause doubles after each failure, from the least to the most. Half of it is jitter. */
  readonly pauseMs: PauseMs;
  /** No try begins after so long. Default: no limit. */
  readonly withinMs?: number;
  /** Default: no limit. */
  readonly attempts?: number;
  /** Told before each pause, with the number of failures until now. */
  readonly onFailure?: (error: unknown, failures: number) => void;
  /** After it no try begins. */
  readonly signal?: AbortSignal | undefined;
  readonly time?: Passing;
}

/** What it needs of time. */
type Passing = Pick<Time, 'monotonicMs' | 'after' | 'random'>;

export interface PauseMs {
  readonly least: number;
  readonly most: number;
}

/**
 * @param attempt is given the milliseconds that are left of `withinMs`
 * @throws what the last try threw, or the signal's reason once it is aborted
 */
export async function retrying<Result>(
  attempt: (leftMs: number) => Promise<Result>,
  { pauseMs, withinMs = Infinity, attempts = Infinity, signal, ...options }: RetryOptions,
): Promise<Result> {
  const { retryIf, onFailure, time = systemTime } = options;
  const endsAt = time.monotonicMs() + withinMs;
  for (let failures = 1; ; failures += 1) {
    signal?.throwIfAborted();
    try {
      return await attempt(endsAt - time.monotonicMs());
    } catch (error) {
      if (!retryIf(error) || failures >= attempts) throw error;
      onFailure?.(error, failures);
      const waitMs = backoffMs(failures, pauseMs, time);
      if (time.monotonicMs() + waitMs >= endsAt) throw error;
      await delay(time, waitMs, signal);
    }
  }
}

/** As `retrying`; undefined where the signal ended it. */
export async function retryingUntilAborted<Result>(
  attempt: (leftMs: number) => Promise<Result>,
  options: RetryOptions,
): Promise<Result | undefined> {
  try {
    return await retrying(attempt, options);
  } catch (error) {
    if (options.signal?.aborted === true && error === options.signal.reason) return undefined;
    throw error;
  }
}

/** With jitter, so that callers who failed together do not return together. */
export function backoffMs(
  failures: number,
  { least, most }: PauseMs,
  time: Pick<Time, 'random'>,
): number {
  return Math.min(most, least * 2 ** (failures - 1)) * (0.5 + time.random() / 2);
}
