// Waits at the start for the event store and the read models' database, which may start at the same
// time.
import { mayEnd } from '../errors/catalogue.js';
import { reasonOf } from '../errors/reason-of.js';
import type { Logger } from '../http/log.js';
import { retrying } from '../waiting/retrying.js';
import type { Time } from '../waiting/time.js';

/** Maximum wait for one of them. */
const PATIENCE_MS = 25_000;
const PAUSE_MS = { least: 1_000, most: 1_000 };

/**
 * Retries while it is unavailable: it may not have started yet, and on a busy machine the seed's
 * thousands of events may exceed a command's timeout.
 *
 * @throws StoreUnavailableError, ReadModelsUnavailableError when it stays unavailable
 */
export function retryWhileUnavailable<Result>(
  problem: string,
  log: Pick<Logger, 'warn'>,
  ask: () => Promise<Result>,
  time?: Time,
): Promise<Result> {
  return retrying(ask, {
    retryIf: mayEnd,
    pauseMs: PAUSE_MS,
    withinMs: PATIENCE_MS,
    ...(time && { time }),
    onFailure: (error, attempt) =>
      log.warn({ problem: reasonOf(error), attempt }, `${problem}; retrying`),
  });
}
