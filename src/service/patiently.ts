// Waits, at the start, for what starts at the same time: the event store, the read models'
// database.
import { setTimeout as delay } from 'node:timers/promises';
import { isAway } from '../errors/catalogue.js';
import type { Logger } from '../http/log.js';

/** How long the start waits for one of them. */
const PATIENCE_MS = 25_000;
const PAUSE_MS = 1_000;

/**
 * Asks again while it is away: it may not be there yet, and a machine that is busy with everything
 * else that starts may not store thousands of events as fast as a shopper is promised.
 * @throws StoreUnavailableError, ReadModelsUnavailableError when it stays away
 */
export async function patiently<Result>(
  problem: string,
  log: Logger,
  ask: () => Promise<Result>,
): Promise<Result> {
  const endsAt = performance.now() + PATIENCE_MS;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await ask();
    } catch (error) {
      if (!isAway(error) || performance.now() >= endsAt) throw error;
      log.warn({ problem: error.message, attempt }, `${problem}; it is tried again`);
    }
    await delay(PAUSE_MS);
  }
}
