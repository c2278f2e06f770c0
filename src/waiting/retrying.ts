// Retries until success. p-retry does the same, but only on the real clock; this also runs on a
// simulator's time.
import { delay, systemTime, type Time } from './time.js';

export interface RetryOptions {
  /** Whether a retry may help. */
  readonly retryIf: (error: unknown) => boolean;
  /** The pause doubles after each failure, from `least` to `most`. Half of it is jitter. */
  readonly pauseMs: PauseMs;
  /** No attempt starts after this time. Default: no limit. */
  readonly withinMs?: number;
  /** Default: no limit. */
  readonly attempts?: number;
  /** Called before each pause, with the number of failures so far. */
  readonly onFailure?: (error: unknown, failures: number) => void;
  /** No attempt starts after it is aborted. */
  readonly signal?: AbortSignal | undefined;
  readonly time?: Passing;
}

/** The parts of Time that it uses. */
type Passing = Pick<Time, 'monotonicMs' | 'after' | 'random'>;

export interface PauseMs {
  readonly least: number;
  readonly most: number;
}

/**
 * @param attempt gets the milliseconds that are left of `withinMs`
 * @throws the last attempt's error, or the signal's reason after an abort
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

/** As `retrying`; undefined after an abort. */
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

/** With jitter, so that callers that failed together do not retry together. */
export function backoffMs(
  failures: number,
  { least, most }: PauseMs,
  time: Pick<Time, 'random'>,
): number {
  return Math.min(most, least * 2 ** (failures - 1)) * (0.5 + time.random() / 2);
}
