// Waits until the server beside a command shows what the command stored, so that the next query is
// answered with all of it.
import { setTimeout as delay } from 'node:timers/promises';
import type { EventStore } from '../../event-store/event-store.js';
import { projectedPrefixes } from '../../projections/shop-events.js';
import { openReadModels, type ReadModelPlace } from '../../read-models/open.js';
import type { ReadModels } from '../../read-models/read-models.js';

const PAUSE_MS = 100;
/** A server whose projections have stopped reports that itself. */
const LONGEST_MS = 60_000;

/**
 * Waits until the server shows what a command stored, and says on stderr where it does not in time.
 */
export async function tellUntilShown(store: EventStore, place: ReadModelPlace): Promise<void> {
  if (await isShown(store, place)) return;
  process.stderr.write('It is all stored, but the server does not show all of it yet.\n');
}

/**
 * True once the read models of the data folder hold all of the log; false when they do not in time.
 */
async function isShown(store: EventStore, place: ReadModelPlace): Promise<boolean> {
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
