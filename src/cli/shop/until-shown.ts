// Waits until the server that runs beside a command shows what the command has written, so that
// whoever asks it next is not told half of it.
import { setTimeout as delay } from 'node:timers/promises';
import type { EventStore } from '../../event-store/event-store.js';
import { projectedPrefixes } from '../../projections/shop-events.js';
import { openReadModels, type ReadModelPlace } from '../../read-models/open.js';
import type { ReadModels } from '../../read-models/read-models.js';

const PAUSE_MS = 100;
/** A server whose projections have stopped would be waited for in vain; it tells that itself. */
const LONGEST_MS = 60_000;

/** True once the read models of the data folder hold all of the log; false when they do not in time. */
export async function untilShown(store: EventStore, place: ReadModelPlace): Promise<boolean> {
  const reads = await openReadModels(place);
  const endsAt = performance.now() + LONGEST_MS;
  try {
    while (await isBehind(store, await leastCheckpoint(reads))) {
      if (performance.now() > endsAt) return false;
      await delay(PAUSE_MS);
    }
    return true;
  } finally {
    await reads.close();
  }
}

async function leastCheckpoint(reads: ReadModels): Promise<bigint> {
  const live = (await reads.generations()).filter(({ status }) => status === 'LIVE');
  return live.reduce(
    (least, { checkpoint }) => (checkpoint < least ? checkpoint : least),
    live[0]?.checkpoint ?? -1n,
  );
}

async function isBehind(store: EventStore, checkpoint: bigint): Promise<boolean> {
  const after = checkpoint < 0n ? {} : { after: checkpoint };
  for await (const { position } of store.readAll({ prefixes: projectedPrefixes, ...after })) {
    return position > checkpoint;
  }
  return false;
}
