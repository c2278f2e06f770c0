// Waits, at the start, for what starts at the same time: the event store, the read models'
// database.
import { isAway } from '../errors/catalogue.js';
import { reasonOf } from '../errors/reason-of.js';
import type { Logger } from '../http/log.js';
import { retrying } from '../waiting/retrying.js';

/** How long the start waits for one of them. */
const PATIENCE_MS = 25_000;
const PAUSE_MS = { least: 1_000, most: 1_000 };

/**
 * Tries again while it is unavailable: it may not be there yet, and a machine that is busy with
 * everything else that starts may not store thousands of events in the time that a command has.
 * @throws StoreUnavailableError, ReadModelsUnavailableError when it stays away
 */
export function retryWhileUnavailable<Result>(
  problem: string,
  log: Logger,
  ask: () => Promise<Result>,
): Promise<Result> {
  return retrying(ask, {
    retryIf: isAway,
    pauseMs: PAUSE_MS,
    withinMs: PATIENCE_MS,
    onFailure: (error, attempt) =>
      log.warn({ problem: reasonOf(error), attempt }, `${problem}; it is tried again`),
  });
}
