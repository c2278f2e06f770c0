// Waits until the server that fills the read models has applied all that the log holds by now.
import type { EventStore } from '../event-store/event-store.js';
import { openReadModels, type ReadModelPlace } from '../read-models/open.js';
import type { ReadModels } from '../read-models/read-models.js';
import { retrying } from '../waiting/retrying.js';
import { systemTime, type Time } from '../waiting/time.js';
import { projectedPrefixes } from './shop-events.js';

const PAUSE_MS = { least: 100, most: 100 };
/** A server whose projections have stopped reports that itself. */
const PATIENCE_MS = 60_000;

class BehindError extends Error {
  override readonly name = 'BehindError';
}

/**
 * Whether the live rows reach the end of the log in time.
 * @throws StoreUnavailableError, ReadModelsUnavailableError
 */
export async function untilProjected(
  store: Pick<EventStore, 'readAll'>,
  place: ReadModelPlace,
  time: Time = systemTime,
): Promise<boolean> {
  const reads = await openReadModels(place);
  const demandAll = async () => {
    if (await isBehind(store, await liveCheckpoint(reads))) throw new BehindError();
  };
  const retryIf = (error: unknown) => error instanceof BehindError;
  try {
    await retrying(demandAll, { retryIf, pauseMs: PAUSE_MS, withinMs: PATIENCE_MS, time });
    return true;
  } catch (error) {
    if (error instanceof BehindError) return false;
    throw error;
  } finally {
    await reads.close();
  }
}

async function liveCheckpoint(reads: ReadModels): Promise<bigint> {
  const live = (await reads.generations()).filter(({ status }) => status === 'LIVE');
  return live.reduce(
    (least, { checkpoint }) => (checkpoint < least ? checkpoint : least),
    live[0]?.checkpoint ?? -1n,
  );
}

async function isBehind(store: Pick<EventStore, 'readAll'>, checkpoint: bigint): Promise<boolean> {
  const after = checkpoint < 0n ? {} : { after: checkpoint };
  for await (const { position } of store.readAll({ prefixes: projectedPrefixes, ...after })) {
    return position > checkpoint;
  }
  return false;
}
