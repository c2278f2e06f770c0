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

type ProjectedLog = Pick<EventStore, 'readAll' | 'headPosition'>;

interface AwaitedRows {
  /** Default: all read models. */
  readonly names?: readonly string[];
  readonly time?: Time;
}

/**
 * Whether the live rows have, in time, all that the log holds now; what others append meanwhile is
 * not waited for.
 * @throws StoreUnavailableError, ReadModelsUnavailableError
 */
export function untilProjected(
  store: ProjectedLog,
  place: ReadModelPlace,
  { names, time = systemTime }: AwaitedRows = {},
): Promise<boolean> {
  return withReads(place, async (reads) => {
    const end = await store.headPosition();
    const demandAll = async () => {
      if (await lacksEvents(store, await liveCheckpoint(reads, names), end))
        throw new BehindError();
    };
    const retryIf = (error: unknown) => error instanceof BehindError;
    try {
      await retrying(demandAll, { retryIf, pauseMs: PAUSE_MS, withinMs: PATIENCE_MS, time });
      return true;
    } catch (error) {
      if (error instanceof BehindError) return false;
      throw error;
    }
  });
}

/**
 * Whether the live rows lack something that the log holds now.
 * @throws StoreUnavailableError, ReadModelsUnavailableError
 */
export function isBehind(
  store: ProjectedLog,
  place: ReadModelPlace,
  { names }: Pick<AwaitedRows, 'names'> = {},
): Promise<boolean> {
  return withReads(place, async (reads) =>
    lacksEvents(store, await liveCheckpoint(reads, names), await store.headPosition()),
  );
}

async function withReads<Result>(
  place: ReadModelPlace,
  work: (reads: ReadModels) => Promise<Result>,
): Promise<Result> {
  const reads = await openReadModels(place);
  try {
    return await work(reads);
  } finally {
    await reads.close();
  }
}

async function liveCheckpoint(reads: ReadModels, names?: readonly string[]): Promise<bigint> {
  const live = (await reads.generations()).filter(
    ({ name, status }) => status === 'LIVE' && (names === undefined || names.includes(name)),
  );
  return live.reduce(
    (least, { checkpoint }) => (checkpoint < least ? checkpoint : least),
    live[0]?.checkpoint ?? -1n,
  );
}

async function lacksEvents(store: ProjectedLog, checkpoint: bigint, end: bigint): Promise<boolean> {
  const after = checkpoint < 0n ? {} : { after: checkpoint };
  for await (const { position } of store.readAll({ prefixes: projectedPrefixes, ...after })) {
    return position > checkpoint && position <= end;
  }
  return false;
}
